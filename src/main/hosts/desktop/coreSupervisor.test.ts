import { EventEmitter } from 'node:events';
import type { MessagePortMain } from 'electron';
import { expect, test, vi } from 'vitest';
import type { CoreProcessState } from '../../../shared/desktopBridge.ts';
import type { ToCore } from './coreMessages.ts';
import { type CoreChild, createCoreSupervisor, type SupervisorPorts } from './coreSupervisor.ts';
import { countEnds, healthyAfterMs, restartDelayMs } from './restartRules.ts';

class FakeChild extends EventEmitter {
  readonly sent: { message: ToCore; ports: number }[] = [];
  readonly kill = vi.fn(() => true);
  postMessage = (message: ToCore, ports: MessagePortMain[] = []) => {
    this.sent.push({ message, ports: ports.length });
  };
}

function supervised() {
  const children: FakeChild[] = [];
  const states: CoreProcessState[] = [];
  const timers: { callback: () => void; delayMs: number; cancelled: boolean }[] = [];
  const clock = { nowMs: 0 };
  const log = vi.fn();
  const onMessage = vi.fn<SupervisorPorts['onMessage']>();
  const supervisor = createCoreSupervisor({
    fork: () => {
      const child = new FakeChild();
      children.push(child);
      return child as unknown as CoreChild;
    },
    createChannel: () => ({ port1: {} as MessagePortMain, port2: {} as MessagePortMain }),
    schedule(callback, delayMs) {
      const timer = { callback, delayMs, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
    nowMs: () => clock.nowMs,
    log,
    onState: (state) => states.push(state),
    onMessage,
  });
  supervisor.start();
  const child = (index = children.length - 1) => {
    const found = children[index];
    if (found === undefined) throw new Error('no such child');
    return found;
  };
  return { supervisor, children, child, states, timers, clock, log, onMessage };
}

test('a port asked for early is handed over once the core is up', () => {
  const { supervisor, child, states } = supervised();
  const deliver = vi.fn();
  supervisor.requestPort(deliver);
  expect(deliver).not.toHaveBeenCalled();
  child().emit('message', { kind: 'ready' });
  expect(deliver).toHaveBeenCalledOnce();
  expect(child().sent).toEqual([{ message: { kind: 'connect' }, ports: 1 }]);
  expect(states).toEqual([{ state: 'starting' }, { state: 'up' }]);
  supervisor.requestPort(deliver);
  expect(deliver).toHaveBeenCalledTimes(2);
});

test('a withdrawn request is not answered', () => {
  const { supervisor, child } = supervised();
  const deliver = vi.fn();
  supervisor.requestPort(deliver)();
  child().emit('message', { kind: 'ready' });
  expect(deliver).not.toHaveBeenCalled();
});

test('a core that dies is started again, ever more slowly, and the window is told', () => {
  const { child, children, states, timers } = supervised();
  child().emit('message', { kind: 'ready' });
  child().emit('exit', 9);
  expect(states.at(-1)).toEqual({ state: 'down', reason: 'the core process ended with code 9', retryInMs: 500 });
  timers[0]?.callback();
  expect(children).toHaveLength(2);
  expect(states.at(-1)).toEqual({ state: 'starting' });
  child().emit('exit', 9);
  expect(states.at(-1)).toMatchObject({ state: 'down', retryInMs: 1000 });
});

test('a core that ran well for a while starts over with short delays', () => {
  const { child, timers, clock } = supervised();
  child().emit('exit', 1);
  timers[0]?.callback();
  child().emit('exit', 1);
  timers[1]?.callback();
  clock.nowMs += healthyAfterMs;
  child().emit('exit', 1);
  expect(timers.map((timer) => timer.delayMs)).toEqual([500, 1000, 500]);
});

test('a port asked for while the core is down is served by the next core', () => {
  const { supervisor, child, timers } = supervised();
  child().emit('message', { kind: 'ready' });
  child().emit('exit', 9);
  const deliver = vi.fn();
  supervisor.requestPort(deliver);
  timers[0]?.callback();
  child().emit('message', { kind: 'ready' });
  expect(deliver).toHaveBeenCalledOnce();
  expect(child().sent).toHaveLength(1);
});

test('a core that cannot start for good stays down until a person asks again', () => {
  const { supervisor, child, children, states, timers } = supervised();
  child().emit('message', { kind: 'failed', reason: 'the database is of a newer version', permanent: true });
  child().emit('exit', 1);
  expect(states.at(-1)).toEqual({ state: 'down', reason: 'the database is of a newer version', retryInMs: null });
  expect(timers).toHaveLength(0);
  supervisor.restartNow();
  expect(children).toHaveLength(2);
});

test('a person need not wait for the next attempt, and then there is only one core', () => {
  const { supervisor, child, children, timers } = supervised();
  child().emit('exit', 9);
  supervisor.restartNow();
  expect(timers[0]?.cancelled).toBe(true);
  supervisor.restartNow();
  expect(children).toHaveLength(2);
});

test('asks of the core are passed on, and answers go back to it', () => {
  const { child, onMessage } = supervised();
  child().emit('message', { kind: 'keystore-ask', id: 1, action: 'wrap', bytes: 'AAAA' });
  expect(onMessage).toHaveBeenCalledOnce();
  onMessage.mock.calls[0]?.[1]({ kind: 'keystore-answer', id: 1, bytes: 'BBBB' });
  expect(child().sent).toEqual([{ message: { kind: 'keystore-answer', id: 1, bytes: 'BBBB' }, ports: 0 }]);
});

test('what is no message is logged without its content', () => {
  const { child, log, onMessage } = supervised();
  child().emit('message', { kind: 'keystore-ask', id: 1, action: 'wrap', bytes: 'not base 64: secret' });
  expect(onMessage).not.toHaveBeenCalled();
  expect(JSON.stringify(log.mock.calls)).not.toContain('secret');
  expect(log).toHaveBeenCalledWith('core.message-malformed', { issues: ['bytes'] });
});

test('stopping asks the core to end, and does not start it again', async () => {
  const { supervisor, child, children, timers } = supervised();
  const stopping = supervisor.stop(5000);
  expect(child().sent).toEqual([{ message: { kind: 'stop' }, ports: 0 }]);
  child().emit('exit', 0);
  await stopping;
  expect(child().kill).not.toHaveBeenCalled();
  expect(timers.every((timer) => timer.cancelled)).toBe(true);
  supervisor.restartNow();
  expect(children).toHaveLength(1);
});

test('a core that does not end when asked is ended', async () => {
  const { supervisor, child, timers } = supervised();
  const stopping = supervisor.stop(5000);
  expect(timers[0]?.delayMs).toBe(5000);
  timers[0]?.callback();
  expect(child().kill).toHaveBeenCalledOnce();
  child().emit('exit', 15);
  await stopping;
});

test('stopping while the core is down cancels its restart', async () => {
  const { supervisor, child, timers } = supervised();
  child().emit('exit', 9);
  await supervisor.stop(5000);
  expect(timers[0]?.cancelled).toBe(true);
});

test('delays double to half a minute', () => {
  expect([1, 2, 3, 7, 8, 1000].map(restartDelayMs)).toEqual([500, 1000, 2000, 30_000, 30_000, 30_000]);
  expect(countEnds(6, healthyAfterMs - 1)).toBe(7);
  expect(countEnds(6, healthyAfterMs)).toBe(1);
});
