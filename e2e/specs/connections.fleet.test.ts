import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteServer, RemoteTarget } from '../../src/main/remote/remote.ts';
import { openTestRemote, type TestRemote } from '../../src/main/remote/testRemote.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import { ensureFleet, type Fleet, type FleetServer } from '../fleet/testFleet.ts';

let fleet: Fleet;
const opened: TestRemote[] = [];
const servers = {} as Record<'outer' | 'middle' | 'inner' | 'quantum', FleetServer>;

function open(times?: Parameters<typeof openTestRemote>[1]): TestRemote {
  const test = openTestRemote([], times);
  opened.push(test);
  return test;
}

/** A server as the inventory would have it, with its true host key pinned. */
async function targetOf(server: FleetServer, differences: Partial<RemoteTarget> = {}): Promise<RemoteTarget> {
  return {
    serverId: `srv_${server.name}` as ServerId,
    name: server.name,
    host: server.host,
    port: server.port,
    user: server.user,
    auth: { kind: 'key', path: server.keyFile, passphrase: async () => null },
    jump: null,
    sudo: 'nopasswd',
    sudoPassword: async () => null,
    hostKeys: [{ type: 'ssh-ed25519', fingerprint: await server.hostKeyFingerprint() }],
    ...differences,
  };
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('it worked'),
    (e: unknown) => e,
  );
  if (error instanceof AppError) return error;
  throw error;
}
const ask = (remote: RemoteServer) => remote.exec({ script: 'hostname; echo "$SSH_CONNECTION"', timeoutMs: 30_000 });
const seconds = (fromMs: number) => ((performance.now() - fromMs) / 1000).toFixed(1);

beforeAll(async () => {
  fleet = await ensureFleet();
  const [outer, middle] = await Promise.all(['outer', 'middle'].map((name) => fleet.startServer({ kind: 'light', name: `conn-${name}` })));
  if (outer === undefined || middle === undefined) throw new Error('no servers');
  const [inner, quantum] = await Promise.all([
    // Private: it lets in nobody but who comes from the host before it.
    fleet.startServer({ kind: 'light', name: 'conn-inner', sshdConfig: `AllowUsers root@${middle.host}` }),
    fleet.startServer({ kind: 'light', name: 'conn-quantum', sshdConfig: 'KexAlgorithms sntrup761x25519-sha512@openssh.com' }),
  ]);
  if (inner === undefined || quantum === undefined) throw new Error('no servers');
  Object.assign(servers, { outer, middle, inner, quantum });
});
afterAll(async () => {
  for (const test of opened) await test.remote.close();
  await fleet?.removeAll();
});

async function threeHops(differences: { outer?: Partial<RemoteTarget>; middle?: Partial<RemoteTarget>; inner?: Partial<RemoteTarget> } = {}) {
  const outer = await targetOf(servers.outer, differences.outer);
  const middle = await targetOf(servers.middle, { jump: outer, ...differences.middle });
  return targetOf(servers.inner, { jump: middle, ...differences.inner });
}

describe('three hops', () => {
  it('reach a private server, each verified, and carry jobs and files', async () => {
    const target = await threeHops();
    const test = open();
    const { stdout } = await ask(test.server(target));
    expect(stdout).toContain('conn-inner');
    expect(stdout).toContain(servers.middle.host);
    expect((await failure(ask(open().server({ ...target, jump: null })))).code).toBe('ssh.auth-key-refused');
    const remote = test.server(target);
    const bytes = new Uint8Array(5_000_000).map((_, at) => (at * 13 + (at >> 8)) % 256);
    await remote.writeFile('/tmp/bytes', bytes, { mode: 0o600 });
    expect(Buffer.compare(await remote.readFile('/tmp/bytes', { maxBytes: 6_000_000 }), bytes)).toBe(0);
    await remote.jobs.start({ id: 'hops', script: 'echo there; exit 4' }, {});
    expect(await remote.jobs.follow('hops', { sudo: false, offset: 0, onOutput: () => undefined })).toMatchObject({ kind: 'exited', exitCode: 4 });
  });

  it('go through in any mixture of clients', async () => {
    const own = { systemSsh: {} };
    for (const differences of [{ inner: own }, { middle: own }, { outer: own, middle: own, inner: own }]) {
      expect((await ask(open().server(await threeHops(differences)))).stdout).toContain('conn-inner');
    }
  });

  it('are refused where a key has changed, at the target and at each hop, by the name of that hop', async () => {
    const impostor = [{ type: 'ssh-ed25519', fingerprint: `SHA256:${'A'.repeat(43)}` }];
    for (const hop of ['outer', 'middle', 'inner'] as const) {
      for (const systemSsh of [undefined, {}]) {
        const target = await threeHops({ [hop]: { hostKeys: impostor, ...(systemSsh === undefined ? {} : { systemSsh }) } });
        const error = await failure(ask(open().server(target)));
        expect(AppError.is(error, 'ssh.host-key-changed') && error.data.server).toBe(`conn-${hop}`);
      }
    }
    const before = await threeHops();
    await servers.middle.changeHostKey();
    const error = await failure(ask(open().server(before)));
    expect(AppError.is(error, 'ssh.host-key-changed') && error.data).toMatchObject({ server: 'conn-middle', found: await servers.middle.hostKeyFingerprint() });
  });
});

