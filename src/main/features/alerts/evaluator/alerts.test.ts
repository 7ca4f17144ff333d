import { describe, expect, test } from 'vitest';
import { reading, testRule, testServer, Watch } from '../testing/watch.ts';
import { acknowledge } from './acknowledgeRules.ts';

const cpu = (value: number) => ({ values: { a: [reading('cpuUsedRatio', value)] } });
const atOnce = testRule({ sustainedS: 0, clearS: 0, cause: 'load' });
const worse = testRule({
  id: 'cpu-critical',
  value: 0.95,
  clear: 0.9,
  sustainedS: 0,
  clearS: 0,
  severity: 'critical',
  cause: 'load',
  title: 'CPU is overloaded',
  runbook: 'triage',
});

describe('rules of one cause', () => {
  test('are one alert that becomes worse and better, and ends once', () => {
    const watch = new Watch([atOnce, worse]);
    expect(watch.go(10, cpu(0.85))).toEqual(['10s raised load/srv_a warning']);
    expect(watch.go(10, cpu(0.99))).toEqual(['20s escalated severity load/srv_a critical']);
    expect(watch.events[1]).toMatchObject({ title: 'CPU is overloaded', runbook: 'triage' });
    expect(watch.go(10, cpu(0.85))).toEqual(['30s eased load/srv_a warning']);
    expect(watch.go(10, cpu(0.5))).toEqual(['40s resolved good load/srv_a warning']);
  });

  test('that are as severe are told by what holds longest', () => {
    const second = testRule({ id: 'a-load', title: 'Load is high', metric: 'load1', value: 8, clear: 6, sustainedS: 0, clearS: 0, cause: 'load' });
    const watch = new Watch([testRule({ sustainedS: 60, clearS: 0, cause: 'load' }), second]);
    const both = (load: number) => ({ values: { a: [reading('cpuUsedRatio', 0.9), reading('load1', load)] } });
    const silences = [{ id: 's', who: 'Ada', reason: 'a test', fromMs: 0, untilMs: watch.nowMs + 80_000 }];
    watch.go(60, { ...both(1), silences });
    expect(watch.go(20, { ...both(9), silences })).toHaveLength(1);
    expect(watch.events[0]?.title).toBe('CPU is busy');
  });

  test('that hold together are one raise at the worst', () => {
    const watch = new Watch([atOnce, worse]);
    expect(watch.go(10, cpu(1))).toEqual(['10s raised load/srv_a critical']);
    expect(watch.events[0]?.evidence.map(({ ruleId }) => ruleId)).toEqual(['cpu', 'cpu-critical']);
  });
});

describe('groups', () => {
  const hot = (group: string) => testRule({ id: 'hot', metric: 'gpuTemperatureCelsius', on: 'gpu', value: 80, clear: 76, sustainedS: 0, clearS: 0, group });
  const gpus = (...values: number[]) => values.map((value, index) => reading('gpuTemperatureCelsius', value, `gpu:${index}`));

  test('of a server: its GPUs are one alert; that more joined is told, not more often than each five minutes', () => {
    const watch = new Watch([hot('server')]);
    expect(watch.go(10, { values: { a: gpus(90, 70, 70) } })).toEqual(['10s raised hot/srv_a warning']);
    expect(watch.go(400, { values: { a: gpus(90, 90, 70) } })).toEqual(['310s stillFiring spread hot/srv_a warning']);
    expect(watch.events[1]?.evidence.map(({ subject }) => subject)).toEqual(['gpu:0', 'gpu:1']);
    expect(watch.go(600, { values: { a: gpus(90, 70, 70) } })).toEqual([]);
    expect(watch.go(600, { values: { a: gpus(90, 90, 70) } })).toEqual([]);
    expect(watch.go(10, { values: { a: gpus(70, 70, 70) } })).toHaveLength(1);
  });

  test('of a stack: its servers are one alert; a server of none is its own', () => {
    const servers = [testServer('a', { stacks: ['shop'] }), testServer('b', { stacks: ['shop'] }), testServer('c')];
    const watch = new Watch([hot('stack')], servers);
    const told = watch.go(10, { values: { a: gpus(90), b: gpus(95), c: gpus(99) } });
    expect(told).toEqual(['10s raised hot/srv_c warning', '10s raised hot/stack/shop warning']);
    expect(watch.events[1]?.serverIds).toEqual(['srv_a', 'srv_b']);
  });

  test('of none: each subject is its own', () => {
    const watch = new Watch([hot('subject')]);
    expect(watch.go(10, { values: { a: gpus(90, 91) } })).toEqual(['10s raised hot/srv_a/gpu:0 warning', '10s raised hot/srv_a/gpu:1 warning']);
  });
});

