// Releases that were really published: planned, rehearsed, decided, deployed, found healthy on a made-up Prometheus, and announced.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startWorld, type World } from './server';

const organisation = (metrics: string, freeze: string) => `
name: Lamp shop
people:
  - {login: ada, name: Ada Brandt, email: ada@shop.test, roles: [{role: coordinator}, {role: admin}]}
  - {login: rita, name: Rita Risk, email: rita@shop.test, roles: [{role: risk_manager}]}
  - {login: eli, name: Eli Engineer, email: eli@shop.test, roles: [{role: engineering_lead}, {role: on_call}]}
  - {login: quinn, name: Quinn Quality, email: quinn@shop.test, roles: [{role: qa}]}
  - {login: pia, name: Pia Product, email: pia@shop.test, roles: [{role: product}]}
  - {login: alex, name: Alex Author, email: alex@shop.test, roles: [{role: author}]}
areas: [{name: shop, title: Shop, coordinator: ada}]
environments: [{name: staging}, {name: production, production: true}]
on_call: [{area: shop, person: eli}]
services:
  - name: catalog
    area: shop
    owner: eli
    deploy: [{name: put, kind: command, command: [sh, -c, "echo \${version} > @HOME@/live.\${environment}"]}]
    rollback: [{name: put back, kind: command, command: [sh, -c, "echo \${from_version} > @HOME@/live.\${environment}"]}]
    verify_version: [{name: right version answers, kind: check, command: [cat, "@HOME@/live.\${environment}"], expect: "\${expected}", timeout: 5s}]
    health:
      name: catalog
      interval_seconds: 60
      criteria: [{name: error rate, kind: rate, queries: {total: "http_requests_total{$side}", events: "http_requests_total{code=~\\"5..\\",$side}"}}]
      not_applicable: [{covers: latency, because: "it answers from memory"}, {covers: business, because: "nothing is bought in it"}]
connections: [{name: prometheus, kind: prometheus, url: "${metrics}"}]
freezes: [{name: Stocktaking, owner: rita, mode: deny, reason: the warehouse counts, zone: UTC, ${freeze}, exception_roles: [risk_manager]}]
channels: [{name: page, kind: public_page}]
audiences: [{name: customers, kind: customers, channels: [page]}]
`;

/** Counters that are functions of time: forty requests a second, two of a thousand failing. */
async function startMetrics(): Promise<Server> {
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://metrics').searchParams;
    const [from, to, step] = ['start', 'end', 'step'].map((name) => Number(asked.get(name)));
    const perSecond = asked.get('query')?.includes('5..') ? 0.08 : 40;
    const values: [number, string][] = [];
    for (let t = from; t <= to + 1e-6; t += step) values.push([t, String(Math.floor(t * perSecond))]);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [{ metric: { job: 'shop' }, values }] } }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** Plans a release and brings it to where the three votes are missing: `rehearsed` says whether the rollback was tried. */
export async function prepare(world: World, version: string, from: string, { rehearsed = true } = {}) {
  const now = new Date(await world.clock('now'));
  const iso = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();
  const { as, by, home } = world;
  for (const environment of ['production', 'staging']) writeFileSync(join(home, `live.${environment}`), from + '\n');
  as('release', 'plan', version, '--area', 'shop', '--component', `catalog=${from}..${version}@sha256:${version}`, '--window-start', iso(0), '--window-end', iso(2));
  as('change', 'import', version, '--repo', join(home, 'repo'), '--from', 'v0');
  if (rehearsed) by('rita', 'rollback', 'rehearse', 'catalog', '--release', version, '--env', 'staging');
  await world.clock('advance 10s');
  writeFileSync(join(home, 'junit.xml'), '<testsuite><testcase name="a"/></testsuite>');
  by('quinn', 'tests', 'record', version, '--service', 'catalog', '--digest', `sha256:${version}`, '--junit', join(home, 'junit.xml'));
  by('rita', 'risk', 'assess', version);
}
export const voters = [['eli', 'engineering_lead'], ['quinn', 'qa'], ['pia', 'product']] as const;
export function vote(world: World, version: string, login: string, role: string) {
  world.by(login, 'risk', 'show', version);
  world.by(login, 'signoff', version, '--role', role);
}

export async function publish(world: World, version: string, from: string, note: string) {
  const { as, by, home } = world;
  await prepare(world, version, from);
  for (const [login, role] of voters) vote(world, version, login, role);
  await world.clock('advance 1s');
  as('decide', version, 'go');
  as('deploy', 'start', version);
  await world.clock('advance 30s');
  writeFileSync(join(home, 'note.md'), note);
  by('alex', 'notes', 'edit', version, '--audience', 'customers', '--file', join(home, 'note.md'));
  by('pia', 'notes', 'approve', version, '--audience', 'customers');
  await world.clock('advance 65m');
}

/** The shop with its people, a service, a repository and metrics, and no release. `stop` ends what surrounds it too. */
export async function startShop(from = '2026-06-09T09:00:00Z'): Promise<World> {
  const metrics = await startMetrics();
  const day = (n: number) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10) + ' 00:00';
  const world = await startWorld({ yaml: organisation(`http://127.0.0.1:${(metrics.address() as AddressInfo).port}`, `from: "${day(20)}", until: "${day(25)}"`), clock: true, from });
  const repo = join(world.home, 'repo');
  mkdirSync(repo);
  execFileSync('sh', ['-ec', 'git init -q -b main; echo a > a; git add .; git commit -qm Start; git tag v0; echo b >> a; git commit -qam "feat: lists"'], {
    cwd: repo,
    env: { ...process.env, GIT_AUTHOR_NAME: 'Dev', GIT_AUTHOR_EMAIL: 'dev@shop.test', GIT_COMMITTER_NAME: 'Dev', GIT_COMMITTER_EMAIL: 'dev@shop.test', GIT_CONFIG_GLOBAL: '/dev/null' },
  });
  return { ...world, stop() { metrics.close(); world.stop(); } };
}
/** A world whose public page shows these releases, one after another. */
export async function startPublished(notes: readonly (readonly [version: string, note: string])[]): Promise<World> {
  const world = await startShop();
  let from = '1.2.0';
  for (const [version, note] of notes) {
    await publish(world, version, from, note);
    from = version;
  }
  return world;
}
/** The shop two hours ago: 1.3.0 has shipped, 1.4.0 is being prepared. */
export async function startWithTwoReleases(): Promise<World> {
  const world = await startShop(new Date(Date.now() - 2 * 3_600_000).toISOString());
  await publish(world, '1.3.0', '1.2.0', '### New\n\n- You can now export orders as CSV.\n');
  await prepare(world, '1.4.0', '1.3.0');
  return world;
}
