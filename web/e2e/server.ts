// A real server with a small organisation and one planned release, for browser tests.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const evenkeel = resolve('..', 'build', 'dev', 'evenkeel');

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
`;

export interface World {
  url: string;
  login: string;
  password: string;
  database: string;
  as(...words: string[]): string;
  stop(): void;
}

export async function startWorld(): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'evenkeel-e2e-'));
  const portFile = join(home, 'port');
  const server: ChildProcess = spawn(evenkeel, ['serve', '--db', join(home, 'evenkeel.db'), '--port', '0', '--port-file', portFile], { stdio: 'ignore' });
  for (let i = 0; !existsSync(portFile); i++) {
    if (i > 200) throw new Error('the server did not start');
    await new Promise((done) => setTimeout(done, 50));
  }
  const url = `http://127.0.0.1:${readFileSync(portFile, 'utf8').trim()}`;
  const password = 'a lamp in every room';
  let token = '';
  const as = (...words: string[]) =>
    execFileSync(evenkeel, words, { encoding: 'utf8', env: { ...process.env, EVENKEEL_SERVER: url, EVENKEEL_TOKEN: token } });
  token = JSON.parse(as('setup', '--login', 'ada', '--name', 'Ada Brandt', '--email', 'ada@shop.test', '--password', password, '--json')).secret;
  const file = join(home, 'evenkeel.yaml');
  writeFileSync(file, organisation);
  as('apply', file);
  return {
    url, login: 'ada', password, as, database: join(home, 'evenkeel.db'),
    stop() {
      server.kill('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What a first visitor does. */
export function planRelease(world: World) {
  world.as('release', 'plan', '1.4.0', '--area', 'shop', '--component', 'checkout=1.3.0..1.4.0@sha256:1', '--window-start', '+1h', '--window-end', '+2h');
}
