// "There is none" is a sentence about an answer: no list says it before the answer is here.
import { expect, it } from 'vitest';

const sources = import.meta.glob('../**/*.svelte', { query: '?raw', import: 'default', eager: true }) as Record<string, string>;

/** What stands in a list's place when it has no rows; undefined: nothing does. */
function without(source: string, from: number): string | undefined {
  let depth = 1, said: number | undefined;
  for (const tag of source.slice(from).matchAll(/\{#(?:each|if)|\{\/(?:each|if)\}|\{:else\}/g)) {
    const at = from + tag.index;
    if (tag[0].startsWith('{#')) ++depth;
    else if (tag[0] === '{:else}') { if (depth === 1) said = at + tag[0].length; }
    else if (--depth === 0) return said === undefined ? undefined : source.slice(said, at);
  }
  return undefined;
}

it('says that there is none only of an answer that is here', () => {
  let lists = 0;
  for (const [file, source] of Object.entries(sources))
    for (const list of source.matchAll(/\{#each (\w+)\.value \?\? \[\]/g)) {
      ++lists;
      const empty = without(source, list.index + list[0].length);
      if (empty) expect(empty, file).toContain(`<None of={${list[1]}}>`);
    }
  expect(lists).toBeGreaterThan(8);
});
