import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfFile } from '../../src/main/remote/transfer/localFile.ts';
import { type CoreConnection, connectToCore } from '../../src/main/transport/coreClient.ts';
import { socketAddress } from '../../src/main/transport/socketAddress.ts';
import { ensureFleet, type Fleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { copyUnderFire, percentile } from '../support/copyUnderFire.ts';
import { newRequest } from '../support/newRequest.ts';
import { Pilothouse } from '../support/pilothouse.ts';

/** The whole campaign is `COPY_MEGABYTES=1000 COPY_CUTS=10`; here enough to be cut as often in little time. */
const megabytes = Number(process.env['COPY_MEGABYTES'] ?? 60);
const cuts = Number(process.env['COPY_CUTS'] ?? 10);

const pilothouse = new Pilothouse();
const local = mkdtempSync(join(tmpdir(), 'ph-files-e2e-'));
let fleet: Fleet;
let server: FleetServer;
let core: CoreConnection;

beforeAll(async () => {
  fleet = await ensureFleet();
  server = await fleet.startServer({ kind: 'light', name: 'files', users: [{ name: 'ops', sudo: 'nopasswd' }] });
  await addTrusted(pilothouse, 'box', server);
  const login = ['--host', server.host, '--user', 'ops', '--key', server.keyFile, '--sudo', 'nopasswd'];
  await pilothouse.json(['servers', 'add', 'ops-box', ...login], 4);
  await pilothouse.json(['servers', 'trust', 'ops-box', '--fingerprint', await server.hostKeyFingerprint()]);
  core = await connectToCore(socketAddress(pilothouse.directory));
});
afterAll(async () => {
  core?.close();
  await pilothouse.dispose();
  await fleet?.removeAll();
  rmSync(local, { recursive: true, force: true });
});

describe('a large copy', () => {
  it.each(['up', 'down'] as const)(`goes on %s through ${cuts} cuts with the same checksum, while somebody types`, async (direction) => {
    const source = join(local, 'source');
    execFileSync('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1000000', `count=${megabytes}`, 'status=none']);
    const [from, to] = direction === 'up' ? [source, '/root/copy'] : ['/root/copy', join(local, 'back')];
    // Near its end a copy may be faster than who cuts it: two more are tried.
    const order = { client: core.client, server, name: 'box', direction, megabytes, cuts: cuts + 2 };
    const result = await copyUnderFire({ ...order, local: direction === 'up' ? from : to, remote: direction === 'up' ? to : from });
    const { operation, keystrokesMs } = result;
    expect(operation.cells.map((cell) => cell.error)).toEqual([null]);
    expect(operation.state).toBe('succeeded');
    expect(result.cuts).toBeGreaterThanOrEqual(cuts);
    expect(operation.cells[0]?.detail).toMatch(/resumed \d+ times/);
    const there = (await server.mustExec('sha256sum </root/copy')).slice(0, 64);
    expect(await sha256OfFile(direction === 'up' ? source : to)).toBe(there);
    expect((await server.mustExec('ls -A /root')).includes('.part')).toBe(false);
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(keystrokesMs, share).toFixed(1));
    console.log(
      `${megabytes} MB ${direction} through ${result.cuts} cuts: ${result.seconds.toFixed(1)} s, ${operation.cells[0]?.detail}; ` +
        `${keystrokesMs.length} keystrokes meanwhile, to the terminal's call back p50 ${p50} ms, p99 ${p99} ms (target 25)`,
    );
    if (direction === 'down') await server.mustExec('rm /root/copy');
  });

  it('is taken up again by the next core where the first one was killed', async () => {
    const source = join(local, 'source');
    const { child } = pilothouse.start(['copy', 'box', '--up', source, '/root/killed']);
    const size = async () => Number(await server.mustExec('cat /root/.pilothouse-*.part 2>/dev/null | wc -c'));
    while ((await size()) < 10_000_000) await new Promise((resolve) => setTimeout(resolve, 20));
    pilothouse.killCore();
    child.kill('SIGKILL');
    const { operations } = await pilothouse.json(['operations', 'list']);
    const { operation } = await pilothouse.json(['operations', 'follow', operations[0].id]);
    expect(operation.state).toBe('succeeded');
    expect((await server.mustExec('sha256sum </root/killed')).slice(0, 64)).toBe(await sha256OfFile(source));
    core.close();
    core = await connectToCore(socketAddress(pilothouse.directory));
  });
});