describe('who a rule is for', () => {
  const subjects = { 'engine:v': { stack: 'shop', engine: 'vllm' } };
  const on = (appliesTo: object, server: Parameters<typeof testServer>[1], subject = '') => {
    const engine = subject !== '';
    const watch = new Watch([testRule({ sustainedS: 0, appliesTo, on: engine ? 'engine' : 'server' })], [testServer('a', server)]);
    return watch.go(10, { values: { a: [reading('cpuUsedRatio', 1, subject)] } }).length === 1;
  };

  test.each([
    [{ environments: ['staging'] }, { environment: 'staging' as const }, true],
    [{ environments: ['staging'] }, {}, false],
    [{ stacks: ['shop'] }, { stacks: ['shop', 'bank'] }, true],
    [{ stacks: ['shop'] }, { stacks: ['bank'] }, false],
    [{ exceptStacks: ['shop'] }, { stacks: ['shop'] }, false],
    [{ exceptStacks: ['shop'] }, {}, true],
    [{ engines: ['vllm'] }, { engines: ['vllm'] }, true],
    [{ exceptEngines: ['vllm'] }, { engines: ['vllm', 'redis'] }, false],
    [{ exceptEngines: ['vllm'] }, { engines: ['ollama'] }, true],
    [{ hardware: 'cpu' }, { hardware: 'gpu' as const }, false],
    [{ hardware: 'cpu' }, { hardware: 'cpu' as const }, true],
    [{ hardware: 'cpu' }, { hardware: null }, false],
  ])('%j of a server %j: %s', (scope, server, expected) => {
    expect(on(scope, server)).toBe(expected);
  });

  test.each([
    [{ stacks: ['shop'] }, true],
    [{ stacks: ['bank'] }, false],
    [{ engines: ['vllm'] }, true],
    [{ engines: ['redis'] }, false],
    [{ exceptEngines: ['vllm'] }, false],
  ])('%j of an engine of its own, whatever else is on the server: %s', (scope, expected) => {
    expect(on(scope, { subjects, stacks: ['bank'], engines: ['redis'] }, 'engine:v')).toBe(expected);
  });
});

describe('an alert that flaps', () => {
  const flap = { count: 3, windowS: 3600, quietS: 300 };

  test('is raised once more and says so, and is over when it was quiet', () => {
    const watch = new Watch([atOnce], undefined, { settings: { flap } });
    const told: string[] = [];
    for (let round = 0; round < 20; round += 1) told.push(...watch.go(10, cpu(0.9)), ...watch.go(10, cpu(0.1)));
    expect(told).toEqual([
      '10s raised load/srv_a warning',
      '20s resolved good load/srv_a warning',
      '30s raised load/srv_a warning',
      '40s resolved good load/srv_a warning',
      '50s raised load/srv_a warning flapping',
    ]);
    expect(watch.go(600, cpu(0.1))).toEqual(['690s resolved good load/srv_a warning flapping']);
    expect(watch.go(10, cpu(0.9))).toEqual(['1010s raised load/srv_a warning flapping']);
    watch.go(4000, cpu(0.1));
    expect(watch.go(10, cpu(0.9))).toEqual(['5020s raised load/srv_a warning']);
    expect(watch.state.raises).toEqual({ 'load/srv_a': [watch.nowMs] });
  });

  test('and is now and then critical becomes worse once, and does not ease', () => {
    const watch = new Watch([atOnce, worse], undefined, { settings: { flap: { ...flap, count: 1 } } });
    const told: string[] = [];
    for (let round = 0; round < 5; round += 1) told.push(...watch.go(10, cpu(0.85)), ...watch.go(10, cpu(0.99)));
    expect(told).toEqual(['10s raised load/srv_a warning flapping', '20s escalated severity load/srv_a critical flapping']);
  });
});

