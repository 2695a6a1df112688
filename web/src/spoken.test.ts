import { expect, it } from 'vitest';
import { spoken } from './spoken';

it('roles and moments are said as people say them, commands as they are typed', () => {
  expect(spoken('not signed by engineering_lead, qa; opens 2026-11-30T14:00:00.123Z')).toBe('not signed by engineering lead, qa; opens Mon 30 Nov 2026, 14:00 UTC');
  expect(spoken('`evenkeel signoff 1.2.0 --role engineering_lead` at once')).toContain('engineering_lead');
});
