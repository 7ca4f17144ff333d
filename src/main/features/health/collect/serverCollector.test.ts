import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { ServerId } from '../../../../shared/model/ids.ts';
import type { CollectorLook } from '../collector/collectorReader.ts';
import { lookText, readingOf } from '../collector/testFrames.ts';
import type { CollectorPorts } from './collectorPorts.ts';
import { ServerCollector } from './serverCollector.ts';
import { settle, TestServers } from './testHealth.ts';

let servers: TestServers;
let collector: ServerCollector;
let looks: CollectorLook[];
let states: string[];

beforeEach(() => {
  servers = new TestServers();
  looks = [];
  states = [];
  collector = collectorOf(servers.ports);
});
afterEach(() => collector.stop());

function collectorOf(ports: CollectorPorts): ServerCollector {
  const made = new ServerCollector({ id: 'srv_a' as ServerId, name: 'gpu-1' }, 5, ports, {
    looks: (found) => looks.push(...found),
    changed: () => states.push(made.state),
  });
  return made;
}
/** A program that is live. */
async function live(count = 1) {
  const program = await servers.program(count);
  program.begin();
  program.host();
  return program;
}
/** A collector in the place of the one before, that has a turn with others; what it asks to be called back for. */
function gathered(): (() => void)[] {
  collector.stop();
  servers = new TestServers();
  const turns: (() => void)[] = [];
  const turn = { ask: (run: () => void) => void turns.push(run) };
  collector = collectorOf({ ...servers.ports, turn });
  return turns;
}
function pass(seconds: number): void {
  servers.clock.ms += seconds * 1000;
  collector.tick();
}

