// The drawing of a chart, with uPlot on a canvas. Loaded by pages that draw, when the first chart comes into sight.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { figure } from '../format';
import { zone } from '../zone.svelte';
import { alone, flagRows, timeRange, valueRange, type Chart, type Role } from './model';

const names = ['--c-canary', '--c-control', '--c-grid', '--c-marker', '--nogo', '--text-2', '--surface'] as const;
type Colours = Record<(typeof names)[number], string>;
const ofRole: Record<Role, (typeof names)[number]> = { now: '--c-canary', past: '--c-control', older: '--c-control' };
const flagHeight = 15;

/** The tokens as they are at this place now: a canvas knows no custom properties. */
function coloursAt(host: HTMLElement): Colours {
  const probe = host.appendChild(document.createElement('i'));
  const all = Object.fromEntries(names.map((name) => { probe.style.color = `var(${name})`; return [name, getComputedStyle(probe).color]; })) as Colours;
  probe.remove();
  return all;
}

// One watch over theme and paper for all charts, and one chart a frame.
const repaints = new Set<() => void>();
const repaint = () => { for (const paint of repaints) paint(); };
const paper = matchMedia('print');
for (const query of [matchMedia('(prefers-color-scheme: dark)'), paper]) query.addEventListener('change', repaint);
new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
let turn: Promise<unknown> = Promise.resolve();
export const inTurn = (): Promise<unknown> => (turn = turn.then(() => new Promise((next) => requestAnimationFrame(next))));

const clock = (options: Intl.DateTimeFormatOptions) => (t: number) => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone.name }).format(new Date(t * 1000));
function axisTimes(chart: Chart, seconds: number): (t: number) => string {
  if (chart.step === 'month') return (t) => new Intl.DateTimeFormat('en-GB', { month: 'short', year: '2-digit', timeZone: 'UTC' }).format(new Date(t * 1000));
  return seconds < 600 ? clock({ hour: '2-digit', minute: '2-digit', second: '2-digit' }) : seconds < 2 * 86_400 ? clock({ hour: '2-digit', minute: '2-digit' }) : clock({ day: 'numeric', month: 'short' });
}

export interface Plot { show(chart: Chart): void; end(): void }

