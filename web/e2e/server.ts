// A real server with a small organisation and one planned release, for browser tests.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, openSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from '@playwright/test';

// A slow machine, or a slow line: every answer is this much later at most (SLOW=1500 npm run e2e finds what only holds when answers are fast).
const slow = Number(process.env['SLOW'] ?? 0);
const evenkeel = process.env['EVENKEEL'] ?? resolve('..', 'build', 'dev', 'evenkeel');

const organisation = `
name: Lamp shop
people:
  - {login: ada, name: Ada Brandt, email: ada@shop.test, roles: [{role: coordinator}, {role: admin}]}
  - {login: rita, name: Rita Risk, email: rita@shop.test, roles: [{role: risk_manager}]}
areas: [{name: shop, title: Shop, coordinator: ada}]
environments: [{name: staging}, {name: production, production: true}]
on_call: [{area: shop, person: rita}]
gates: [{name: risk_assessed, mode: enforce}]
services:
  - name: checkout
    area: shop
    owner: ada
    deploy: [{name: put, kind: command, command: ["true"]}]
    rollback: [{name: put back, kind: command, command: ["true"]}]
    verify_version: [{name: right version answers, kind: check, command: [echo, "\${expected}"], expect: "\${expected}", timeout: 5s}]
`;

export interface World {
  url: string;
  login: string;
  password: string;
  home: string;
  as(...words: string[]): string;
  /** The command line in another person's hands. */
  by(login: string, ...words: string[]): string;
  /** A page in this person's hands: signed in, in an own window of this width and theme, at this time. */
  open(browser: Browser, login: string, path?: string, look?: { width?: number; scheme?: 'light' | 'dark'; now?: string }): Promise<Page>;
  /** Tells the virtual business clock a line ("now", "advance 15m"); only of a world that was started with one. */
  clock(line: string): Promise<string>;
  /** The server goes away, and comes back at the same address with the same data. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  stop(): void;
}

interface Started { url: string; home: string; socket: string; code: string; halt(): Promise<void>; resume(): Promise<void>; stop(): void }
/** A server on an empty database, and the code that stands in its log. */
export async function startEmpty(clockFrom?: string): Promise<Started> {
  const home = mkdtempSync(join(tmpdir(), 'evenkeel-e2e-'));
  const portFile = join(home, 'port'), socket = join(home, 'clock'), log = join(home, 'server.log');
  let server: ChildProcess;
  async function start(port = '0') {
    rmSync(portFile, { force: true });
    server = spawn(evenkeel, ['serve', '--db', join(home, 'evenkeel.db'), '--port', port, '--port-file', portFile, '--publish-under', home, ...(clockFrom ? ['--test-clock', socket, '--test-clock-start', clockFrom] : [])], { stdio: ['ignore', 'ignore', openSync(log, 'a')], env: { ...process.env, EVENKEEL_ALLOW_ROOT: '1' } });
    for (let i = 0; !existsSync(portFile) || !readFileSync(portFile, 'utf8').trim(); i++) {
      if (i > 1200) throw new Error('the server did not start');
      await new Promise((done) => setTimeout(done, 50));
    }
    return readFileSync(portFile, 'utf8').trim();
  }
  const port = await start();
  const code = /"code":"([^"]+)"/.exec(readFileSync(log, 'utf8'))?.[1] ?? '';  // for whoever reads the log of a server that nobody has set up
  return {
    url: `http://127.0.0.1:${port}`, home, socket, code,
    async halt() {
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGTERM');
      await ended;
    },
    async resume() { await start(port); },
    stop() {
      server.kill('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
/** `yaml`: definitions, with @HOME@ for the world's folder. `clock`: time stands still until it is told otherwise. */
export async function startWorld({ yaml = organisation, clock = false, from = '2026-06-09T09:00:00Z' } = {}): Promise<World> {
  const { url, home, socket, code, halt, resume, stop } = await startEmpty(clock ? from : undefined);
  const password = 'a lamp in every room';
  const tokens = new Map<string, string>();
  const run = (token: string, words: string[]) =>
    execFileSync(evenkeel, words, { encoding: 'utf8', env: { ...process.env, EVENKEEL_SERVER: url, EVENKEEL_TOKEN: token } });
  const as = (...words: string[]) => run(tokens.get('ada') ?? '', words);
  tokens.set('ada', JSON.parse(as('setup', '--code', code, '--login', 'ada', '--name', 'Ada Brandt', '--email', 'ada@shop.test', '--password', password, '--json')).secret);
  const file = join(home, 'evenkeel.yaml');
  writeFileSync(file, yaml.replaceAll('@HOME@', home));
  as('apply', file);
  const token = (login: string): string => {
    if (!tokens.has(login)) tokens.set(login, JSON.parse(as('token', 'create', '--login', login, '--name', 'browser', '--json')).secret);
    return tokens.get(login) ?? '';
  };
  return {
    url, login: 'ada', password, as, home,
    by: (login, ...words) => run(token(login), words),
    async open(browser, login, path = '/', { width = 1440, scheme = 'light', now } = {}) {
      const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 900 } });
      await context.addCookies([{ name: 'evenkeel_session', value: token(login), url }]);
      const page = await context.newPage();
      if (slow) await page.route('**/api/v1/**', async (route) => { await new Promise((done) => setTimeout(done, Math.random() * slow)); await route.continue().catch(() => {}); });
      if (now) await page.clock.setFixedTime(now); // what the page takes for now; its timers run on
      await page.goto(url + path);
      return page;
    },
    clock: (line) => new Promise((done, failed) => {
      let answer = '';
      const door = createConnection(socket, () => door.write(line + '\n'));
      door.on('data', (part) => { answer += part; }).on('end', () => done(answer.trim())).on('error', failed);
    }),
    halt, resume, stop,
  };
}

/** What a first visitor does. */
export function planRelease(world: World) {
  world.as('release', 'plan', '1.4.0', '--area', 'shop', '--component', 'checkout=1.3.0..1.4.0@sha256:1', '--window-start', '+1h', '--window-end', '+2h');
}