describe("the laptop's own ssh", () => {
  it('goes by a proxy command of the person', async () => {
    const options = '-F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes';
    const proxyCommand = `ssh ${options} -i ${servers.outer.keyFile} -W %h:%p root@${servers.outer.host}`;
    const target = await targetOf(servers.middle, { systemSsh: { proxyCommand } });
    const { stdout } = await ask(open().server(target));
    expect(stdout).toContain('conn-middle');
    expect(stdout).toContain(servers.outer.host);
  });

  it('reaches a server that takes only a key exchange safe from quantum computers', async () => {
    const target = await targetOf(servers.quantum);
    expect((await failure(ask(open().server(target)))).code).toBe('ssh.handshake-failed');
    expect((await ask(open().server({ ...target, systemSsh: {} }))).stdout).toContain('conn-quantum');
  });
});

describe('a server that vanishes', () => {
  // Each has a server of its own, and mostly waits.
  it.concurrent.each([
    { name: 'the built-in client', own: {}, host: 'conn-cut' },
    { name: 'OpenSSH as client', own: { systemSsh: {} }, host: 'conn-cut-system' },
  ])('without closing is noticed within 20 s, by $name, and no call hangs', async ({ own, host }) => {
    const server = await fleet.startServer({ kind: 'light', name: host });
    const test = open();
    const target = await targetOf(server, own);
    const remote = test.server(target);
    const begun = Promise.withResolvers<void>();
    const exec = failure(remote.exec({ script: 'echo on; sleep 300', timeoutMs: 300_000, onOutput: () => begun.resolve() }));
    const pty = await remote.pty({ cols: 80, rows: 24, term: 'xterm' });
    const ptyEnd = new Promise<string>((resolve) => pty.onClose((how) => resolve(how)));
    await remote.jobs.start({ id: 'cut', script: 'echo begun; sleep 5; echo done' }, {});
    let output = '';
    const onOutput = (bytes: Uint8Array) => {
      output += Buffer.from(bytes).toString();
    };
    const following = remote.jobs.follow('cut', { sudo: false, offset: 0, onOutput });
    await begun.promise;
    await expect.poll(() => output, { timeout: 20_000 }).toContain('begun');
    await server.cut();
    const cutAt = performance.now();
    const file = failure(remote.writeFile('/tmp/never', new Uint8Array(200_000), { mode: 0o600 }));
    expect((await exec).code).toBe('ssh.connection-lost');
    const execS = seconds(cutAt);
    expect(await ptyEnd).toBe('lost');
    expect((await file).code).toMatch(/^ssh\.(connection-lost|connect-timeout)$/);
    const allS = seconds(cutAt);
    const refusedAt = performance.now();
    expect((await failure(ask(remote))).code).toBe('ssh.connect-timeout');
    console.log(`cut off: a command ended after ${execS} s, terminal and file after ${allS} s, a new call after ${seconds(refusedAt)} s`);
    await server.uncut();
    expect(await following).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(output).toBe('begun\ndone\n');
    await server.remove();
  });

  it('together with all others is taken for a failure of this computer, said once', async () => {
    const three = await Promise.all([1, 2, 3].map((index) => fleet.startServer({ kind: 'light', name: `conn-together-${index}` })));
    const test = open({ times: { heartbeat: { everyMs: 500, misses: 3, slowMs: 1_000 } } });
    const said: string[] = [];
    test.remote.network.onChange((verdict) => said.push(verdict.state === 'offline' ? `${verdict.because} ${verdict.servers}` : verdict.state));
    const stop = new AbortController();
    const followers: Promise<unknown>[] = [];
    for (const server of three) {
      const { jobs } = test.server(await targetOf(server));
      await jobs.start({ id: 'ticking', script: 'while :; do sleep 1; done' }, {});
      followers.push(jobs.follow('ticking', { sudo: false, offset: 0, onOutput: () => undefined, signal: stop.signal }).catch((error: unknown) => error));
    }
    await Promise.all(three.slice(0, 2).map((server) => server.cut()));
    for (const server of three.slice(0, 2)) await test.until(`srv_${server.name}` as ServerId, ({ state }) => state === 'reconnecting');
    expect(said).toEqual([]);
    const [last] = three.slice(2);
    await last?.cut();
    await expect.poll(() => said, { timeout: 20_000 }).toEqual(['all-at-once 3']);
    await Promise.all(three.map((server) => server.uncut()));
    await expect.poll(() => said, { timeout: 60_000 }).toEqual(['all-at-once 3', 'fine']);
    stop.abort();
    await Promise.all(followers);
  });
});

