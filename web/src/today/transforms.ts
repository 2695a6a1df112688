// Today's one sentence and a newcomer's first steps. What waits for whom, the server says.
import type { components } from '../generated/api';
import type { Verdict } from '../api/shapes';

type Today = components['schemas']['Today'];
export type Awaited = Today['yours'][number];

export function sentenceOf(today: Today, open: number): Verdict {
  const overdue = today.yours.filter((a) => a.overdue).length, mine = today.yours.length, running = today.running.length;
  const things = (n: number) => (n === 1 ? 'One thing' : `${n} things`);
  const runs = running ? ` ${running === 1 ? 'One run is' : `${running} runs are`} under way.` : '';
  if (overdue) return { state: 'nogo', sentence: `${things(overdue)} of yours ${overdue === 1 ? 'is' : 'are'} overdue${mine > overdue ? `, ${mine - overdue} more wait${mine - overdue === 1 ? 's' : ''} for you` : ''}.${runs}` };
  if (mine) return { state: 'watch', sentence: `${things(mine)} wait${mine === 1 ? 's' : ''} for you.${runs}` };
  if (running) return { state: 'running', sentence: runs.trim() };
  return { state: 'done', sentence: `Nothing waits for you.${open ? '' : ' No release is open.'}` };
}
/** A row begins with its capital letter, as a sentence does. */
export const verbFirst = (what: string): string => what.charAt(0).toUpperCase() + what.slice(1);

export interface Step { title: string; why: string; link: string; done: boolean }
export interface Begun { services: number; rehearsed: boolean; criteria: boolean }
export const firstSteps = ({ services, rehearsed, criteria }: Begun, releases: number): Step[] => [
  { title: 'Define your first service', why: 'Begin with the one that is deployed most often: its owner, how it is deployed, how it is taken back.', link: '/settings?tab=definitions', done: services > 0 },
  { title: 'Rehearse its rollback', why: 'A plan that was never tried counts as none.', link: '/services', done: rehearsed },
  { title: 'Set its criteria', why: 'What will be watched, with limits from its own history.', link: '/services', done: criteria },
  { title: 'Plan the first release', why: 'Its gates observe at first: nothing is blocked until you say so.', link: '/releases', done: releases > 0 },
];
