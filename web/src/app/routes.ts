import { client, read } from '../api/request';
import { begin } from '../api/resource.svelte';
import type { Route } from './router.svelte';

const path = (release: string) => ({ params: { path: { release } } });
/** What the pages of a release show first, under the names by which they read it. */
const release = ({ id = '' }: Record<string, string>) => {
  begin(`release ${id}`, () => read(() => client.GET('/api/v1/releases/{release}', path(id))));
  begin(`acts:release:${id}`, () => read(() => client.GET('/api/v1/acts', { params: { query: { kind: 'release', name: id } } })));
};
const run = (params: Record<string, string>) => {
  release(params);
  begin(`watches ${params['id']}`, () => read(() => client.GET('/api/v1/releases/{release}/watches', path(params['id'] ?? ''))));
};

/** Pages, each loaded when it is opened. The first that matches is it. */
export const routes: Route[] = [
  { pattern: '/', load: () => import('../today/TodayPage.svelte') },
  { pattern: '/sign-in', load: () => import('../accounts/SignInPage.svelte') },
  { pattern: '/releases', load: () => import('../releases/ReleasesPage.svelte') },
  { pattern: '/releases/:id/decision', load: () => import('../gonogo/BoardPage.svelte'), begin: release },
  { pattern: '/releases/:id/notes', load: () => import('../changelog/EditorPage.svelte') },
  { pattern: '/releases/:id', load: () => import('../releases/ReleasePage.svelte'), begin: release },
  { pattern: '/releases/:area/:id', load: () => import('../releases/ReleasePage.svelte') }, // versions work as addresses
  { pattern: '/deployments', load: () => import('../deploy/DeploymentsPage.svelte') },
  { pattern: '/deployments/:id', load: () => import('../deploy/CockpitPage.svelte'), begin: run },
  { pattern: '/deployments/:area/:id', load: () => import('../deploy/CockpitPage.svelte') },
  { pattern: '/reports/:release/:checkpoint', load: () => import('../health/ReportPage.svelte') },
  { pattern: '/notes', load: () => import('../changelog/NotesPage.svelte') },
  { pattern: '/calendar', load: () => import('../planning/CalendarPage.svelte') },
  { pattern: '/risk', load: () => import('../risk/RiskPage.svelte') },
  { pattern: '/incidents', load: () => import('../incident/IncidentsPage.svelte') },
  { pattern: '/incidents/:id', load: () => import('../incident/IncidentPage.svelte') },
  { pattern: '/dora', load: () => import('../dora/DeliveryPage.svelte') },
  { pattern: '/services', load: () => import('../services/ServicesPage.svelte') },
  { pattern: '/services/:id', load: () => import('../services/ServicePage.svelte') },
  { pattern: '/audit', load: () => import('../ledger/AuditPage.svelte') },
  { pattern: '/settings', load: () => import('../settings/SettingsPage.svelte') },
  { pattern: '/profile', load: () => import('../accounts/ProfilePage.svelte') },
];
export const navigation = [
  { path: '/', word: 'today', key: 'g t' },
  { path: '/releases', word: 'releases', key: 'g r' },
  { path: '/calendar', word: 'calendar', key: 'g c' },
  { path: '/notes', word: 'notes', key: 'g l' },
  { path: '/risk', word: 'risk', key: 'g k' },
  { path: '/deployments', word: 'deployments', key: 'g d' },
  { path: '/incidents', word: 'incidents', key: 'g i' },
  { path: '/services', word: 'services', key: 'g s' },
  { path: '/dora', word: 'delivery', key: 'g m' },
  { path: '/audit', word: 'audit', key: 'g a' },
  { path: '/settings', word: 'settings', key: 'g ,' },
] as const;
/** What the palette opens by name: the navigation, and what is reached from elsewhere. */
export const pages = [...navigation, { path: '/profile', word: 'profile', key: '' }] as const;
