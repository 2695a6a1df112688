// From an act's described input to what is asked, and from what was typed to what is sent. Pure; whether an input is right the server says.
import { fromLocal } from '../format';
import type { ActForm, FieldForm, Values } from './catalogue';
import { named } from './catalogue';

/** Fields whose name is no word that people of the trade say. */
const spoken: Record<string, string> = {
  junit_xml: 'JUnit report', rrule: 'Repeats', exdate: 'Left out on', env: 'Environment variables', id: 'Identifier', commit_id: 'Commit', external_id: 'Identifier there', to: 'To', at: 'When', by: 'By whom',
  go_no_go: 'Go/No-Go', slo_burn: 'SLO burn rate', alpha: 'Chance of a false alarm', prefix_hash: 'Hash before it', seen_hash: 'Hash of what was read', on_call: 'On call', rota: 'Turns', burn: 'Burn rates',
};
/** What is written large wherever it stands. */
const abbreviations = new Set(['url', 'id', 'http', 'https', 'json', 'xml', 'csv', 'smtp', 'slo', 'sla', 'api', 'ip', 'cab', 'utc', 'html', 'pr', 'sql', 'dora', 'uri', 'tls', 'ssl', 'rfc', 'ci', 'cd', 'qa']);
/** "window_start" is asked for as "Window start", "lookup_url" as "Lookup URL". */
export const labelOf = (name: string): string => {
  if (spoken[name]) return spoken[name];
  const text = name.replace(/_at$/, '').split('_').map((word) => (abbreviations.has(word) ? word.toUpperCase() : word)).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};
/** A word of a closed set as people read it: "no_go" is "no go". */
export const choiceWord = (choice: string): string => choice.split('_').map((word) => (abbreviations.has(word) ? word.toUpperCase() : word)).join(' ');

const prose = /reason|because|text|body|summary|comment|question|answer|message|evidence|before|after|steps|report|context|issues|recognise|escalation|affected|reversal|what/;
export const isProse = (field: FieldForm): boolean => (field.kind === 'text' && prose.test(field.name)) || field.kind === 'list';
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length);
/** Whose fields follow from its kind: those of the kind that is chosen, or what there is to choose. */
export const fieldsIn = (field: FieldForm, row: Values | undefined): FieldForm[] => {
  if (!field.kinds) return field.fields ?? [];
  const kinds = Object.keys(field.kinds), of = field.kinds[String(row?.['kind'])] ?? field.kinds[kinds[0]!]!.slice(0, 2);
  return of.map((f) => (f.name === 'kind' ? { ...f, choices: kinds } : f));
};
/** Under this name a row that is edited carries what it was: fields do not change places while they are typed in, and nothing is lost that no
 *  field shows. */
export const was = '';
/** It says no more than if it were left out. */
const isPlain = (field: FieldForm, value: unknown): boolean => isEmpty(value) || String(value) === field.fallback || (typeof value === 'object' && !Array.isArray(value) && Object.entries(value as Values).every(([name, inner]) => isPlain(field.fields?.find((f) => f.name === name) ?? field, inner)));
/** Of a row of many fields: what must be said, what was said, and of a new one its lists and groups; the rest stands behind "More". */
export const saidFirst = (fields: FieldForm[], row: Values | undefined): { first: FieldForm[]; more: FieldForm[] } => {
  const before = (row?.[was] ?? {}) as Values, fresh = isEmpty(Object.keys(before));
  const first = fields.length <= 6 ? fields : fields.filter((f) => f.required || !isPlain(f, before[f.name]) || (fresh && (f.kind === 'records' || f.kind === 'record')));
  return { first, more: fields.filter((f) => !first.includes(f)) };
};

/** Which fields are asked for at once, and which stand behind "More". What is given is not asked for. */
export function arrange(form: ActForm, given: Values, filled: Values): { first: FieldForm[]; more: FieldForm[] } {
  const asked = form.fields.filter((f) => !(f.name in given));
  const plain = asked.length <= 6;
  const first = asked.filter((f) => plain || f.required || f.kind === 'time' || f.name in filled || /^(reason|because|service)$/.test(f.name)); // what a person would say first
  return { first, more: asked.filter((f) => !first.includes(f)) };
}

