// A screen compared with how it looked before. What is kept of each picture is small: one dot for eight by eight pixels, in sixteen steps
// of each colour, so that a moved block, a changed colour or a missing word is seen, and how a machine smooths its letters is not.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from '@playwright/test';

const kept = resolve('e2e', 'pictures'), made = resolve('..', 'build', 'screens');
const tolerated = { step: 2, dots: 0.002 }; // a dot differs by more than so many of its sixteen steps; so many of all dots may

/** What is another one on every run (hashes, ports, folders) is written as noughts; what it says is not what a picture is for. */
export async function steady(page: Page) {
  await page.evaluate(() => document.fonts.ready.then(() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const text = node.nodeValue ?? '';
      const quiet = text.replace(/\b[0-9a-f]{7,}\b/g, (hash) => '0'.repeat(hash.length)).replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:00000').replace(/evenkeel-e2e-\w+/g, 'evenkeel-e2e-000000').replace(/\b([a-z]{3})_[0-9A-Za-z]{8,}/g, (_, kind: string) => `${kind}_000`);
      if (quiet !== text) node.nodeValue = quiet;
    }
  }));
}

interface Compared { small: string; marked?: string; share: number; where?: string }
/** In a browser, which can read pictures: the small one of `now`, and how far it is from the kept one. */
function compareIn([now, before, step]: [string, string, number]): Promise<Compared> {
  const cell = 8, level = 17;
  const load = async (base64: string) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.drawImage(image, 0, 0);
    return { canvas, context, data: context.getImageData(0, 0, image.width, image.height) };
  };
  const png = (canvas: HTMLCanvasElement) => canvas.toDataURL('image/png').split(',')[1]!;
  const shrink = (full: ImageData) => {
    const width = Math.ceil(full.width / cell), height = Math.ceil(full.height / cell);
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d')!, out = context.createImageData(width, height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const sum = [0, 0, 0];
        let n = 0;
        for (let v = y * cell; v < Math.min(full.height, (y + 1) * cell); v++)
          for (let u = x * cell; u < Math.min(full.width, (x + 1) * cell); u++, n++)
            for (let c = 0; c < 3; c++) sum[c]! += full.data[(v * full.width + u) * 4 + c]!;
        for (let c = 0; c < 3; c++) out.data[(y * width + x) * 4 + c] = Math.round(sum[c]! / n / level) * level;
        out.data[(y * width + x) * 4 + 3] = 255;
      }
    context.putImageData(out, 0, 0);
    return { canvas, data: out };
  };
  return (async () => {
    const big = await load(now), small = shrink(big.data);
    if (!before) return { small: png(small.canvas), share: 1 };
    const old = (await load(before)).data, fresh = small.data;
    const width = Math.max(old.width, fresh.width), height = Math.max(old.height, fresh.height);
    let differ = 0, left = width, top = height, right = 0, bottom = 0;
    big.context.fillStyle = 'rgb(255 0 128 / 50%)';
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const inside = (d: ImageData) => x < d.width && y < d.height, at = (d: ImageData, c: number) => d.data[(y * d.width + x) * 4 + c]!;
        if (inside(old) && inside(fresh) && [0, 1, 2].every((c) => Math.abs(at(old, c) - at(fresh, c)) <= step * level)) continue;
        differ++;
        [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
        big.context.fillRect(x * cell, y * cell, cell, cell);
      }
    return { small: png(small.canvas), marked: png(big.canvas), share: differ / (width * height), ...(differ ? { where: `from ${left * cell},${top * cell} to ${(right + 1) * cell},${(bottom + 1) * cell}${old.width !== fresh.width || old.height !== fresh.height ? `; ${fresh.width * cell} x ${fresh.height * cell} px, before ${old.width * cell} x ${old.height * cell}` : ''}` } : {}) };
  })();
}

/** Nothing when the picture is as it was; else where it differs and where to look. With UPDATE=1 it is kept as it is now. `lens`: any page without a content policy. */
export async function compared(lens: Page, name: string, picture: Buffer): Promise<string> {
  const file = resolve(kept, `${name}.png`), before = existsSync(file) ? readFileSync(file).toString('base64') : '';
  const result = await lens.evaluate(compareIn, [picture.toString('base64'), before, tolerated.step] as [string, string, number]);
  if (process.env['UPDATE']) {
    mkdirSync(kept, { recursive: true });
    if (!before || result.share > 0) writeFileSync(file, Buffer.from(result.small, 'base64'));
    return '';
  }
  if (!before) return `${name}: no picture is kept; UPDATE=1 npm run e2e -- pictures keeps it`;
  if (result.share <= tolerated.dots) return '';
  mkdirSync(made, { recursive: true });
  writeFileSync(resolve(made, `differs-${name}.png`), Buffer.from(result.marked!, 'base64'));
  return `${name}: ${(result.share * 100).toFixed(2)} % differ, ${result.where}; marked in build/screens/differs-${name}.png, kept in web/e2e/pictures. If it is meant: UPDATE=1 npm run e2e -- pictures`;
}
