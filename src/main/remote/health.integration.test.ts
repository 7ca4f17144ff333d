import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type {} from './remote.ts';
import { startTestChaosProxy, type TestChaosProxy } from './testChaosProxy.ts';
import type { TestSshd } from './testSshd.ts';
import { open, sshd } from './testWorld.ts';

async function proxyTo(server: TestSshd): Promise<TestChaosProxy> {
  const proxy = await startTestChaosProxy(server.port);
  onTestFinished(proxy.stop);
  return proxy;
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it worked',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
/** Gathers what comes in as text. */
function hearing() {
  const heard = {
    text: '',
    take: (bytes: Uint8Array) => {
      heard.text += Buffer.from(bytes).toString();
    },
  };
  return heard;
}
const since = (startedAt: number) => Math.round(performance.now() - startedAt);
const brisk = { heartbeat: { everyMs: 200, misses: 3, slowMs: 150 } };
const clients = [
  { name: 'the built-in client', own: false },
  { name: 'OpenSSH as client', own: true },
];

describe.each(clients)('a line that goes bad, by $name', ({ own }) => {
  it('ends every kind of call on a server that stops answering without closing, within the stated time', async () => {
    const server = await sshd({ systemSsh: own });
    const proxy = await proxyTo(server);
    const target = server.target({ port: proxy.port });
    const test = open([target], { times: brisk });
    const remote = test.server(target);
    await remote.jobs.start({ id: `quiet-${own}`, script: 'echo begun; sleep 2; echo done' }, {});
    const followed = hearing();
    const following = remote.jobs.follow(`quiet-${own}`, { sudo: false, offset: 0, onOutput: followed.take });
    const pty = await remote.pty({ cols: 80, rows: 24, term: 'xterm' });
    const ptyEnd = new Promise<string>((resolve) => pty.onClose((how) => resolve(how)));
    const begun = Promise.withResolvers<void>();
    const exec = remote.exec({ script: 'echo on; sleep 60', timeoutMs: 60_000, onOutput: () => begun.resolve() });
    await begun.promise;
    await expect.poll(() => followed.text).toContain('begun');
    const startedAt = performance.now();
    proxy.freeze(true);
    proxy.refuse(true);
    const file = remote.writeFile('/tmp/never', new Uint8Array(100_000), { mode: 0o600 });
    const ends = await Promise.all([codeOf(exec), codeOf(file), ptyEnd]);
    const tookMs = since(startedAt);
    expect(ends).toEqual(['ssh.connection-lost', expect.stringMatching(/^ssh\./), 'lost']);
    console.log(`silent server: every call ended after ${tookMs} ms, heartbeat ${brisk.heartbeat.everyMs} ms x ${brisk.heartbeat.misses}`);
    expect(test.states.map(({ state }) => state.error?.code)).toContain('ssh.link-silent');
    proxy.refuse(false);
    expect(await following).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(followed.text).toBe('begun\ndone\n');
  });

  it('is degraded while it is slow, and connected again after that', async () => {
    const server = await sshd({ systemSsh: own });
    const proxy = await proxyTo(server);
    const target = server.target({ port: proxy.port });
    const test = open([target], { times: brisk });
    await test.server(target).exec({ script: 'true', timeoutMs: 20_000 });
    const slow = setInterval(() => {
      proxy.freeze(true);
      setTimeout(() => proxy.freeze(false), 180);
    }, 190);
    const degraded = await test.until(target.serverId, ({ state }) => state === 'degraded');
    expect(degraded.error?.code).toMatch(/^ssh\.link-(slow|silent)$/);
    await test.until(target.serverId, ({ error }) => error?.code === 'ssh.link-slow');
    clearInterval(slow);
    await test.until(target.serverId, ({ state }) => state === 'connected');
  });

  it('goes on within 3 s of waking up, on connections that have died and on those that live', async () => {
    const [dead, living] = [await sshd({ systemSsh: own }), await sshd({ systemSsh: own })];
    const proxy = await proxyTo(dead);
    const targets = [dead.target({ port: proxy.port }), living.target()] as const;
    const test = open([...targets]);
    const ticks = { dead: 0, living: 0 };
    const stop = new AbortController();
    const followers = (['dead', 'living'] as const).map(async (name, index) => {
      const { jobs } = test.server(targets[index] ?? targets[0]);
      await jobs.start({ id: `${name}-${own}`, script: 'while :; do echo tick; sleep 0.1; done' }, {});
      const onOutput = () => {
        ticks[name] += 1;
      };
      return jobs.follow(`${name}-${own}`, { sudo: false, offset: 0, onOutput, signal: stop.signal });
    });
    await expect.poll(() => Math.min(ticks.dead, ticks.living), { timeout: 10_000 }).toBeGreaterThan(0);
    const before = living.connections();
    proxy.freeze(true);
    const [deadAt, livingAt] = [ticks.dead, ticks.living];
    const wokeAt = performance.now();
    test.remote.wake();
    const exec = test.server(targets[0]).exec({ script: 'true', timeoutMs: 20_000 });
    await exec;
    const execMs = since(wokeAt);
    await expect.poll(() => ticks.dead, { timeout: 10_000, interval: 20 }).toBeGreaterThan(deadAt);
    const followMs = since(wokeAt);
    console.log(`after waking: a new command ran after ${execMs} ms, the job was followed again after ${followMs} ms`);
    expect(ticks.living).toBeGreaterThan(livingAt);
    expect(living.connections()).toBe(before);
    expect(test.events.filter(({ event }) => event === 'ssh.connection-lost').every(({ fields }) => fields['server'] === targets[0].name)).toBe(true);
    const ended = followers.map(codeOf);
    stop.abort();
    await Promise.all(ended);
    for (const [index, name] of (['dead', 'living'] as const).entries()) {
      await test.server(targets[index] ?? targets[0]).jobs.cancel(`${name}-${own}`, { sudo: false, graceMs: 100 });
    }
  });

  it('makes do with two sessions in a connection, without an error to anybody', async () => {
    const server = await sshd({ systemSsh: own, config: ['MaxSessions 2'] });
    const target = server.target();
    const test = open([target]);
    const runs = Array.from({ length: 20 }, (_, index) => test.server(target).exec({ script: `sleep 0.2; echo ${index}`, timeoutMs: 60_000 }));
    expect((await Promise.all(runs)).map(({ stdout }) => Number(stdout))).toEqual(runs.map((_, index) => index));
    expect(server.log()).toContain('no more sessions');
    expect(server.connections()).toBeLessThanOrEqual(2);
    expect(test.remote.state(target.serverId).state).toBe('connected');
  });

  it('gets in where the server takes one unfinished login at a time', async () => {
    const server = await sshd({ systemSsh: own, config: ['MaxStartups 1'] });
    const target = server.target();
    const [one, other] = [open([target]), open([target])];
    const lanes = (['control', 'bulk', 'interactive'] as const).flatMap((lane) => [one, other].map((test) => ({ lane, test })));
    const results = await Promise.all(lanes.map(({ lane, test }) => test.server(target).exec({ script: 'echo in', lane, timeoutMs: 60_000 })));
    expect(results.map(({ stdout }) => stdout)).toEqual(lanes.map(() => 'in\n'));
  });
});

describe('lanes', () => {
  it('keep keystrokes and polls quick while a bulk transfer is stuck', async () => {
    const server = await sshd();
    const target = server.target();
    const test = open([target]);
    const remote = test.server(target);
    const release = Promise.withResolvers<void>();
    const stuck = remote.exec({ script: 'head -c 60000000 /dev/zero', lane: 'bulk', timeoutMs: 60_000, onOutput: () => release.promise });
    const blocked = remote.exec({ script: 'sleep 30', lane: 'bulk', stdin: new Uint8Array(30_000_000), timeoutMs: 60_000 });
    const pty = await remote.pty({ cols: 80, rows: 24, term: 'xterm', script: 'stty raw -echo; echo ready; exec cat' });
    const heard = hearing();
    pty.onData(heard.take);
    await expect.poll(() => heard.text).toContain('ready');
    const echoes: number[] = [];
    const polls: number[] = [];
    for (let count = 0; count < 60; count += 1) {
      let startedAt = performance.now();
      const mark = `<${count}>`;
      pty.write(mark);
      while (!heard.text.includes(mark)) await delay(1);
      echoes.push(performance.now() - startedAt);
      startedAt = performance.now();
      await remote.exec({ script: 'true', timeoutMs: 20_000 });
      polls.push(performance.now() - startedAt);
    }
    const p99 = (times: number[]) => Math.round(times.sort((a, b) => a - b).at(-1) ?? 0);
    console.log(`while two bulk transfers are stuck: slowest of 60 keystrokes ${p99(echoes)} ms, of 60 polls ${p99(polls)} ms`);
    expect(p99(echoes)).toBeLessThan(2_000);
    expect(test.remote.state(target.serverId).state).toBe('connected');
    release.resolve();
    await stuck;
    pty.close();
    test.remote.reset(target.serverId);
    await codeOf(blocked);
  });
});

describe('a shared jump host', () => {
  it('carries many servers over one connection, which is closed when nothing needs it', async () => {
    const [outer, inner] = [await sshd(), await sshd()];
    const jump = outer.target({ serverId: 'srv_jump' as ServerId, name: 'jump' });
    const targets = Array.from({ length: 12 }, (_, index) => inner.target({ serverId: `srv_${index}` as ServerId, name: `inner-${index}`, jump }));
    const test = open(targets, { times: { jumpIdleMs: 50 } });
    await Promise.all(targets.map((target) => test.server(target).exec({ script: 'true', timeoutMs: 60_000 })));
    expect([outer.connections(), inner.connections()]).toEqual([1, 12]);
    for (const target of targets) test.remote.reset(target.serverId);
    await expect.poll(() => outer.connections(), { timeout: 10_000 }).toBe(0);
    expect(test.remote.state(jump.serverId)).toEqual({ state: 'idle', error: null });
    expect((await test.server(targets[0] ?? jump).exec({ script: 'echo in', timeoutMs: 20_000 })).stdout).toBe('in\n');
  });

  it('that dies takes its servers along, and they come back', async () => {
    const [outer, inner] = [await sshd(), await sshd()];
    const jump = outer.target({ serverId: 'srv_jump' as ServerId, name: 'jump' });
    const target = inner.target({ jump });
    const test = open([target]);
    const { jobs } = test.server(target);
    await jobs.start({ id: 'behind', script: 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.4; done; exit 3' }, {});
    const output = hearing();
    const following = jobs.follow('behind', { sudo: false, offset: 0, onOutput: output.take });
    await expect.poll(() => output.text).toContain('1');
    outer.dropConnections();
    expect(await following).toMatchObject({ kind: 'exited', exitCode: 3 });
    expect(output.text).toBe('1\n2\n3\n4\n5\n6\n');
    expect(test.states.some(({ serverId, state }) => serverId === target.serverId && state.state === 'reconnecting')).toBe(true);
  });

  it('is taken by its record of now, and not by the one that it had first', async () => {
    const [old, moved, inner] = [await sshd(), await sshd(), await sshd()];
    const at = (server: TestSshd) => inner.target({ jump: server.target({ serverId: 'srv_jump' as ServerId, name: 'jump' }) });
    const test = open([at(old)]);
    await test.server(at(old)).exec({ script: 'true', timeoutMs: 20_000 });
    await old.halt();
    test.remote.reset();
    await test.server(at(moved)).exec({ script: 'true', timeoutMs: 20_000 });
    expect(moved.connections()).toBe(1);
  });
});
