// Parts of the definitions as forms: what a row looks like while it is edited, and the whole organisation with the row changed.
import type { Organisation } from '../api/shapes';
import type { ActForm, FieldForm, Values } from '../acts/catalogue';
import type { Complaint } from '../acts/form';

export const parts = ['people', 'gates', 'freezes', 'channels', 'audiences'] as const;
export type Part = (typeof parts)[number];

/** What the described input of applying says of a row of this part, with our words of help where there are some. */
export function fieldsOf(apply: ActForm | undefined, part: Part, help: Record<string, string>): FieldForm[] {
  const organisation = apply?.fields.find((f) => f.name === 'organisation');
  const fields = organisation?.fields?.find((f) => f.name === part)?.fields ?? [];
  return fields.map((f) => (help[`${part}.${f.name}`] ? { ...f, help: help[`${part}.${f.name}`]! } : f));
}
/** A row as the fields hold it: a list is a line each. */
export function asTyped(fields: FieldForm[], row: Values): Values {
  return Object.fromEntries(fields.flatMap((f): [string, unknown][] => {
    const value = row[f.name];
    if (value === undefined || value === null || value === '') return [];
    if (f.kind === 'list') return [[f.name, (value as unknown[]).join('\n')]];
    if (f.kind === 'records') return [[f.name, (value as Values[]).map((part) => asTyped(f.fields ?? [], part))]];
    return [[f.name, value]];
  }));
}
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
  const text = (v: unknown) => (v === undefined || v === null ? '' : Array.isArray(v) && v.every((x) => typeof x !== 'object') ? v.join(', ') : typeof v === 'object' ? JSON.stringify(v) : String(v));
  const [old, now] = [before ? rowOf(before) : {}, after ? rowOf(after) : {}];
  if (!old || !now) return [{ field: '', before, after }];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].map((field) => ({ field, before: text(old[field]), after: text(now[field]) })).filter((c) => c.before !== c.after);
}
