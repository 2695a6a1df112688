// The catalogue of acts as the server has it (generated/acts.json, made from the same rows as the API and the command line): what the one
// form asks for. Loaded when the first form or the palette opens.
export type Values = Record<string, unknown>;

export interface FieldForm {
  name: string;
  kind: 'text' | 'integer' | 'number' | 'boolean' | 'choice' | 'time' | 'duration' | 'list' | 'file' | 'bytes' | 'texts' | 'record' | 'records' | 'json';  // texts: names with a text each
  required?: boolean;
  help?: string;
  fallback?: string;
  choices?: string[];
  of?: 'number';                          // what a list holds, when it is no texts
  fields?: FieldForm[];
  kinds?: Record<string, FieldForm[]>;    // its fields, where they follow from its kind
}
export interface Wording {
  path: string;
  help: string;
  arguments: { name: string; field: string; positional?: boolean }[];
  fixed?: Values;
}
export interface ActForm {
  id: string;
  summary: string;
  does: 'reads' | 'drafts' | 'decides';
  method: string;
  path: string;
  details?: string;
  fields: FieldForm[];
  words: Wording[];
}

let loading: Promise<ActForm[]> | undefined;
export const allActs = (): Promise<ActForm[]> => (loading ??= import('../generated/acts.json').then((m) => m.default as unknown as ActForm[]));

/** Every part of the definitions as fields, with what each key says of itself. Loaded by the pages that change definitions. */
let reading: Promise<FieldForm[]> | undefined;
export const definitionForms = (): Promise<FieldForm[]> => (reading ??= import('../generated/definitions.json').then((m) => m.default as unknown as FieldForm[]));

/** What the path names, in order; the first is what the act is about. */
export const named = (act: ActForm): string[] => [...act.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!);
