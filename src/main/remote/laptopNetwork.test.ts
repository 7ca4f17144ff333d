import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { LaptopNetwork } from './laptopNetwork.ts';
import type { RemoteState } from './remote.ts';
import { watchComputer } from './watchComputer.ts';

const lost: RemoteState = { state: 'reconnecting', error: new AppError('ssh.connection-lost', { server: 'x' }) };
const silent: RemoteState = { state: 'degraded', error: new AppError('ssh.link-silent', { server: 'x' }) };
const up: RemoteState = { state: 'connected', error: null };

function laptop(servers: number, hops: (index: number) => string = (index) => `10.0.0.${index}`) {
  const clock = { nowMs: 1_000_000, address: true };
  const network = new LaptopNetwork({ nowMs: () => clock.nowMs, hasAddress: () => clock.address });
  const said: string[] = [];
  network.onChange((verdict) => said.push(verdict.state === 'offline' ? `${verdict.because} ${verdict.servers}` : verdict.state));
  const note = (index: number, state: RemoteState) => network.note(`srv_${index}` as ServerId, hops(index), state);
  for (let index = 0; index < servers; index += 1) note(index, up);
  return { clock, network, said, note, all: (state: RemoteState) => Array.from({ length: servers }, (_, index) => note(index, state)) };
}

describe('LaptopNetwork', () => {
  it('says once that all servers went together, and once that they are back', () => {
    const { said, all, note, network, clock } = laptop(1000);
    all(silent);
    all(lost);
    all({ state: 'unreachable', error: new AppError('ssh.connection-lost', { server: 'x' }) });
    expect(said).toEqual(['all-at-once 1000']);
    expect(network.verdict).toEqual({ state: 'offline', because: 'all-at-once', servers: 1000, sinceMs: clock.nowMs });
    note(5, up);
    expect(said).toEqual(['all-at-once 1000', 'fine']);
  });

  it('keeps silent while one server answers, even by refusing', () => {
    const { said, note } = laptop(4);
    for (const index of [0, 1, 2]) note(index, lost);
    note(3, { state: 'auth-failed', error: new AppError('ssh.agent-unavailable', { server: 'x' }) });
    expect(said).toEqual([]);
  });

  it('takes neither two servers, nor many behind one jump host, nor servers that went one by one for it', () => {
    const pair = laptop(2);
    pair.all(lost);
    const behind = laptop(50, () => 'bastion.example');
    behind.all(lost);
    const slowly = laptop(5);
    for (let index = 0; index < 5; index += 1) {
      slowly.clock.nowMs += 60_000;
      slowly.note(index, lost);
    }
    expect([pair.said, behind.said, slowly.said]).toEqual([[], [], []]);
  });

  it('does not let a server that was down before hide it', () => {
    const { said, note, clock } = laptop(4);
    note(0, lost);
    clock.nowMs += 3_600_000;
    for (const index of [1, 2, 3]) note(index, lost);
    expect(said).toEqual(['all-at-once 3']);
  });

  it('is sure of it where the computer has no address at all', () => {
    const { said, note, clock } = laptop(1);
    clock.address = false;
    note(0, lost);
    expect(said).toEqual(['no-address 1']);
  });

  it('judges by no server on this very computer', () => {
    const { said, all } = laptop(5, (index) => (index % 2 === 0 ? '127.0.0.1' : 'localhost'));
    all(lost);
    expect(said).toEqual([]);
  });
});

describe('watchComputer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  it('tells sleep from a busy moment, and sees new addresses', () => {
    const computer = { now: 0, where: 'home' };
    const seen: string[] = [];
    const stop = watchComputer((why) => seen.push(why), { nowMs: () => computer.now, addresses: () => computer.where });
    const second = (tookMs = 1_000) => {
      computer.now += tookMs;
      vi.advanceTimersByTime(1_000);
    };
    second();
    second(3_500);
    expect(seen).toEqual([]);
    second(8 * 3_600_000);
    expect(seen).toEqual(['slept']);
    computer.where = '';
    second();
    expect(seen).toEqual(['slept']);
    computer.where = 'train';
    second();
    expect(seen).toEqual(['slept', 'addresses']);
    stop();
    second(60_000);
    expect(seen).toHaveLength(2);
  });
});
