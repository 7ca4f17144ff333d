import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { type FlowCore, openFlowCore } from './flowCore.ts';
import { expectNothing, runRunbook } from './runbookRun.ts';

const compose = 'cd /opt/site && docker compose';
const site = { stack: 'site' };
const nginx = `server {
  listen 80; listen 443 ssl;
  ssl_certificate /etc/tls/live.pem; ssl_certificate_key /etc/tls/live.key;
  location / { proxy_pass http://backend:80; proxy_connect_timeout 1s; proxy_read_timeout 1s; }
}`;

/** A certificate of so many days, made by openssl; a negative number has expired already. */
function certificate(into: string, days: number): string {
  const dates = days < 0 ? '-not_before 20240101000000Z -not_after 20240201000000Z' : `-days ${days}`;
  return `openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=site.test -keyout ${into}.key -out ${into}.pem ${dates} 2>/dev/null && chmod 644 ${into}.key`;
}

describe.skipIf(fleetObstacle())('runbooks where the fault is really made', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  const inContainer = (service: string, command: string) => `docker exec site-${service}-1 ${command}`;

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'rb-site' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'runbooks-'));
    core = await openFlowCore(directory, server);
    const text = await readFile(new URL('../fleet/stacks/site.compose.yaml', import.meta.url), 'utf8');
    await server.mustExec('mkdir -p /opt/site/nginx /opt/site/tls /opt/site/settings; cat >/opt/site/compose.yaml', { stdin: text });
    await server.mustExec('cat >/opt/site/nginx/default.conf; touch /opt/site/settings/ok', { stdin: nginx });
    await server.mustExec(`cd /opt/site/tls && ${certificate('live', 90)}`);
    await server.mustExec(`${compose} up -d --quiet-pull 2>&1`);
    await server.mustExec(`for i in $(seq 60); do ${inContainer('postgres', 'pg_isready -q -h 127.0.0.1')} && exit 0; sleep 0.5; done; exit 1`);
  }, 300_000);
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('on a healthy server they ask nobody, find nothing and change nothing', async () => {
    const tls = { file: '/opt/site/tls/live.pem', container: 'site-nginx-1', host: 'site.test' };
    for (const [id, inputs] of Object.entries({
      'disk-full': { limitPercent: '99' },
      'database-down': site,
      'restart-loop': {},
      'vllm-wedged': { ...site, watchS: '2' },
      'certificate-expired': tls,
      'error-rate': site,
      'slow-answers': site,
      'scaling-response': { ...site, processorPercent: '100', memoryPercent: '100' },
      'out-of-memory': site,
      'gpu-memory-high': site,
    })) {
      await expectNothing(core, server, id, inputs);
    }
  }, 240_000);

  test('database stopped: found, started, answers', async () => {
    await server.mustExec('docker stop site-postgres-1');
    const run = await runRunbook(core, server, 'database-down', site, { 'page.level': { value: 'service down' } });
    expect(run.ended).toMatchObject({
      answers: 'finding',
      disk: 'satisfied',
      damaged: 'satisfied',
      start: 'done',
      well: expect.stringMatching(/satisfied|done/),
      record: 'done',
    });
    expect(run.details.answers).toMatch(/^postgres is exited, exit /);
    expect(run.asked).toEqual(expect.arrayContaining(['page.level', 'page.lead', 'page.management', 'ask-start', 'record']));
    expect(await server.mustExec(inContainer('postgres', 'pg_isready -h 127.0.0.1'))).toContain('accepting connections');
  }, 120_000);

  test('a database whose log speaks of damage is not started', async () => {
    const sql = (text: string) => `docker exec site-postgres-1 psql -qAt -U postgres -c "${text}"`;
    await server.mustExec(sql('create table kept as select generate_series(1, 999) as n; checkpoint'));
    const file = await server.mustExec(sql("select pg_relation_filepath('kept')"));
    // The page is written over below the running database, which reads it from the disk after its next start.
    await server.mustExec(
      `docker stop site-postgres-1; cd $(docker volume inspect -f '{{.Mountpoint}}' site_pgdata) && head -c 8192 /dev/urandom | dd of=${file} conv=notrunc bs=8192 2>/dev/null; docker start site-postgres-1`,
    );
    await server.mustExec(`for i in $(seq 60); do ${inContainer('postgres', 'pg_isready -q -h 127.0.0.1')} && break; sleep 0.5; done`);
    expect((await server.exec(sql('select count(*) from kept'))).stderr).toContain('invalid page in block 0');
    await server.mustExec('docker stop site-postgres-1');
    const run = await runRunbook(core, server, 'database-down', site, { 'page.level': { value: 'alert only' }, 'ask-restore-test': { value: 'yes' } });
    expect(run.ended).toMatchObject({ answers: 'finding', damaged: 'finding' });
    expect(run.ended).not.toHaveProperty('start');
    expect(await server.mustExec("docker inspect -f '{{.State.Status}}' site-postgres-1")).toBe('exited');
    await server.mustExec('docker start site-postgres-1');
  }, 120_000);

  test('disk full: what fills it is named, package downloads are freed, volumes stay', async () => {
    const volumes = await server.mustExec('docker volume ls -q');
    await server.mustExec('mount -t tmpfs -o size=64m tmpfs /var/cache/apt/archives');
    await server.mustExec('mkdir -p /var/cache/apt/archives/partial; head -c 200M /dev/zero >/var/cache/apt/archives/large_1.0_all.deb 2>/dev/null || true');
    const run = await runRunbook(
      core,
      server,
      'disk-full',
      { limitPercent: '97' },
      { 'page.level': { value: 'service degraded' }, ask: { value: 'what can be had again' } },
    );
    expect(run.details.full).toContain('/var/cache/apt/archives 100%');
    expect(run.ended).toMatchObject({ full: 'finding', free: 'done', after: 'satisfied' });
    expect(await server.mustExec('docker volume ls -q')).toBe(volumes);
    const output = await core.output(run.operation.id);
    expect(output).toContain('=== /var/cache/apt/archives');
    await server.mustExec('umount /var/cache/apt/archives');
  }, 120_000);

  test('a disk full of a container log and of data: the log is cut, the data asks for more room', async () => {
    await server.mustExec('mkdir -p /srv/data && mount -t tmpfs -o size=16m tmpfs /srv/data');
    await server.mustExec('head -c 32M /dev/zero >/srv/data/table 2>/dev/null || true');
    await server.mustExec(
      inContainer('worker', `sh -c 'i=0; while [ $i -lt 40 ]; do head -c 60000 /dev/zero | tr "\\0" x; echo; i=$((i+1)); done >/proc/1/fd/1'`),
    );
    const log = "docker inspect -f '{{.LogPath}}' site-worker-1 | xargs stat -c %s";
    const before = Number(await server.mustExec(log));
    const run = await runRunbook(
      core,
      server,
      'disk-full',
      { limitPercent: '97', keepLogMib: '2' },
      { 'page.level': { value: 'alert only' }, ask: { value: 'also cut large container logs' } },
    );
    expect(before).toBeGreaterThan(2 * 1_048_576);
    expect(run.ended).toMatchObject({ full: 'finding', 'cut-logs': 'done', after: 'finding', extend: 'done' });
    expect(Number(await server.mustExec(log))).toBeLessThanOrEqual(1_048_576);
    expect(await server.mustExec('stat -c %s /srv/data/table')).not.toBe('0');
    await server.mustExec(
      `umount /srv/data; ${inContainer('worker', 'sh -c "echo still written >/proc/1/fd/1"')}; docker logs --tail 1 site-worker-1 | grep 'still written'`,
    );
  }, 120_000);

  test('a container in a loop: its exit is told, the loop stopped, started once its cause is mended', async () => {
    await server.mustExec('rm /opt/site/settings/ok; docker restart -t 1 site-worker-1');
    await server.mustExec("until [ $(docker inspect -f '{{.RestartCount}}' site-worker-1) -ge 3 ]; do sleep 0.3; done");
    const run = await runRunbook(
      core,
      server,
      'restart-loop',
      { steadyS: '5' },
      { which: { value: 'site-worker-1' }, mend: { before: () => server.mustExec('touch /opt/site/settings/ok') } },
    );
    expect(run.details.cause).toBe('exit 3: its program gave up; its log says why');
    expect(run.ended).toMatchObject({ loop: 'finding', stop: 'done', start: 'done', record: 'done' });
    expect(await core.output(run.operation.id)).toContain('settings are missing');
    expect(run.details.start).toBe('site-worker-1 has been steady for 5 s');
  }, 120_000);

  test('an expired certificate, its file renewed and never loaded: a reload serves it', async () => {
    await server.mustExec(
      `cd /opt/site/tls && ${certificate('live', -1)} && docker exec site-nginx-1 nginx -s reload && sleep 1 && ${certificate('live', 90)}`,
    );
    const inputs = { file: '/opt/site/tls/live.pem', container: 'site-nginx-1', host: 'site.test' };
    const run = await runRunbook(core, server, 'certificate-expired', inputs);
    expect(run.details.served).toBe('the certificate that is served expired on Feb  1 00:00:00 2024 GMT');
    expect(run.ended).toMatchObject({ served: 'finding', file: 'satisfied', load: 'done' });
    expect(run.details.load).toMatch(/^the certificate that is served is valid for (89|90) more days$/);
  }, 120_000);

  test('an expired file: new files by hand, and by certbot', async () => {
    const inputs = { file: '/opt/site/tls/live.pem', container: 'site-nginx-1', host: 'site.test' };
    const expire = `cd /opt/site/tls && ${certificate('live', -1)} && docker exec site-nginx-1 nginx -s reload && sleep 1`;
    await server.mustExec(expire);
    const renewed = { value: 'new files were put in place by hand', before: () => server.mustExec(`cd /opt/site/tls && ${certificate('live', 90)}`) };
    const byHand = await runRunbook(core, server, 'certificate-expired', inputs, { how: renewed });
    expect(byHand.ended).toMatchObject({ served: 'finding', file: 'finding', 'by-hand': 'satisfied', load: 'done' });
    // A stand-in for certbot, which would need an authority; what it writes and what nginx loads is real.
    const certbot = `#!/bin/sh\ncd /opt/site/tls && ${certificate('live', 60)} && echo "Congratulations, all renewals succeeded"\n`;
    await server.mustExec('cat >/usr/local/bin/certbot; chmod 755 /usr/local/bin/certbot', { stdin: certbot });
    await server.mustExec(expire);
    const byCertbot = await runRunbook(core, server, 'certificate-expired', inputs, { how: { value: 'certbot renews it now' } });
    expect(byCertbot.ended).toMatchObject({ served: 'finding', file: 'finding', renew: 'done', load: 'done' });
    await server.mustExec('rm /usr/local/bin/certbot');
  }, 120_000);

  test('a backend that hangs: the share of errors is found, its restart ends it', async () => {
    await server.mustExec('docker exec site-backend-1 sh -c "kill -STOP -1" || true; for i in 1 2 3 4 5 6; do curl -s -o /dev/null localhost/; done');
    const run = await runRunbook(
      core,
      server,
      'error-rate',
      { ...site, minutes: '60' },
      { 'page.level': { value: 'service degraded' }, ways: { value: 'start the backend again' } },
    );
    expect(run.ended).toMatchObject({ share: 'finding', restart: 'done', answers: expect.stringMatching(/satisfied|done/) });
    expect(run.details.answers).toMatch(/^5 of 5 requests were answered/);
    expect(await server.mustExec('curl -s -o /dev/null -w "%{http_code}" localhost/')).not.toMatch(/^5/);
  }, 120_000);

  test('an engine that holds requests and generates nothing: found at health 200, started again, proved by a request', async () => {
    const address = await server.mustExec("docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' site-vllm-chat-1");
    const chat = JSON.stringify({ model: 'facebook/opt-125m', messages: [{ role: 'user', content: 'a long story' }] });
    const hold = `for i in 1 2 3; do (setsid curl -s -m 900 http://${address}:8000/v1/chat/completions -d '${chat}' >/dev/null 2>&1 &); done; sleep 1; curl -s -o /dev/null -w '%{http_code}' http://${address}:8000/health`;
    expect(await server.mustExec(hold)).toBe('200');
    const run = await runRunbook(core, server, 'vllm-wedged', { ...site, watchS: '3' });
    expect(run.details.moves).toMatch(/^health 200, 3 requests running, \d+ tokens at first and 3 s later: it hangs$/);
    expect(run.ended).toMatchObject({ moves: 'finding', restart: 'done', loaded: expect.stringMatching(/satisfied|done/), proof: 'satisfied', record: 'done' });
  }, 120_000);

  test('answers that are slow: the causes are told apart, the engine started again', async () => {
    await server.mustExec('docker kill -s STOP site-vllm-chat-1');
    const run = await runRunbook(
      core,
      server,
      'slow-answers',
      { ...site, limitS: '5' },
      { 'page.level': { value: 'service degraded' }, ways: { value: 'start the engine again' } },
    );
    expect(run.ended).toMatchObject({ speed: 'finding', card: 'finding', restart: 'done', fast: expect.stringMatching(/satisfied|done/) });
    expect(run.details.fast).toMatch(/^a short request was answered within [0-9.]+ s$/);
    const capacity = await server
      .mustExec('docker kill -s STOP site-vllm-chat-1')
      .then(() =>
        runRunbook(core, server, 'slow-answers', { ...site, limitS: '3' }, { 'page.level': { value: 'alert only' }, ways: { value: 'add capacity' } }),
      );
    expect(capacity.ended).toMatchObject({ speed: 'finding', capacity: 'done' });
    await server.mustExec('docker restart -t 0 site-vllm-chat-1');
  }, 180_000);
});
