import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { startTestChaosProxy } from './testChaosProxy.ts';
import { followAll } from './testFollow.ts';
import { openTestRemote } from './testRemote.ts';
import { startTestSshd } from './testSshd.ts';

const campaign = Number(process.env['PILOTHOUSE_CAMPAIGN'] ?? 30);
const starts = Math.ceil(campaign / 3);
const plain = { sudo: false };

describe('a start that cannot work', () => {
  it('says so when the process does not come up', async () => {
    const sshd = await startTestSshd({ programs: { setsid: '#!/bin/sh\nexit 0\n', 'systemd-run': '#!/bin/sh\nexit 1\n' } });
    const test = openTestRemote([sshd.target()]);
    try {
      const { jobs } = test.server(sshd.target());
      const error = await jobs.start({ id: 'dud', script: 'true', secrets: { a: 'b' } }, {}).catch((e: unknown) => e);
      expect(AppError.is(error, 'job.start-failed') && error.data).toMatchObject({ jobId: 'dud', reason: 'its process did not come up' });
      expect(await jobs.probe('dud', plain)).toEqual({ kind: 'absent' });
      const memory = readFileSync(join(sshd.directory, 'state/jobs/dud/1/memory'), 'utf8');
      expect(() => readdirSync(memory)).toThrow('ENOENT');
    } finally {
      await test.remote.close();
      await sshd.stop();
    }
  });
});

// Each has a server of its own, and mostly waits for the next attempt to connect.
describe.concurrent('lost connections', { timeout: 480_000 }, () => {
  it.each(['dash', 'busybox'] as const)('changes neither output nor exit code nor the number of runs (%s)', async (userland) => {
    const sshd = await startTestSshd({ userland });
    const proxy = await startTestChaosProxy(sshd.port);
    const target = sshd.target({ port: proxy.port });
    const test = openTestRemote([target]);
    try {
      const { jobs } = test.server(target);
      await test.server(target).exec({ script: 'true', timeoutMs: 20_000 });
      // Some break the start, some the output, after a varying number of bytes.
      proxy.resetAfter(Array.from({ length: campaign }, (_, index) => 1_500 + ((index * 7_919) % 60_000)));
      proxy.reset();
      const count = join(sshd.directory, 'count');
      const script = `printf x >>"$COUNT"\ni=0\nwhile [ $i -lt 400 ]; do i=$((i+1)); printf '%s line of output that makes it long enough to be cut somewhere %s\\n' $i $i $i $i; [ $((i % 20)) != 0 ] || sleep 0.1; done; exit 42`;
      await jobs.start({ id: 'hardy', script, env: { COUNT: count } }, {});
      const states: string[] = [];
      const chunks: Buffer[] = [];
      let at = 0;
      const end = await jobs.follow('hardy', {
        ...plain,
        offset: 0,
        onState: (state) => states.push(state),
        onOutput: (bytes, offset) => {
          expect(offset).toBe(at);
          at += bytes.length;
          chunks.push(Buffer.from(bytes));
          if (proxy.resets() < campaign && bytes.length > 2_000) proxy.reset();
        },
      });
      // Whatever of the campaign was not used up falls on following the whole output again from the start.
      while (proxy.resets() < campaign) {
        let again = 0;
        await jobs.follow('hardy', {
          ...plain,
          offset: 0,
          onOutput: (bytes) => {
            again += bytes.length;
            if (proxy.resets() < campaign) proxy.reset();
          },
        });
        expect(again).toBe(at);
      }
      expect(end).toMatchObject({ kind: 'exited', exitCode: 42, outputBytes: at });
      const onServer = readFileSync(join(sshd.directory, 'state/jobs/hardy/1/out'));
      expect(createHash('sha256').update(Buffer.concat(chunks)).digest('hex')).toBe(createHash('sha256').update(onServer).digest('hex'));
      expect(readFileSync(count, 'utf8')).toBe('x');
      expect(proxy.resets()).toBeGreaterThanOrEqual(campaign);
      expect(states).toContain('reconnecting');
      console.log(`${userland}: ${proxy.resets()} resets, ${at} bytes identical, one run`);
    } finally {
      await test.remote.close();
      await proxy.stop();
      await sshd.stop();
    }
  });

  it('starts exactly once when the start itself is cut off, wherever that is', async () => {
    const sshd = await startTestSshd({ userland: 'dash' });
    const proxy = await startTestChaosProxy(sshd.port);
    const target = sshd.target({ port: proxy.port });
    const test = openTestRemote([target]);
    try {
      const { exec, jobs } = test.server(target);
      await exec({ script: 'true', timeoutMs: 20_000 });
      const count = join(sshd.directory, 'starts');
      for (let index = 0; index < starts; index += 1) {
        // The login takes some 1,850 bytes from the server; in the 900 after them are the channel, the start and its answer.
        proxy.resetAfter([1_800 + Math.floor((index * 1_000) / starts), 1_850 + ((index * 137) % 950)]);
        proxy.reset();
        await jobs.start({ id: `cut-${index}`, script: 'printf x >>"$COUNT"; echo done', env: { COUNT: count } }, {});
        const { end } = await followAll(jobs, `cut-${index}`);
        expect(end).toEqual({ kind: 'exited', exitCode: 0, outputBytes: 5 });
      }
      expect(readFileSync(count, 'utf8').length).toBe(starts);
      console.log(`${proxy.resets()} resets in ${starts} starts, each ran once`);
    } finally {
      await test.remote.close();
      await proxy.stop();
      await sshd.stop();
    }
  });

  it('stops trying when the remote layer is closed or the caller has had enough', async () => {
    const sshd = await startTestSshd();
    const target = sshd.target();
    const test = openTestRemote([target]);
    const { jobs } = test.server(target);
    const enough = new AbortController();
    await jobs.start({ id: 'long', script: 'echo on; sleep 300' }, {});
    const abandoned = jobs.follow('long', { ...plain, offset: 0, signal: enough.signal, onOutput: () => enough.abort(new Error('enough')) });
    await expect(abandoned).rejects.toThrow('enough');
    expect(await jobs.probe('long', plain)).toEqual({ kind: 'running' });
    await jobs.cancel('long', { ...plain, graceMs: 500 });
    await sshd.halt();
    const waiting = jobs.follow('long', { ...plain, offset: 0, onOutput: () => {} }).catch((e: unknown) => e);
    await test.until(target.serverId, ({ state }) => state === 'reconnecting');
    await test.remote.close();
    expect(AppError.is(await waiting, 'core.stopping')).toBe(true);
    await sshd.stop();
  });

  it('shows reconnecting while a follower waits for a server that is away, and goes on when it is back', async () => {
    const sshd = await startTestSshd();
    const target = sshd.target();
    const test = openTestRemote([target]);
    try {
      const { jobs } = test.server(target);
      await jobs.start(
        { id: 'patient', script: 'echo first; while [ ! -e "$GO" ]; do sleep 0.1; done; echo last', env: { GO: join(sshd.directory, 'go') } },
        {},
      );
      const following = followAll(jobs, 'patient');
      await test.until(target.serverId, ({ state }) => state === 'connected');
      await sshd.halt();
      await test.until(target.serverId, ({ state, error }) => state === 'reconnecting' && error?.code === 'ssh.connection-refused');
      writeFileSync(join(sshd.directory, 'go'), '');
      await sshd.start();
      const { end, bytes } = await following;
      expect([end.kind, bytes.toString()]).toEqual(['exited', 'first\nlast\n']);
    } finally {
      await test.remote.close();
      await sshd.stop();
    }
  });
});