describe('an alert that goes on', () => {
  const settings = { repeatS: { critical: 3600, warning: 7200, advice: null }, escalateS: { critical: [1800, 1200], warning: [], advice: [] } };

  test('reaches the next level by time, and the last one, and is told again', () => {
    const watch = new Watch([worse], undefined, { settings });
    expect(watch.go(10_000, cpu(1))).toEqual([
      '10s raised load/srv_a critical',
      '1810s escalated time load/srv_a critical level 2',
      '3010s escalated time load/srv_a critical level 3',
      '6610s stillFiring reminder load/srv_a critical level 3',
    ]);
  });

  test('of a warning is told again only; of advice nothing is', () => {
    const watch = new Watch([atOnce], undefined, { settings });
    expect(watch.go(8000, cpu(0.9))).toEqual(['10s raised load/srv_a warning', '7210s stillFiring reminder load/srv_a warning']);
    const advice = new Watch([testRule({ sustainedS: 0, severity: 'advice' })], undefined, { settings });
    expect(advice.go(100_000, cpu(0.9))).toHaveLength(1);
  });

  test('and is acknowledged reaches no next level, until that ends', () => {
    const watch = new Watch([worse], undefined, { settings });
    watch.go(60, cpu(1));
    const told = acknowledge(watch.state, 'load/srv_a', { who: 'Ada', untilMs: watch.nowMs + 7_200_000 }, watch.nowMs);
    expect(told?.events).toMatchObject([{ kind: 'acknowledged', who: 'Ada', key: 'load/srv_a' }]);
    watch.state = told?.state ?? watch.state;
    expect(watch.go(7190, cpu(1))).toEqual([]);
    expect(watch.go(1900, cpu(1))).toEqual(['7260s stillFiring reminder load/srv_a critical', '9060s escalated time load/srv_a critical level 2']);
  });

  test('and becomes worse is nobody’s again', () => {
    const watch = new Watch([atOnce, worse], undefined, { settings });
    watch.go(10, cpu(0.9));
    watch.state = acknowledge(watch.state, 'load/srv_a', { who: 'Ada', untilMs: null }, watch.nowMs)?.state ?? watch.state;
    watch.go(10, cpu(1));
    expect(watch.state.alerts['load/srv_a']?.acknowledged).toBeNull();
  });

  test('that is not open cannot be acknowledged', () => {
    expect(acknowledge(new Watch([]).state, 'load/srv_a', { who: 'Ada', untilMs: null }, 0)).toBeNull();
  });

  test('counts no time in which it was held', () => {
    const watch = new Watch([worse], undefined, { settings });
    watch.go(1000, cpu(1));
    const silences = [{ id: 's', who: 'Ada', reason: 'known', fromMs: 0, untilMs: watch.nowMs + 3_600_000 }];
    expect(watch.go(3590, { ...cpu(1), silences })).toEqual([]);
    expect(watch.go(820, cpu(1)).map((line) => line.replace(/^\d+s /, ''))).toEqual(['escalated time load/srv_a critical level 2']);
  });
});

test('events have ids of their own that come out the same again', () => {
  const run = () => {
    const watch = new Watch([atOnce, worse]);
    for (const value of [0.9, 1, 0.9, 0.1, 0.9]) watch.go(10, cpu(value));
    return watch.events.map(({ id }) => id);
  };
  const ids = run();
  expect(new Set(ids).size).toBe(5);
  expect(run()).toEqual(ids);
});
