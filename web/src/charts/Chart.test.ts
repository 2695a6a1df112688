import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import ChartView from './Chart.svelte';

const plot = vi.hoisted(() => ({ inTurn: () => Promise.resolve(), plot: vi.fn(() => ({ show() {}, end() {} })) }));
vi.mock('./plot', () => plot);
const chart = { title: 'error rate', unit: 'share', at: [1_800_000_000, 1_800_000_060], lines: [{ label: 'New version', role: 'now' as const, values: [0.01, null] }], limit: 0.05, markers: [{ at: 1_800_000_030, label: 'deployment starts' }] };

it('a chart says its verdict, and its values are a table behind a button', async () => {
  render(ChartView, { chart, said: 'healthy. error rate: 1.00 %' });
  expect(screen.getByRole('img', { name: 'healthy. error rate: 1.00 %' })).toBeTruthy();
  expect(screen.queryByRole('table')).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: 'Show values of error rate' }));
  expect(screen.getAllByRole('row')).toHaveLength(3);
  expect(screen.getAllByRole('cell').map((c) => c.textContent)).toEqual(['1.00 %', '5.00 %', '–', '5.00 %']);
  expect(screen.getByText(/deployment starts, /)).toBeTruthy();
});
it('when what draws does not come, the values do', async () => {
  plot.plot.mockImplementationOnce(() => { throw new Error('no canvas'); });
  render(ChartView, { chart, said: 'healthy' });
  expect(await screen.findByRole('table')).toBeTruthy();
});
