// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables are what is written here

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodingsOf } from '../../src/main/operations/masking/encodingRules.ts';
import { projectChoiceSchema } from '../../src/shared/contract/projects.ts';
import { ensureFleet, type Fleet, type FleetServer, fleetObstacle } from '../fleet/testFleet.ts';
import { newRequest } from '../support/newRequest.ts';
import { cellStates, type FlowCore, openFlowCore } from './flowCore.ts';

const stacksPlace = '/var/lib/pilothouse/stacks';
const canary = {
  token: 'cAnary-7f3/9+x y"z-token',
  password: "cAnary-p4ss'w0rd&%-db",
  app: 'cAnary-from-app-env',
  rotated: 'cAnary-rotated$9/+"q-token',
  guest: 'cAnary-guest-1234',
};

const compose = `x-logging: &base
  image: busybox:\${TAG:-1.36}
  stop_grace_period: 0s
services:
  web:
    <<: *base
    command: httpd -f -p 80 -h /www
    env_file: [app.env]
    volumes: ['./www:/www:ro', './uploads:/uploads']
  worker:
    <<: *base
    command: [sh, -c, 'echo "token $$API_TOKEN"; echo "$$API_TOKEN" | base64; echo "url $$DB_URL"; exec sleep 3600']
    environment: { API_TOKEN: '\${API_TOKEN:?is needed}', DB_URL: 'db://app:\${DB_PASSWORD}@db/app' }
  made:
    build: ./made
    stop_grace_period: 0s
    command: [sh, -c, 'cat /made; exec sleep 3600']
  debug:
    <<: *base
    profiles: [debug]
    command: sleep 3600
`;
const tree: Record<string, string | Buffer> = {
  'compose.yaml': compose,
  'compose.prod.yaml': 'services:\n  web:\n    ports: ["127.0.0.1:8088:80"]\n    labels: { tier: front }\n',
  '.env': `# kept as it is\nTAG=1.36\nAPI_TOKEN='${canary.token}'\nDB_PASSWORD="${canary.password}"\n`,
  'app.env': `LEVEL=info\nAPP_SECRET=${canary.app}\n`,
  'made/Dockerfile': 'FROM busybox:1.36\nCOPY word /made\n',
  'made/word': 'built here\n',
  'www/index.html': 'one\n',
  'www/logo.bin': Buffer.from([0, 1, 2, 253, 254, 255, 10, 0]),
};

/** Writes down the words of every process that it sees, each once. */
const argvSampler = `cat >/root/argv.py <<'PY'
import os, time
seen = set()
out = open('/root/argv.log', 'ab', buffering=0)
while True:
    for pid in os.listdir('/proc'):
        if not pid.isdigit():
            continue
        try:
            line = open('/proc/' + pid + '/cmdline', 'rb').read()
        except OSError:
            continue
        if line not in seen:
            seen.add(line)
            out.write(line + b'\\n')
    time.sleep(0.01)
PY
systemd-run --quiet --unit argv python3 /root/argv.py`;

