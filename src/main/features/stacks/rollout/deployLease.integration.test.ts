import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAtLease, releaseLease, renewLease, seizeLease, takeLease } from './deployLease.ts';
import { LeaseHeartbeats } from './leaseHeartbeat.ts';
import { type LeaseOwner, leaseOwnerSchema } from './leaseRules.ts';
import { rolloutOperation } from './rolloutOperation.ts';
import { createTestRollout, type TestRollout, testStack } from './testRollout.ts';

let world: TestRollout;
beforeEach(async () => {
  world = await createTestRollout();
});
afterEach(async () => {
  await world.remove();
});

const owner = (operationId: string, more: Partial<LeaseOwner> = {}) =>
  leaseOwnerSchema.parse({ operationId, who: 'Grace', why: 'deploys Demo', sinceMs: 1, ...more });
const take = async (operationId: string, options: { more?: Partial<LeaseOwner>; ended?: string } = {}) =>
  takeLease(await world.stack(), owner(operationId, options.more), { ended: (id) => id === options.ended });
const place = (file: string) => join(world.server.directory, 'state/stacks/demo/lock', file);
/** Lets the lock have been taken, and its owner last heard of, so many seconds ago by the server's clock. */
const age = async (seconds: number) => {
  const then = `${Math.floor(Date.now() / 1000) - seconds}\n`;
  for (const file of ['taken', 'beat']) await writeFile(place(file), then);
};
const deploy = () => world.run(rolloutOperation(world.ports), { stack: testStack(), givenSecrets: [], who: 'Ada', note: null });

describe('the deploy lock', () => {
  test('tells who holds it, why and since when, by the clock of who asks', async () => {
    await take('op_a');
    await age(90);
    const failure = await take('op_b').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'guard.deploy-locked', data: { server: 'gpu-1', who: 'Grace', why: 'deploys Demo' } });
    const { sinceMs } = (failure as { data: { sinceMs: number } }).data;
    expect(Math.abs(Date.now() - 90_000 - sinceMs)).toBeLessThan(3000);
    expect(await lookAtLease(await world.stack())).toMatchObject({ owner: { operationId: 'op_a' }, silenceS: expect.any(Number) });
  });

  test('is taken once by two that come together, again by the same, and given back by its owner alone', async () => {
    const answers = await Promise.allSettled([take('op_a'), take('op_b')]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const holder = answers[0].status === 'fulfilled' ? 'op_a' : 'op_b';
    await take(holder);
    const stack = await world.stack();
    await releaseLease(stack, 'op_c');
    expect(await lookAtLease(stack)).not.toBeNull();
    await releaseLease(stack, holder);
    expect(await lookAtLease(stack)).toBeNull();
  });

  test.each([
    ['it has run out and its operation has ended', 61, 'op_a', true],
    ['it has run out, but nobody knows of an end', 61, 'op_x', false],
    ['it has been silent beyond the limit that it stated', 700, 'op_x', true],
  ])('is taken over by itself where %s', async (_, silence, ended, taken) => {
    await take('op_a', { more: { limitS: 600 } });
    await age(silence);
    const result = take('op_b', { ended });
    if (taken) await result;
    else await expect(result).rejects.toMatchObject({ code: 'guard.deploy-locked' });
    expect((await lookAtLease(await world.stack()))?.owner?.operationId).toBe(taken ? 'op_b' : 'op_a');
  });

  test('of an operation that has ended is waited for until it has run out', async () => {
    await take('op_a', { more: { leaseS: 1 } });
    const seconds: number[] = [];
    await takeLease(await world.stack(), owner('op_b'), { ended: () => true, waiting: (left) => seconds.push(left) });
    expect(seconds[0]).toBeGreaterThan(0);
    expect((await lookAtLease(await world.stack()))?.owner?.operationId).toBe('op_b');
  });

  test('that was taken without saying by whom is nobody’s after a minute', async () => {
    await take('op_a');
    for (const file of ['taken', 'beat', 'owner.json']) await rm(place(file));
    await expect(take('op_b')).rejects.toMatchObject({ data: { who: 'somebody' } });
    await utimes(place('.'), new Date(), new Date(Date.now() - 61_000));
    await take('op_b');
  });

  test('is taken away by name: its operation is told by whom, and one that came after keeps it', async () => {
    await take('op_a');
    const stack = await world.stack();
    const held = await lookAtLease(stack);
    if (held === null) throw new Error('nobody holds it');
    expect(await seizeLease(stack, held, { who: 'Ada', why: 'unlocks Demo' })).toMatchObject({ kind: 'free' });
    expect(await renewLease(stack, 'op_a')).toMatchObject({ who: 'Ada', why: 'unlocks Demo' });
    await take('op_b');
    expect(await seizeLease(stack, held, { who: 'Ada', why: 'unlocks Demo' })).toMatchObject({ kind: 'held', held: { owner: { operationId: 'op_b' } } });
    expect(await renewLease(stack, 'op_a')).toMatchObject({ who: 'Grace' });
    expect(await renewLease(stack, 'op_b')).toBeNull();
  });

  test('is kept alive until it is given back, or its operation has ended', async () => {
    await take('op_a');
    let ended = false;
    const beats = new LeaseHeartbeats({ operationEnded: () => ended, beatMs: 30 });
    const lease = { remote: world.server.remote, serverName: 'gpu-1', stackId: 'demo', operationId: 'op_a' };
    await age(90);
    beats.start(lease);
    await expect.poll(async () => (await lookAtLease(await world.stack()))?.silenceS).toBeLessThan(5);
    ended = true;
    // Until the beat that was under way is over.
    await expect
      .poll(async () => {
        await age(90);
        await delay(200);
        return (await lookAtLease(await world.stack()))?.silenceS;
      })
      .toBeGreaterThanOrEqual(90);
  });

  test("of another laptop's deploy stops this one before it changes anything", async () => {
    await take('op_other');
    const failed = await deploy();
    expect(failed['lock']).toMatchObject({ code: 'guard.deploy-locked', data: { who: 'Grace' } });
    expect(failed['upload']).toBeNull();
    expect(failed['restore']).toMatchObject({ state: 'skipped' });
    expect((await lookAtLease(await world.stack()))?.owner?.operationId).toBe('op_other');
  });

  test('that is lost is noticed at the next step, and nothing more is changed, on the way back neither', async () => {
    let taken = false;
    const exec = world.server.remote.exec;
    world.server.remote.exec = async (request) => {
      const result = await exec(request);
      // Somebody takes it while the images are being looked for after the upload.
      if (!taken && request.env?.['PH_RELEASE'] !== undefined && request.script.includes('config --quiet')) {
        taken = true;
        const stack = await world.stack();
        const held = await lookAtLease(stack);
        if (held !== null) await seizeLease(stack, held, { who: 'Grace', why: 'repairs it by hand' }, owner('op_grace'));
      }
      return result;
    };
    const failed = await deploy();
    expect(failed['upload']).toMatchObject({ state: 'done' });
    expect(failed['pull']).toMatchObject({ code: 'stack.lock-lost', data: { who: 'Grace' } });
    expect(failed['restore']).toMatchObject({ state: 'skipped', detail: expect.stringContaining('Grace') });
    expect((await world.docker.read()).actions).toEqual([]);
    expect(JSON.parse(await readFile(place('owner.json'), 'utf8'))).toMatchObject({ operationId: 'op_grace' });
    expect((await stat(place('owner.json'))).mode & 0o777).toBe(0o600);
  });
});