export interface Complaint { field: string; message: string }
/** "health.criteria[3].kind" as people say it: "Health, Criteria 4, Kind". */
export const pathWords = (path: string): string => path.split('.').map((part) => part.replace(/^([^[]*)(?:\[(\d+)\])?$/, (_, name: string, at?: string) => labelOf(name) + (at === undefined ? '' : ` ${Number(at) + 1}`))).join(', ');
/** Where the field of this path stands on the page. */
export const fieldId = (path: string): string => `field-${path.replace(/[^\w]/g, '-')}`;

export function valueOf(field: FieldForm, value: unknown, zone: string, path: string, complaints: Complaint[]): unknown {
  const text = typeof value === 'string' ? value.trim() : value;
  if (text === undefined || text === null || text === '') return undefined;
  switch (field.kind) {
    case 'integer':
    case 'number': {
      const n = Number(text);
      if (Number.isNaN(n)) complaints.push({ field: path, message: 'is not a number' });
      return n;
    }
    case 'time':
      return fromLocal(String(text), zone);
    case 'list': {
      const items = Array.isArray(text) ? (text as unknown[]).filter((item) => item !== '') : String(text).split('\n').map((line) => line.trim()).filter(Boolean);
      if (field.of !== 'number') return items;
      if (items.some((item) => Number.isNaN(Number(item)))) complaints.push({ field: path, message: 'is not a list of numbers' });
      return items.map(Number);
    }
    case 'texts':
      return Object.fromEntries((text as Values[]).filter((pair) => !isEmpty(pair['name'])).map((pair) => [String(pair['name']), String(pair['value'] ?? '')]));
    case 'json':
      return typeof text === 'string' ? fromJson(text, path, complaints) : text;
    case 'record':
      return typeof text === 'string' ? fromJson(text, path, complaints) : valuesOf(field.fields ?? [], text as Values, zone, `${path}.`, complaints);
    case 'records': {
      const rows = (text as Values[]).map((row, i) => valuesOf(field.fields ?? [], row, zone, `${path}[${i}].`, complaints));
      return rows.filter((row) => Object.keys(row).length);
    }
    default:
      return text;
  }
}
function fromJson(text: string, path: string, complaints: Complaint[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    complaints.push({ field: path, message: 'is not JSON' });
    return undefined;
  }
}
function valuesOf(fields: FieldForm[], values: Values, zone: string, prefix: string, complaints: Complaint[]): Values {
  const out: Values = {};
  for (const field of fields) {
    const value = valueOf(field, values[field.name], zone, prefix + field.name, complaints);
    if (value !== undefined) out[field.name] = value;
  }
  return out;
}

/** What is sent. Only what cannot be sent at all is complained about here. */
export function bodyOf(form: ActForm, values: Values, zone: string): { body: Values; complaints: Complaint[] } {
  const complaints: Complaint[] = [];
  const body = valuesOf(form.fields, values, zone, '', complaints);
  for (const field of form.fields)
    if (field.required && (body[field.name] === undefined || (Array.isArray(body[field.name]) && !(body[field.name] as unknown[]).length))) complaints.push({ field: field.name, message: 'is needed' });
  return { body, complaints };
}
export const pathOf = (form: ActForm, body: Values): string => named(form).reduce((path, name) => path.replace(`{${name}}`, encodeURIComponent(String(body[name] ?? ''))), form.path);

/** Words of a command line, quotes taken off. */
const wordsOf = (command: string): string[] => [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!);
const isPlaceholder = (word: string): boolean => /^[A-Z][A-Z_]+$|^<.*>$|^\.\.\.$|^…$/.test(word);

/** The act that a command of the product means, with what it says already: every printed next step is a form on a page. */
export function fromCommand(command: string, acts: ActForm[]): { act: ActForm; values: Values } | undefined {
  const said = wordsOf(command.trim());
  if (said.shift() !== 'evenkeel') return undefined;
  let best: { act: ActForm; length: number; wording: ActForm['words'][number] } | undefined;
  for (const act of acts)
    for (const wording of act.words) {
      const path = wording.path.split(' ');
      if (path.every((word, i) => said[i] === word) && path.length > (best?.length ?? 0)) best = { act, length: path.length, wording };
    }
  if (!best) return undefined;
  const values: Values = { ...best.wording.fixed };
  const kindOf = (name: string) => best.act.fields.find((f) => f.name === name)?.kind;
  const take = (field: string, word: string) => {
    if (isPlaceholder(word) || (kindOf(field) === 'time' && word.startsWith('+'))) return;
    if (kindOf(field) === 'list') values[field] = [values[field], word].filter(Boolean).join('\n');
    else if (kindOf(field) !== 'records') values[field] = word;
  };
  const positional = best.wording.arguments.filter((a) => a.positional);
  const rest = said.slice(best.length);
  for (let i = 0, next = 0; i < rest.length; ++i) {
    const word = rest[i]!;
    if (word.startsWith('--')) {
      const [name, inline] = word.slice(2).split('=', 2);
      const argument = best.wording.arguments.find((a) => a.name === name);
      if (argument && kindOf(argument.field) === 'boolean') values[argument.field] = true;
      else if (inline !== undefined) { if (argument) take(argument.field, inline); }
      else if (rest[i + 1] !== undefined && !rest[i + 1]!.startsWith('--')) {
        const value = rest[++i]!;
        if (argument) take(argument.field, value);
      }
    } else {
      const argument = positional[Math.min(next++, positional.length - 1)];
      if (argument) take(argument.field, word);
    }
  }
  return { act: best.act, values };
}
/** The commands that a sentence of the server names: between backticks, or the whole of it. */
export function commandsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`(evenkeel [^`]+)`/g)].map((m) => m[1]!);
  if (quoted.length) return quoted;
  const at = text.search(/\bevenkeel [a-z]/);
  return at < 0 ? [] : [text.slice(at).split(/(?:; |, | or |\.\s|\n)/)[0]!];
}

/** An idempotency key: new for another input, the same for the same input said again. */
export function keyOf(kept: { key: string; of: string }, body: Values): { key: string; of: string } {
  const of = JSON.stringify(body);
  if (kept.key && kept.of === of) return kept;
  const random = crypto.getRandomValues(new Uint8Array(16));
  return { key: [...random].map((b) => b.toString(16).padStart(2, '0')).join(''), of };
}

/** Which of the fields that are asked for say something else in the other's version. */
export const differing = (form: ActForm, mine: Values, theirs: Values): string[] => form.fields.map((f) => f.name).filter((name) => name in theirs && (mine[name] ?? '') !== (theirs[name] ?? ''));
/** Two texts as one, to be put in order by hand; what both say stands once. */
export const together = (first: unknown, second: unknown): string => {
  const lines = String(first ?? '').split('\n');
  return [...lines, ...String(second ?? '').split('\n').filter((line) => !lines.includes(line))].join('\n').trim();
};