/** Files at and below a place. */
async function filesBelow(place: string): Promise<string[]> {
  const entries = await readdir(place, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe.skipIf(fleetObstacle())('a person’s own compose projects', () => {
  let fleet: Fleet;
  let server: FleetServer;
  let directory = '';
  let core: FlowCore;
  let logged = '';
  const choice = (given: Partial<ReturnType<typeof projectChoiceSchema.parse>> = {}) => projectChoiceSchema.parse({ ...given });
  const request = (id: string) => ({ requestId: newRequest(), id, selector: server.name });
  const deploy = (id: string, parameters: Record<string, string> = {}) => core.finish(core.stacks.deploy({ ...request(id), parameters, secrets: {} }));
  const folder = () => join(directory, 'shop');
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', folder(), '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words])
      .toString()
      .trim();
  const inWorker = (script: string) => server.mustExec(`docker exec ph-shop-worker-1 sh -c '${script}'`);
  const containers = () => server.mustExec("docker ps --no-trunc --format '{{.Names}} {{.ID}}' | sort");

  beforeAll(async () => {
    fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'prov', name: 'proj-prov' });
    await server.waitForSystem();
    directory = await mkdtemp(join(tmpdir(), 'projects-'));
    for (const [path, content] of Object.entries(tree)) {
      await mkdir(dirname(join(folder(), path)), { recursive: true });
      await writeFile(join(folder(), path), content);
    }
    core = await openFlowCore(join(directory, 'data'), server);
    await server.mustExec(argvSampler);
  });
  afterAll(async () => {
    await core?.close();
    await fleet?.removeAll();
    await rm(directory, { recursive: true, force: true });
  });

  test('one with two files, a profile and secrets is deployed as it is', async () => {
    const { project } = await core.projects.add({
      id: 'shop',
      source: { kind: 'folder', path: folder() },
      choice: choice({ files: ['compose.yaml', 'compose.prod.yaml'], profiles: ['debug'] }),
    });
    expect(project.secrets.map(({ name, usedBy }) => [name, usedBy])).toEqual([
      ['API_TOKEN', ['worker']],
      ['DB_PASSWORD', ['worker']],
      ['APP_SECRET', ['web']],
    ]);
    const operation = await deploy('shop');
    expect(operation.cells.flatMap((cell) => cell.error ?? [])).toEqual([]);
    expect(operation.state).toBe('succeeded');
    expect(await server.mustExec('curl -s http://127.0.0.1:8088/')).toBe('one');
    expect(await server.mustExec('docker exec ph-shop-made-1 sh -c "cat /made"')).toBe('built here');
    const place = `${stacksPlace}/shop/releases/r1/project`;
    const there = await server.mustExec(`cd ${place} && find . -type f -printf '%P\\n' | sort | xargs sha256sum`);
    const hashes = new Map(there.split('\n').map((line) => [line.slice(66), line.slice(0, 64)]));
    for (const [path, content] of Object.entries(tree)) expect([path, hashes.get(path)]).toEqual([path, createHash('sha256').update(content).digest('hex')]);
    console.log(`files on the server that are the laptop's: ${Object.keys(tree).length} of ${Object.keys(tree).length}`);
    expect(await server.mustExec(`stat -c '%a' ${place}/.env ${place}/app.env ${place}/../env ${place}/../secrets | sort -u`)).toBe('600');
  });

  test('an update from a git ref recreates what it changes, and keeps the person’s secrets', async () => {
    git('init', '-q', '-b', 'main');
    await writeFile(join(folder(), '.gitignore'), '.env\n');
    git('add', '-A');
    git('commit', '-qm', 'one');
    git('tag', 'v1');
    await writeFile(join(folder(), 'www/index.html'), 'two\n');
    git('commit', '-qam', 'two');
    const source = { kind: 'git' as const, url: `file://${folder()}`, ref: 'v1', subdirectory: '' };
    await expect(core.projects.add({ id: 'from-git', source, choice: choice() })).resolves.toMatchObject({
      project: { from: { commit: git('rev-parse', 'v1') } },
    });
    const changed = await core.projects.refresh({ id: 'from-git', ref: 'main' });
    expect(changed).toMatchObject({
      project: { version: 2, from: { ref: 'main', commit: git('rev-parse', 'main') } },
      changes: [{ path: 'www/index.html', change: 'changed' }],
    });
    await core.projects.remove({ id: 'from-git', force: false });

    const before = await containers();
    expect(await core.projects.refresh({ id: 'shop' })).toMatchObject({ changes: [{ path: '.gitignore' }, { path: 'www/index.html' }], secretsChanged: [] });
    expect((await deploy('shop')).state).toBe('succeeded');
    expect(await server.mustExec('curl -s http://127.0.0.1:8088/')).toBe('two');
    const was = before.split('\n');
    const is = (await containers()).split('\n');
    expect(was.filter((line) => !is.includes(line)).map((line) => line.split(' ')[0])).toEqual(['ph-shop-web-1']);
  });

  test('a secret is rotated: a release of its own, only its services anew, the new value in them', async () => {
    const before = (await containers()).split('\n');
    const started = core.stackSecrets.rotate({ requestId: newRequest(), stackId: 'shop', name: 'API_TOKEN', selector: server.name, value: canary.rotated });
    const operation = await core.finish(started);
    expect(operation.cells.flatMap((cell) => cell.error ?? [])).toEqual([]);
    expect(cellStates(operation)).toMatchObject({ upload: 'done', change: 'satisfied', recreate: 'done', verify: 'done', record: 'done' });
    const after = (await containers()).split('\n');
    expect(before.filter((line) => !after.includes(line)).map((line) => line.split(' ')[0])).toEqual(['ph-shop-worker-1']);
    expect(await inWorker('echo "$API_TOKEN"')).toBe(canary.rotated);
    const [current] = await core.stacks.releases('shop', server.name);
    expect(current?.secrets?.map(({ name, since }) => [name, since])).toEqual([
      ['API_TOKEN', current?.id],
      ['DB_PASSWORD', 'r1'],
      ['APP_SECRET', 'r1'],
    ]);
    // The folder still has the old value, which did not change: what runs knows better.
    await core.projects.refresh({ id: 'shop' });
    expect((await deploy('shop', { TAG: '1.36' })).state).toBe('succeeded');
    expect(await inWorker('echo "$API_TOKEN"')).toBe(canary.rotated);
  });

  test('a release that fails with its secrets in its last words tells none of them', async () => {
    await writeFile(
      join(folder(), 'compose.prod.yaml'),
      `${tree['compose.prod.yaml']}  worker:\n    command: [sh, -c, 'echo "token $$API_TOKEN"; env; exit 3']\n`,
    );
    await core.projects.refresh({ id: 'shop' });
    const failed = await deploy('shop');
    expect(failed.state).toBe('failed');
    const output = await core.output(failed.id);
    expect(`${output}${JSON.stringify(failed)}`).toContain('[secret]');
    expect(await inWorker('echo "$API_TOKEN"')).toBe(canary.rotated);
    await writeFile(join(folder(), 'compose.prod.yaml'), tree['compose.prod.yaml'] ?? '');
    await core.projects.refresh({ id: 'shop' });
  });

  test('logs tell no secret', async () => {
    const source = await core.stacks.logs(
      { stackId: 'shop', selector: server.name, services: ['worker'], tail: 50, follow: false },
      new AbortController().signal,
    );
    const texts: string[] = [];
    for (let page = await source.read(-1, 500); ; page = await source.read(page.items.at(-1)?.seq ?? -1, 500)) {
      texts.push(...page.items.map(({ text }) => text));
      if (page.ended !== null) break;
      if (page.items.length === 0) await new Promise<void>((resolve) => source.onAppend(resolve));
    }
    logged = texts.join('\n');
    expect(texts).toEqual(expect.arrayContaining(['token [secret]', 'url db://app:[secret]@db/app', expect.stringMatching(/^\[secret\]..$/)]));
  });

  test('one that runs already is adopted without a container made anew, and updated under its own name', async () => {
    const place = '/opt/guestbook';
    await server.mustExec(
      `mkdir -p ${place}/conf ${place}/pgdata && cd ${place} && echo 'hello' >conf/index.html && echo old >pgdata/state &&
cat >docker-compose.yml <<'YAML'
services:
  site:
    image: busybox:1.36
    stop_grace_period: 0s
    command: httpd -f -p 80 -h /www
    volumes: ['./conf:/www:ro']
    environment: { GUEST_PASSWORD: '\${GUEST_PASSWORD}' }
  store:
    image: busybox:1.36
    stop_grace_period: 0s
    command: sleep 3600
    volumes: ['./pgdata:/var/lib/postgresql/data', 'extra:/extra']
volumes: { extra: {} }
YAML
cat >.env && docker compose --progress quiet up --detach`,
      { stdin: `GUEST_PASSWORD=${canary.guest}\n` },
    );
    expect(await core.projects.discover(server.name)).toMatchObject({
      failures: [],
      found: [{ project: 'guestbook', services: expect.arrayContaining(['site', 'store']), running: 2, workingDirectory: place }],
    });
    const before = await containers();
    const { operation, project } = await core.projects.adopt({ requestId: newRequest(), server: server.name, project: 'guestbook' });
    const adopted = await core.finish(Promise.resolve(operation));
    expect(adopted.cells.flatMap((cell) => cell.error ?? [])).toEqual([]);
    expect(adopted.cells.find(({ stepId }) => stepId === 'compare')?.detail).toBe('2 of 2 containers are what the files say');
    expect(await containers()).toBe(before);
    expect(project).toMatchObject({ id: 'guestbook', kept: ['pgdata'], secrets: [{ name: 'GUEST_PASSWORD', usedBy: ['site'] }] });
    expect((await core.projects.discover(server.name)).found).toEqual([]);
    expect(await core.stacks.status({ id: 'guestbook', selector: server.name })).toMatchObject([
      { health: 'healthy', current: { id: 'r1' }, containers: [{}, {}] },
    ]);

    expect((await deploy('guestbook')).state).toBe('succeeded');
    expect(await server.mustExec('docker exec guestbook-store-1 cat /var/lib/postgresql/data/state')).toBe('old');
    const ids = (await containers()).split('\n').filter((line) => line.startsWith('guestbook-'));
    console.log(
      `adopted: ${before.split('\n').filter((line) => line.startsWith('guestbook-')).length} containers, made anew by the adoption: 0; they are ${ids.map((line) => line.split(' ')[0]).join(', ')}`,
    );
    const back = await core.finish(core.stacks.rollback(request('guestbook')));
    expect(back.state).toBe('succeeded');
    expect(await server.mustExec("docker inspect -f '{{range .Mounts}}{{.Source}} {{end}}' guestbook-site-1")).toBe(`${place}/conf `);
  });

  test('what is stopped and removed leaves its data and nothing else of it', async () => {
    expect((await core.finish(core.stacks.down(request('shop')))).state).toBe('succeeded');
    await core.projects.remove({ id: 'shop', force: false });
    await expect(core.stacks.show('shop')).rejects.toMatchObject({ code: 'stack.not-found' });
    expect(core.secrets.list('project/shop/')).toEqual([]);
    expect(await server.mustExec('docker ps -q --filter label=com.docker.compose.project=ph-shop | wc -l')).toBe('0');
  });

  test('no secret is in a database, log, report, argv, or file beside the releases', async () => {
    const forms = Object.values(canary).flatMap((value) => encodingsOf(value));
    const hits: string[] = [];
    const look = (where: string, bytes: Buffer) => {
      for (const form of forms) if (bytes.includes(Buffer.from(form))) hits.push(`${where}: ${Buffer.from(form).toString('utf8').slice(0, 12)}…`);
    };
    await core.close();
    const local = await filesBelow(join(directory, 'data'));
    let localBytes = 0;
    for (const path of local) {
      const bytes = await readFile(path);
      localBytes += bytes.length;
      look(path, bytes);
    }
    look('logs', Buffer.from(logged));
    const argv = await server.mustExec('systemctl stop argv; cat /root/argv.log', { timeoutMs: 60_000 });
    look('argv', Buffer.from(argv));
    expect(argv).toContain('compose');
    const journal = await server.mustExec("journalctl --no-pager 2>/dev/null | grep -v ' docker' | tail -n 20000; cat /var/log/*.log 2>/dev/null || true");
    look('journal', Buffer.from(journal));
    // In the releases it is meant to be: for root alone.
    const patterns = Object.values(canary).map((value) => Buffer.from(value).toString('base64'));
    const there = await server.mustExec(
      `for p in ${patterns.join(' ')}; do printf %s "$p" | base64 -d >/root/pattern; grep -rlFf /root/pattern /var/lib/pilothouse /run/user /dev/shm /tmp /etc /home 2>/dev/null || true; done; rm /root/pattern`,
    );
    const places = [...new Set(there.split('\n').filter((line) => line !== ''))];
    const modes = await server.mustExec(`stat -c %a ${places.join(' ')} | sort -u`);
    expect(modes).toBe('600');
    expect(places.filter((path) => !/\/stacks\/[a-z]+\/releases\/r[0-9]+\/(env|secrets|project\/(\.env|app\.env)|evidence\/.*\.log)$/.test(path))).toEqual([]);
    console.log(
      `searched for ${forms.length} forms of ${Object.keys(canary).length} secrets: ${local.length} files of this computer (${Math.round(localBytes / 1024)} KiB), ${logged.length} bytes of logs, ${argv.split('\n').length} command lines, ${Math.round(journal.length / 1024)} KiB of the server's journal; hits: ${hits.length}; files of releases that hold them, for root alone: ${places.length}`,
    );
    expect(hits).toEqual([]);
  });
});