/** `told` hears which value the cursor stands on, of this chart or of another on the screen; none when it leaves. */
export function plot(host: HTMLElement, first: Chart, told: (index: number | null) => void): Plot {
  let chart = first, colours = coloursAt(host), drawn: uPlot;
  const ratio = () => devicePixelRatio || 1;
  const font = (px: number) => `${px * ratio()}px ${getComputedStyle(host).fontFamily}`;
  const behind = () => [...chart.lines].reverse(); // what is now lies on top of what was
  const data = (): uPlot.AlignedData => [chart.at, ...behind().map((l) => l.values), ...(chart.band ? [chart.band.low, chart.band.high] : [])] as uPlot.AlignedData;

  function level(u: uPlot, value: number, colour: string, dash: number[], word: string) {
    const { ctx, bbox } = u, y = Math.round(u.valToPos(value, 'y', true));
    if (y < bbox.top - 1 || y > bbox.top + bbox.height + 1) return;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = 1.5 * ratio();
    ctx.setLineDash(dash.map((d) => d * ratio()));
    ctx.beginPath(); ctx.moveTo(bbox.left, y); ctx.lineTo(bbox.left + bbox.width, y); ctx.stroke();
    ctx.font = font(11);
    ctx.textAlign = 'right';
    const above = y - bbox.top > 16 * ratio(); // the word stands on its line, and under it where there is no room
    ctx.textBaseline = above ? 'bottom' : 'top';
    ctx.lineWidth = 3 * ratio(); ctx.setLineDash([]); ctx.strokeStyle = colours['--surface'];
    const at: [number, number] = [bbox.left + bbox.width - 2, y + (above ? -2 : 3) * ratio()];
    ctx.strokeText(word, ...at);
    ctx.fillText(word, ...at);
    ctx.restore();
  }
  function flags(u: uPlot) {
    const { ctx, bbox } = u;
    const [from, to] = timeRange(chart);
    const marks = chart.markers.map((m, i) => ({ ...m, word: `${i + 1} ${m.label}` })).filter((m) => m.at >= from && m.at <= to);
    ctx.save();
    ctx.font = font(11);
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    ctx.lineWidth = ratio();
    const placed = marks.map((m) => { const line = Math.round(u.valToPos(m.at, 'x', true)), width = ctx.measureText(m.word).width; return { ...m, line, width, x: Math.min(line + 3 * ratio(), bbox.left + bbox.width - width) }; });
    const rows = flagRows(placed);
    placed.forEach((m, i) => {
      const top = (rows[i]! % 3) * flagHeight * ratio();
      ctx.strokeStyle = ctx.fillStyle = colours['--c-marker'];
      ctx.beginPath(); ctx.moveTo(m.line + 0.5, top); ctx.lineTo(m.line + 0.5, bbox.top + bbox.height); ctx.stroke();
      ctx.fillText(m.word, m.x, top + 2 * ratio());
    });
    ctx.restore();
  }
  function options(): uPlot.Options {
    const grid = { stroke: () => colours['--c-grid'], width: 1 }, ink = () => colours['--text-2'];
    const axis = { stroke: ink, grid, ticks: { ...grid, size: 4 }, font: `11px ${getComputedStyle(host).fontFamily}`, gap: 4 };
    return {
      width: host.clientWidth || 300, height: host.clientHeight || 160,
      padding: [chart.markers.length ? Math.min(3, chart.markers.length) * flagHeight + 4 : 8, 20, 0, 0],
      legend: { show: false },
      tzDate: (t) => uPlot.tzDate(new Date(t * 1000), chart.step === 'month' ? 'UTC' : zone.name),
      cursor: { sync: { key: 'screen', setSeries: false, scales: ['x', null] }, drag: { x: false, y: false }, y: false, points: { size: 6 } },
      scales: { x: { time: true, range: () => timeRange(chart) }, y: { range: () => valueRange(chart) } },
      axes: [
        { ...axis, size: 24, space: 72, ...(chart.step === 'month' ? { splits: () => chart.at.filter((_, i) => i % Math.max(1, Math.ceil((chart.at.length * 60) / (host.clientWidth || 300))) === 0) } : {}),
          values: (u, splits) => splits.map(axisTimes(chart, (u.scales['x']!.max ?? 0) - (u.scales['x']!.min ?? 0))) },
        { ...axis, size: 58, space: 36, values: (_, splits) => splits.map((v) => figure(v, chart.unit.length > 5 ? '' : chart.unit)) }, // a long unit stands in the title
      ],
      series: [
        {},
        ...behind().map((l): uPlot.Series => ({
          label: l.label, stroke: () => colours[ofRole[l.role]], width: l.role === 'now' ? 1.75 : 1.25, ...(l.role === 'older' ? { dash: [4, 3] } : {}),
          points: { show: true, size: chart.step ? 6 : 4, fill: () => colours[ofRole[l.role]], filter: (u, i) => (chart.step ? null : alone(u.data[i] as (number | null)[])) },
        })),
        ...(chart.band ? [0, 1].map((): uPlot.Series => ({ stroke: 'transparent', points: { show: false } })) : []),
      ],
      ...(chart.band ? { bands: [{ series: [chart.lines.length + 2, chart.lines.length + 1] as [number, number], fill: () => colours['--c-grid'] }] } : {}),
      hooks: {
        draw: [(u) => {
          if (chart.centre !== null && chart.centre !== undefined) level(u, chart.centre, colours['--c-control'], [2, 3], `ordinary ${figure(chart.centre, chart.unit)}`);
          if (chart.limit !== null) level(u, chart.limit, colours['--nogo'], [5, 4], `limit ${figure(chart.limit, chart.unit)}`);
          flags(u);
        }],
        setCursor: [(u) => told(u.cursor.idx ?? null)],
      },
    };
  }
  const shapeOf = (c: Chart) => [c.lines.map((l) => l.role).join(), c.unit, c.markers.length, Boolean(c.band)].join('|');
  const begin = () => { drawn = new uPlot(options(), data(), host); };
  begin();
  const paint = () => { colours = coloursAt(host); drawn.redraw(false, true); };
  repaints.add(paint);
  const size = new ResizeObserver(() => { if (!paper.matches && host.clientWidth && host.clientWidth !== drawn.width) drawn.setSize({ width: host.clientWidth, height: host.clientHeight }); });
  size.observe(host);
  return {
    show(next) {
      if (next === chart) return;
      const same = shapeOf(next) === shapeOf(chart);
      chart = next;
      if (same) drawn.setData(data());
      else { drawn.destroy(); begin(); }
    },
    end() { repaints.delete(paint); size.disconnect(); drawn.destroy(); },
  };
}