describe('a slow line', () => {
  it('keeps keystrokes and polls going while a transfer is stuck on it', async () => {
    const server = await fleet.startServer({ kind: 'light', name: 'conn-slow' });
    const test = open();
    const remote = test.server(await targetOf(server));
    const held = Promise.withResolvers<void>();
    const stuck = failure(remote.exec({ script: 'head -c 80000000 /dev/zero', lane: 'bulk', timeoutMs: 120_000, onOutput: () => held.promise }));
    const pty = await remote.pty({ cols: 80, rows: 24, term: 'xterm', script: 'stty raw -echo; echo ready; exec cat' });
    let heard = '';
    pty.onData((bytes) => {
      heard += Buffer.from(bytes).toString();
    });
    await expect.poll(() => heard).toContain('ready');
    await server.slow({ roundTripMs: 100 });
    const times: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const startedAt = performance.now();
      pty.write(`<${count}>`);
      await expect.poll(() => heard, { interval: 2, timeout: 10_000 }).toContain(`<${count}>`);
      times.push(performance.now() - startedAt);
      await remote.exec({ script: 'true', timeoutMs: 20_000 });
    }
    console.log(`stuck transfer on a line with a round trip of 100 ms: slowest of 20 keystrokes ${Math.round(Math.max(...times))} ms`);
    expect(Math.max(...times)).toBeLessThan(2_000);
    await server.unslow();
    await server.remove();
    held.resolve();
    expect((await stuck).code).toBe('ssh.connection-lost');
  });
});

describe('a server that keeps count of who fails', () => {
  it('is knocked at once for a refused key, and lets the right one in at once', async () => {
    const server = await fleet.startServer({ kind: 'light', name: 'conn-penalty', sshdConfig: 'PerSourcePenalties authfail:60s min:90s\nMaxStartups 1' });
    const target = await targetOf(server);
    const stranger = await targetOf(server, { user: 'nobody' });
    const test = open();
    for (let count = 0; count < 20; count += 1) expect((await failure(ask(test.server(stranger)))).code).toBe('ssh.auth-key-refused');
    const remote = open().server(target);
    const good = await Promise.all((['control', 'bulk', 'interactive'] as const).map((lane) => remote.exec({ script: 'hostname', lane, timeoutMs: 60_000 })));
    expect(good.map(({ stdout }) => stdout.trim())).toEqual(['conn-penalty', 'conn-penalty', 'conn-penalty']);
  });
});

describe('a server that allows little', () => {
  it.each([
    { name: 'the built-in client', own: {} },
    { name: 'OpenSSH as client', own: { systemSsh: {} } },
  ])('two sessions a connection and one unfinished login at a time: $name gets everything done', async ({ own }) => {
    const server = await fleet.startServer({
      kind: 'light',
      name: 'conn-narrow',
      sshdConfig: 'MaxSessions 2\nMaxStartups 1\nPerSourcePenalties no',
    });
    const remote = open().server(await targetOf(server, own));
    const lanes = ['control', 'bulk', 'interactive'] as const;
    const pty = await remote.pty({ cols: 80, rows: 24, term: 'xterm' });
    const done = await Promise.all(
      Array.from({ length: 18 }, (_, index) =>
        remote.exec({ script: `sleep 0.2; echo ${index}`, lane: lanes[index % lanes.length] ?? 'control', timeoutMs: 60_000 }),
      ),
    );
    expect(done.map(({ stdout, exitCode }) => `${exitCode} ${stdout.trim()}`)).toEqual(done.map((_, index) => `0 ${index}`));
    pty.close();
  });
});
