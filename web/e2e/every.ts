// Every screen that a signed-in person can open in the shop with one release shipped and one waiting, and what it shows when it is whole.
export const screens: [name: string, path: string, text: RegExp][] = [
  ['today', '/', /wait|Nothing/], ['releases', '/releases', /1\.3\.0/], ['board', '/releases/1.4.0/decision', /voted/], ['calendar', '/calendar', /Stocktaking/], ['deployments', '/deployments', /catalog/],
  ['notes', '/notes', /1\.3\.0/], ['editor', '/releases/1.4.0/notes', /have an entry|has an entry/], ['risk', '/risk', /1\.3\.0|No release/], ['incidents', '/incidents', /Lamps cannot|No incidents/], ['services', '/services', /catalog/],
  ['service', '/services/catalog', /rollback/], ['delivery', '/dora', /n = /], ['report', '/reports/1.3.0/15m', /error rate/], ['audit', '/audit', /Not checked on this page/], ['settings', '/settings', /prometheus/], ['people', '/settings?tab=people', /Rita/],
  ['profile', '/profile', /Sessions/], ['sign-in', '/sign-in', /Sign in/],
];
