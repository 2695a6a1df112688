import { expect, it } from 'vitest';
import { gate } from '../releases/sample.testdata';
import { firstSteps, sentenceOf } from '../today/transforms';
import { gapsOf } from '../services/transforms';
import { standing } from '../incident/transforms';
import { matrixOf, seatsOf, tally } from './transforms';

it('criteria stand by area, in the order a meeting walks them', () => {
  expect(matrixOf([gate({ name: 'quorum' }), gate({ name: 'rollback_rehearsed' }), gate({ name: 'tests_passed' }), gate({ name: 'odd' })]).map((a) => a.name)).toEqual(['Testing', 'Rollback', 'Sign-offs', 'Other']);
});
it('each seat of the quorum has its vote or none', () => {
  const seats = seatsOf(['qa', 'product'], [{ role: 'qa', person: 'Bo', verdict: 'go', reason: '', at: '' }, { role: 'security', person: 'Si', verdict: 'no_go', reason: '', at: '' }]);
  expect(seats.map((s) => [s.role, s.vote?.verdict])).toEqual([['qa', 'go'], ['product', undefined], ['security', 'no_go']]);
  expect(tally(seats)).toBe('2 of 3 voted: 1 go, 1 no-go');
});
it('today is said in one sentence', () => {
  const awaited = (overdue: boolean) => ({ overdue }) as never;
  expect(sentenceOf({ running: [], yours: [awaited(true), awaited(false)], others: [], away: [], releases_left_out: 0 }, 1)).toEqual({ state: 'nogo', sentence: 'One thing of yours is overdue, 1 more waits for you.' });
  expect(sentenceOf({ running: [], yours: [], others: [], away: [], releases_left_out: 0 }, 0).sentence).toBe('Nothing waits for you. No release is open.');
  expect(firstSteps({ services: 0, rehearsed: false, criteria: false }, 0).map((s) => s.done)).toEqual([false, false, false, false]);
  expect(firstSteps({ services: 1, rehearsed: true, criteria: false }, 2).map((s) => s.done)).toEqual([true, true, false, true]);
});
it('a service says what it lacks', () => expect(gapsOf({ name: 'web', area: 'shop', owner: 'eli', rollback: [{ name: 'back', kind: 'command' }] } as never)).toEqual(['no proof of the version', 'no criteria', 'no deploy steps']));
it('an incident stands by its newest time', () => expect([standing({ acknowledged_at: null, mitigated_at: null, resolved_at: null }).word, standing({ acknowledged_at: 'x', mitigated_at: null, resolved_at: null }).word, standing({ acknowledged_at: 'x', mitigated_at: 'x', resolved_at: 'x' }).word]).toEqual(['Open', 'Acknowledged', 'Resolved']));
