// The promises of the colour tokens: readable text, and Go told from No-go by every kind of sight.
import css from './tokens.css?raw';
import { describe, expect, it } from 'vitest';

type Rgb = [number, number, number];
const tokens = new Map([...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((m) => [m[1]!, [rgb(m[2]!), rgb(m[3]!)] as const]));

function rgb(hex: string): Rgb {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255) as Rgb;
}
const linear = (c: Rgb) => c.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as Rgb;
const times = (m: number[][], v: Rgb) => m.map((row) => row[0]! * v[0] + row[1]! * v[1] + row[2]! * v[2]) as Rgb;
const luminance = (c: Rgb) => { const [r, g, b] = linear(c); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
function contrast(a: Rgb, b: Rgb) {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}
// Machado, Oliveira, Fernandes 2009: complete protanopia, deuteranopia, tritanopia; on linear RGB.
const sights: Record<string, number[][]> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
/** CIELAB (D65) of a colour as that sight sees it. */
function lab(c: Rgb, sight: number[][]): Rgb {
  const seen = times(sight, linear(c)).map((v) => Math.min(1, Math.max(0, v))) as Rgb;
  const xyz = times([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]], seen);
  const f = xyz.map((v, i) => { const t = v / [0.95047, 1, 1.08883][i]!; return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116; }) as Rgb;
  return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])];
}
const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const of = (name: string, theme: number) => tokens.get(name)![theme]!;

describe.each([['light', 0], ['dark', 1]] as const)('tokens, %s', (_, theme) => {
  it.each([
    ['text', 'bg'], ['text', 'surface'], ['text', 'surface-2'], ['text-2', 'bg'], ['text-2', 'surface'], ['text-2', 'surface-2'], ['text-3', 'bg'], ['text-3', 'surface'],
    ['accent', 'bg'], ['accent', 'surface'], ['accent', 'accent-bg'], ['go', 'go-bg'], ['watch', 'watch-bg'], ['nogo', 'nogo-bg'], ['idle', 'idle-bg'],
    ['go', 'surface'], ['watch', 'surface'], ['nogo', 'surface'], ['idle', 'surface'], ['text', 'go-bg'], ['text', 'watch-bg'], ['text', 'nogo-bg'], ['text', 'idle-bg'],
  ])('%s is readable on %s', (ink, paper) => {
    expect(contrast(of(ink, theme), of(paper, theme))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(Object.entries(sights))('go and no-go differ for %s sight', (_, sight) => {
    expect(distance(lab(of('go', theme), sight), lab(of('nogo', theme), sight))).toBeGreaterThanOrEqual(30);
  });
});
