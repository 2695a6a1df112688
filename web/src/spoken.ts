// A sentence of the server as it stands on a page: roles without underscores, moments in the reader's zone. Commands stay as they are typed.
import { absolute } from './format';
import { roleWords } from './words';

export const spoken = (text: string): string =>
  roleWords(text).split('`').map((part, i) => (i % 2 ? part : part.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g, (iso) => absolute(iso)))).join('`');