// These have nothing to do with each other, and the last one mostly waits.
describe.concurrent('beside each other', () => {
  it('the command line copies up and down and says so, and names what stands in the way', async () => {
    const source = join(local, 'small');
    execFileSync('sh', ['-c', 'printf text >"$1"; chmod 640 "$1"', 'sh', source]);
    expect((await pilothouse.run(['copy', 'box', '--up', source, '/srv/'])).exitCode).toBe(0);
    expect(await server.mustExec('stat -c "%a %s" /srv/small')).toBe('640 4');
    expect((await pilothouse.run(['copy', 'box,ops-box', '--down', '/srv/small', join(local, 'gathered')])).exitCode).toBe(6);
    expect(readFileSync(join(local, 'gathered/box/small'), 'utf8')).toBe('text');
    expect((await pilothouse.json(['copy', 'ops-box', '--sudo', '--down', '/srv/small', join(local, 'as-root')])).operation.state).toBe('succeeded');
    expect(statSync(join(local, 'as-root')).mode & 0o777).toBe(0o640);
    const refused = await pilothouse.run(['copy', 'ops-box', '--up', source, '/root/x']);
    expect([refused.exitCode, refused.stderr.includes('remote.permission-denied')]).toEqual([1, true]);
    expect((await pilothouse.run(['copy', 'box', source, '/srv/'])).exitCode).toBe(2);
  });

  it('the editor saves as root with owner and mode kept, and refuses what changed meanwhile', async () => {
    await server.mustExec("printf 'a=1\\r\\nb=2' >/etc/app.conf; chown ops:users /etc/app.conf; chmod 604 /etc/app.conf");
    const at = { server: 'ops-box', path: '/etc/app.conf', sudo: true };
    const read = await core.client.files.read(at);
    expect(read).toMatchObject({ text: 'a=1\nb=2', form: { lineEnds: 'crlf' }, owner: 'ops', mode: 0o604 });
    const save = { ...at, base: read.sha256, form: read.form };
    // As ops the file could be written, but not beside it, in a directory of root.
    await expect(core.client.files.save({ ...save, sudo: false, text: 'x', requestId: newRequest() })).rejects.toMatchObject({
      code: 'remote.permission-denied',
    });
    const { backup } = await core.client.files.save({ ...save, text: 'a=1\nb=3', requestId: newRequest() });
    expect(await server.mustExec('stat -c "%U:%G %a" /etc/app.conf')).toBe('ops:users 604');
    expect(await server.mustExec('cat /etc/app.conf')).toBe('a=1\r\nb=3');
    expect(await server.mustExec(`cat '/etc/${backup}'`)).toBe('a=1\r\nb=2');
    await server.mustExec("printf 'theirs' >/etc/app.conf");
    await expect(core.client.files.save({ ...save, text: 'mine too', requestId: newRequest() })).rejects.toMatchObject({ code: 'file.changed-underneath' });
    expect(await server.mustExec('cat /etc/app.conf')).toBe('theirs');
  });

  it('a tunnel outlives a cut of the line on its port, and the command line holds one until it is interrupted', async ({ expect }) => {
    const far = await fleet.startServer({ kind: 'light', name: 'files-tunnel' });
    await addTrusted(pilothouse, 'far', far, ['--env', 'development']);
    const { child, ended } = pilothouse.start(['--json', 'forward', 'far', '0:127.0.0.1:22']);
    const states: { boundPort: number; state: string }[] = [];
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        states.push(JSON.parse(text.slice(0, end)).tunnel);
        text = text.slice(end + 1);
      }
    });
    const state = () => states.at(-1)?.state;
    const banner = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port: states[0]?.boundPort ?? 0 });
        socket.once('data', (bytes) => {
          resolve(bytes.toString());
          socket.destroy();
        });
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('closed without a word')));
      });
    await expect.poll(state, { timeout: 20_000 }).toBe('open');
    expect(await banner()).toMatch(/^SSH-2\.0-/);
    const cutAt = performance.now();
    await far.cut();
    await expect.poll(state, { timeout: 40_000 }).toBe('reconnecting');
    const noticed = (performance.now() - cutAt) / 1000;
    const waiting = banner();
    await far.uncut();
    const backAt = performance.now();
    expect(await waiting).toMatch(/^SSH-2\.0-/);
    console.log(
      `a tunnel through a cut line: noticed after ${noticed.toFixed(1)} s, a connection made meanwhile served ${((performance.now() - backAt) / 1000).toFixed(1)} s after the line was back`,
    );
    expect(new Set(states.map(({ boundPort }) => boundPort)).size).toBe(1);
    child.kill('SIGINT');
    expect((await ended).exitCode).toBe(0);
    await expect(banner()).rejects.toThrow();
  });
});
