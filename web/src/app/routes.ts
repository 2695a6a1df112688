import type { Route } from './router.svelte';

/** Pages, and which of them the navigation shows. */
export const routes: Route[] = [
  { pattern: '/', load: () => import('../releases/ReleasesPage.svelte') },
  { pattern: '/releases', load: () => import('../releases/ReleasesPage.svelte') },
  { pattern: '/releases/:id', load: () => import('../releases/ReleasePage.svelte') },
];
export const navigation = [{ path: '/releases', also: '/', word: 'releases', key: 'g r' }] as const;
