// Every text of the interface, in one place. Dates and numbers go through format.ts.
import type { Stage, State } from './api/shapes';

export const stateWord: Record<State, string> = {
  go: 'Go', watch: 'Watch', nogo: 'No-go', running: 'Running', pending: 'Waiting', done: 'Done', waived: 'Waived', unknown: 'Unknown',
};
export const stageWord: Record<Stage, string> = {
  planning: 'Plan', assessment: 'Assess', changelog: 'Changelog', go_no_go: 'Go/No-Go', deployment: 'Deploy', validation: 'Validate',
  communication: 'Announce', review: 'Review', closed: 'Closed',
};

export const words = {
  product: 'Evenkeel',
  skip: 'Skip to content',
  menu: 'Menu',
  releases: 'Releases',
  live: { live: 'Live', connecting: 'Connecting', offline: 'Offline', reconnecting: (age: string) => `Reconnecting, data ${age} old` },
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  compact: 'Compact rows',
  keys: { title: 'Keys of this page', close: 'Close', everywhere: 'Everywhere', here: 'Here' },
  filter: 'Filter releases',
  columns: { release: 'Release', area: 'Area', stage: 'Stage', verdict: 'Verdict', window: 'Window', owner: 'Owner' },
  noReleases: { title: 'No releases planned', next: 'Plan the first one, or import a calendar.', command: 'evenkeel release plan --area AREA --version VERSION --component SERVICE@VERSION' },
  noMatch: (text: string) => `No release matches “${text}”.`,
  closedReleases: (n: number) => `Closed releases (${n})`,
  folded: (n: number) => `+ ${n} go`,
  unfold: 'Show gates that hold',
  spine: 'Stages of this release',
  due: 'due',
  gates: 'Gates',
  gateColumns: { gate: 'Gate', state: 'State', value: 'Found', limit: 'Required', next: 'Next step' },
  noGates: { title: 'No gates yet', next: 'Gates come from the process of this area; apply a configuration that names them.' },
  waivedBy: (who: string, until: string) => `Waived by ${who} until ${until}`,
  by: (who: string) => `by ${who}`,
  scope: 'Scope',
  scopeColumns: { component: 'Component', change: 'Version', tier: 'Tier', risk: 'Risk', blast: 'Blast radius', rollback: 'Rollback' },
  noScope: { title: 'No changes yet', next: 'Connect a repository or add the first change.' },
  rehearsed: (age: string, took: string) => `rehearsed ${age}, took ${took}`,
  notRehearsed: 'not rehearsed',
  signOffs: 'Sign-offs',
  checklist: 'Checklist',
  flags: 'Flags at launch',
  communications: 'Communications',
  activity: 'Activity',
  none: 'None yet',
  noActivity: { title: 'Nothing has happened yet', next: 'Decisions, sign-offs and runs appear here as they are made.' },
  evidence: 'evidence',
  loading: 'Loading…',
  retry: 'Try again',
  failed: { title: 'This could not be loaded', network: 'The server did not answer. Check that it runs and that this machine reaches it.' },
  signIn: { title: 'You are not signed in', next: 'Sign in to see this page.' },
  notFound: { title: 'There is no such page', next: 'Go to the releases', },
  window: { none: 'No window yet', opens: (t: string) => `Opens ${t}`, open: (t: string) => `Open until ${t}`, was: (t: string) => `Was ${t}` },
} as const;