describe('the collector of a server', () => {
  it('runs on the control lane and is live with the first look', async () => {
    const program = await servers.program(1);
    expect([collector.state, program.intervalS, program.request.lane, program.request.timeoutMs]).toEqual(['opening', 5, 'control', Number.POSITIVE_INFINITY]);
    await live();
    expect([collector.state, states, looks.length]).toEqual(['live', ['live'], 1]);
  });

  it('is settled when rates are known and every source that began was read once', async () => {
    const program = await live();
    program.say('g( 1 8001.00 1763712000\n');
    program.host();
    expect(collector.settled).toBe(false);
    program.say('g) 1 0 9\n');
    expect(collector.settled).toBe(true);
  });

  it('takes another interval over the same channel, and is not late by it', async () => {
    const program = await live();
    collector.setInterval(60);
    pass(170);
    expect(collector.state).toBe('live');
    collector.setInterval(1);
    collector.setInterval(1);
    pass(2);
    await settle();
    expect(program.heard.filter((line) => line.startsWith('interval'))).toEqual(['interval 60', 'interval 1']);
    expect([collector.state, servers.programs.length]).toEqual(['live', 1]);
  });

  it('is stale when looks stop, live again with the next, and gives a silent channel up', async () => {
    const program = await live();
    pass(21);
    expect(collector.state).toBe('stale');
    program.host();
    expect(collector.state).toBe('live');
    pass(21);
    program.say('s( 1 8001.00 1763712000\n');
    pass(29);
    expect([collector.state, program.request.signal?.aborted]).toEqual(['stale', false]);
    pass(2);
    expect(program.request.signal?.aborted).toBe(true);
    await servers.program(2);
    expect([collector.state, collector.error]).toEqual(['lost', { code: 'ssh.link-silent', data: { server: 'gpu-1' } }]);
    await live(2);
    expect([collector.state, collector.error, states]).toEqual(['live', null, ['live', 'stale', 'live', 'stale', 'lost', 'live']]);
  });

  it('reads what nobody looks at closely in a turn with others, and by the time at which it came in', async () => {
    const turns = gathered();
    const program = await live();
    servers.clock.ms += 4_000;
    program.host();
    servers.clock.ms += 300;
    program.say('p( t1 8001.00 1763712000\n');
    expect([turns.length, looks.length]).toEqual([2, 1]);
    expect(turns[0]).toBe(turns[1]);
    servers.clock.ms += 200;
    turns[0]?.();
    expect(looks.slice(1).map(({ source, receivedAtMs }) => [source, servers.clock.ms - receivedAtMs])).toEqual([
      ['h', 500],
      ['clock', 200],
    ]);
    turns[0]?.();
    expect(looks).toHaveLength(3);
  });

  it('reads as it comes what makes a server live, what somebody looks at, and what is much', async () => {
    const turns = gathered();
    const program = await live();
    expect([collector.state, turns.length]).toEqual(['live', 0]);
    collector.setInterval(1);
    program.host();
    expect([looks.length, turns.length]).toEqual([2, 0]);
    collector.setInterval(5);
    pass(21);
    expect(collector.state).toBe('stale');
    program.host();
    expect([collector.state, looks.length, turns.length]).toEqual(['live', 3, 0]);
    program.host();
    program.say('#'.repeat(300_000));
    expect([looks.length, turns.length]).toEqual([4, 1]);
  });

  it('reads what came in before the channel was lost, and nothing after it was stopped', async () => {
    const turns = gathered();
    const program = await live();
    program.host();
    program.fail(new AppError('ssh.connection-lost', { server: 'gpu-1' }));
    await servers.program(2);
    expect([looks.length, collector.state]).toEqual([2, 'lost']);
    (await live(2)).host();
    collector.stop();
    for (const turn of turns) turn();
    expect(looks).toHaveLength(3);
  });

  it('waits long for the first word: hundreds of servers come before', async () => {
    const program = await servers.program(1);
    pass(590);
    expect(program.request.signal?.aborted).toBe(false);
    pass(20);
    expect(program.request.signal?.aborted).toBe(true);
  });

  it('opens another channel when one is lost, and counts on from what it knew', async () => {
    const program = await live();
    program.fail(new AppError('ssh.connection-lost', { server: 'gpu-1' }));
    const next = await servers.program(2);
    expect([collector.state, collector.error?.code]).toEqual(['lost', 'ssh.connection-lost']);
    next.begin(lookText('h', 'c 500 0 0 200\nu 0\n', { uptimeS: 8100 }));
    expect(collector.state).toBe('live');
    expect(readingOf(looks.at(-1)?.readings ?? [], '', 'cpuUsedRatio')).toBe(0.8);
  });

  it('takes a program that ends for a loss, with what it said', async () => {
    const program = await live();
    void program.request.onOutput?.('stderr', Buffer.from('sh: not found'));
    program.exit(127);
    await servers.program(2);
    expect(collector.error).toEqual({
      code: 'remote.command-failed',
      data: { server: 'gpu-1', what: 'the reading of live figures', exitCode: 127, signal: null, output: 'sh: not found' },
    });
  });

  it('waits for a person where trying again cannot help, until it is told to', async () => {
    (await servers.program(1)).fail(new AppError('server.untrusted', { server: 'gpu-1' }));
    await settle();
    expect([collector.state, collector.error?.code, collector.settled]).toEqual(['waiting', 'server.untrusted', true]);
    pass(3600);
    await settle();
    expect(servers.programs).toHaveLength(1);
    collector.poke();
    await live(2);
    expect(collector.state).toBe('live');
  });

  it("asks for the server's time at once and then each minute", async () => {
    const program = await live();
    await settle();
    program.answer(servers.clock.ms + 90_000);
    expect(readingOf(looks.at(-1)?.readings ?? [], '', 'clockAheadSeconds')).toBeCloseTo(90, 2);
    for (let second = 0; second < 59; second += 1) {
      pass(1);
      program.host();
    }
    await settle();
    expect(program.heard.filter((line) => line.startsWith('ping'))).toHaveLength(1);
    pass(1);
    await settle();
    expect(program.heard.filter((line) => line.startsWith('ping'))).toHaveLength(2);
  });

  it('knows the GPUs that the server should have', async () => {
    servers.gpus = [{ uuid: 'GPU-11111111', bus: '0000:3b:00' }];
    (await servers.program(1)).fail(new Error('away'));
    const program = await live(2);
    program.say(lookText('g', 'No devices were found', { status: 6 }));
    expect(readingOf(looks.at(-1)?.readings ?? [], '', 'gpuVanishedCount')).toBe(1);
  });

  it('ends the program by the end of its input, and tells nothing more', async () => {
    const program = await live();
    collector.stop();
    await settle();
    program.host();
    program.exit(0);
    await settle();
    expect([program.inputEnded, looks.length, servers.programs.length, states]).toEqual([true, 1, 1, ['live']]);
  });

  it('gives up an attempt that has not come through', async () => {
    const program = await servers.program(1);
    collector.stop();
    expect(program.request.signal?.aborted).toBe(true);
    await settle();
    expect([servers.programs.length, states]).toEqual([1, []]);
  });
});
