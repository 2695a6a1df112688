// Paths to pages. Links are plain links; a click on one of ours changes the page without loading it anew.
import type { Component } from 'svelte';

export interface Route {
  pattern: string;  // "/releases/:id"
  load: () => Promise<{ default: Component<any> }>;  // a page may take the path's params
  begin?: (params: Record<string, string>) => void;  // reads what its page shows first, while the page itself is still on its way
}
export const location_ = $state({ path: location.pathname, query: location.search });

export function match(pattern: string, path: string): Record<string, string> | undefined {
  const want = pattern.split('/'), have = path.replace(/(?<=.)\/$/, '').split('/');
  if (want.length !== have.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    if (part.startsWith(':') && have[i]) {
      try {
        params[part.slice(1)] = decodeURIComponent(have[i]!);
      } catch { return undefined; }
    } else if (part !== have[i]) return undefined;
  }
  return params;
}
function update() {
  location_.path = location.pathname;
  location_.query = location.search;
}
export function go(to: string, replace = false) {
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  update();
}
/** Keeps a filter in the address without a new step in the history. */
export function setQuery(name: string, value: string) {
  const query = new URLSearchParams(location.search);
  if (value) query.set(name, value);
  else query.delete(name);
  const text = query.toString();
  go(location.pathname + (text ? `?${text}` : ''), true);
}
export function startRouter() {
  addEventListener('popstate', update);
  addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a[href]') as HTMLAnchorElement | null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;
    if (!link || !plain || link.target || link.origin !== location.origin || link.hasAttribute('download') || link.pathname.startsWith('/api/') || (link.hash && link.pathname === location.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}
