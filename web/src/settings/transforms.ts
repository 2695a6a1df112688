// Parts of the definitions as forms: what a row looks like while it is edited, what it is afterwards, and the whole organisation with it.
//
// A row that is edited carries what it was (form.ts: `was`). What was not touched stays exactly as it stood, whether a field could show it or
// not: saving without a change is no difference.
import type { Organisation } from '../api/shapes';
import type { FieldForm, Values } from '../acts/catalogue';
import { fieldsIn, isEmpty, labelOf, valueOf, was, type Complaint } from '../acts/form';

export const parts = ['people', 'services', 'gates', 'freezes', 'channels', 'audiences', 'connections'] as const;
export type Part = (typeof parts)[number];

/** What the definitions say of a row of this part. */
export function fieldsOf(forms: readonly FieldForm[], part: Part, row: Values): FieldForm[] {
  const of = forms.find((f) => f.name === part);
  return of ? fieldsIn(of, row) : [];
}

/** A list is a line each where each item is a line; else its items apart. */
const isALine = (item: unknown): boolean => (typeof item === 'string' ? item !== '' && item.trim() === item && !item.includes('\n') : typeof item !== 'object');
function typed(field: FieldForm, value: unknown): unknown {
  switch (field.kind) {
    case 'list': return (value as unknown[]).every(isALine) ? (value as unknown[]).join('\n') : value;
    case 'records': return (value as Values[]).map((row) => asTyped(fieldsIn(field, row), row));
    case 'record': return asTyped(field.fields ?? [], value as Values);
    case 'texts': return Object.entries(value as Values).map(([name, text]) => ({ name, value: text }));
    case 'json': return JSON.stringify(value, null, 2);
    default: return value;
  }
}
/** A row as the fields hold it. */
export function asTyped(fields: FieldForm[], row: Values): Values {
  return { [was]: row, ...Object.fromEntries(fields.filter((f) => !isEmpty(row[f.name])).map((f) => [f.name, typed(f, row[f.name])])) };
}

/** Two values of a field say the same; a field that is empty says as little as one that is not there. */
const same = (a: unknown, b: unknown): boolean => {
  const text = (v: unknown) => JSON.stringify(v, (key, inner: unknown) => (key !== was && isEmpty(inner) ? undefined : inner));
  return text(isEmpty(a) ? undefined : a) === text(isEmpty(b) ? undefined : b);
};
const saysNothing = (row: Values): boolean => Object.entries(row).every(([name, value]) => name === was || isEmpty(value));

/** What is to stand there once this was typed: over `now`, what stands there meanwhile. */
export function asRow(fields: FieldForm[], values: Values, zone: string, complaints: Complaint[] = [], now?: Values, path = ''): Values {
  const before = (values[was] ?? {}) as Values, untouched = asTyped(fields, before), row = { ...(now ?? before) };
  for (const field of fields) {
    const value = values[field.name], at = path + field.name;
    if (field.required && isEmpty(value)) complaints.push({ field: at, message: 'is needed' });
    if (same(value, untouched[field.name])) continue;
    let made: unknown;
    if (field.kind === 'records') made = ((value ?? []) as Values[]).filter((part) => !saysNothing(part)).map((part, i) => asRow(fieldsIn(field, part), part, zone, complaints, undefined, `${at}[${i}].`));
    else if (field.kind === 'record') made = asRow(field.fields ?? [], (value ?? {}) as Values, zone, complaints, undefined, `${at}.`);
    else made = valueOf(field, value, zone, at, complaints);
    if (made === undefined && field.kind === 'list') row[field.name] = [];  // emptied is not the same as left out
    else if (made === undefined) delete row[field.name];
    else row[field.name] = made;
  }
  return row;
}
/** What stands in a row and in no field of it: it stays, and is said. */
export const keptOf = (fields: FieldForm[], row: Values): string[] => Object.keys(row).filter((name) => !isEmpty(row[name]) && !fields.some((f) => f.name === name));

/** The organisation with this row put in (at the end where there is none yet) or, without a row, taken out. */
export function withRow(o: Organisation, part: Part, index: number, row: Values | undefined): Organisation {
  const rows = [...((o[part] ?? []) as unknown as Values[])];
  rows.splice(index, 1, ...(row ? [row] : []));
  return { ...o, [part]: rows } as Organisation;
}
/** What the server says of the whole ("freezes[2].from"), as said of this row's fields; the rest stays as it is. */
export const complaintsOf = (errors: readonly Complaint[], part: Part, index: number): Complaint[] => {
  const prefix = `${part}[${index}].`;
  return errors.map((e) => (e.field.startsWith(prefix) ? { ...e, field: e.field.slice(prefix.length) } : e));
};

/** What a difference of two rows comes to, field by field; of anything else the two as they stand. */
export function changesOf(before: string, after: string): { field: string; before: string; after: string }[] {
  const rowOf = (text: string): Values | undefined => { try { const v: unknown = JSON.parse(text); return v && typeof v === 'object' && !Array.isArray(v) ? (v as Values) : undefined; } catch { return undefined; } };
  const [old, now] = [before ? rowOf(before) : {}, after ? rowOf(after) : {}];
  if (!old || !now) return [{ field: '', before, after }];
  return changed('', old, now);
}
/** "put, Kind command, Timeout 1m": what a row says; what is not said in it is left away. */
const said = (v: unknown): string => {
  if (isEmpty(v)) return '';
  if (Array.isArray(v)) return v.map(said).join('; ');
  if (!isRow(v)) return String(v);
  return Object.entries(v).filter(([, inner]) => said(inner)).map(([name, inner]) => (name === 'name' ? said(inner) : `${labelOf(name)} ${said(inner)}`)).join(', ');
};
const isRow = (v: unknown): v is Values => typeof v === 'object' && v !== null && !Array.isArray(v);
const areRows = (v: unknown): v is Values[] => Array.isArray(v) && v.length > 0 && v.every((x) => isRow(x) && typeof x['name'] === 'string');
/** Down to the member that became another: "deploy, put, timeout". Rows of a list are known by their names. */
function changed(at: string, old: Values, now: Values): { field: string; before: string; after: string }[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) => {
    const [a, b, field] = [old[name], now[name], at ? `${at}.${name}` : name];
    if (JSON.stringify(a) === JSON.stringify(b)) return [];
    if (isRow(a) && isRow(b)) return changed(field, a, b);
    if (areRows(a) && areRows(b) && new Set(a.map((r) => r['name'])).size === a.length && new Set(b.map((r) => r['name'])).size === b.length) {
      const rows = (all: Values[]): Values => Object.fromEntries(all.map((r) => [String(r['name']), r]));
      const inside = changed(field, rows(a), rows(b));
      if (inside.length) return inside;  // else the same ones in another order
      return [{ field, before: a.map((r) => r['name']).join(', '), after: b.map((r) => r['name']).join(', ') }];
    }
    const [before, after] = [said(a), said(b)];
    return before === after ? [] : [{ field, before, after }];
  });
}
