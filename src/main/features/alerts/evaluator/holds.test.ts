import { describe, expect, test } from 'vitest';
import { noonMs, offlineRule, reading, type Situation, testRule, testServer, unreachableRule, Watch } from '../testing/watch.ts';

const cpu = (value: number) => ({ values: { a: [reading('cpuUsedRatio', value)] } });
const atOnce = testRule({ sustainedS: 0, clearS: 0 });

describe('what depends on something else', () => {
  const gone = testRule({ id: 'gpu-gone', metric: 'gpuVanishedCount', value: 0, clear: undefined, sustainedS: 30, clearS: 0, severity: 'critical' });
  const hot = testRule({
    ...{ id: 'gpu-hot', metric: 'gpuTemperatureCelsius', on: 'gpu', value: 80, clear: 76, sustainedS: 0, clearS: 0 },
    ...{ dependsOn: [{ rule: 'gpu-gone', on: 'server' }], missing: { policy: 'resolve', afterS: 120 } },
  });

  test('is not told while that holds, even before that is an alert, and is told after it', () => {
    const watch = new Watch([gone, hot]);
    const values = (count: number) => ({ values: { a: [reading('gpuVanishedCount', count), reading('gpuTemperatureCelsius', 90, 'gpu:GPU-1')] } });
    expect(watch.go(60, values(1))).toEqual(['40s raised gpu-gone/srv_a critical']);
    expect(watch.go(10, values(0))).toEqual(['70s resolved good gpu-gone/srv_a critical', '70s raised gpu-hot/srv_a/gpu:GPU-1 warning']);
  });

  test('a GPU that is gone takes its temperature along', () => {
    const watch = new Watch([gone, hot]);
    watch.go(10, { values: { a: [reading('gpuTemperatureCelsius', 90, 'gpu:GPU-1')] } });
    const told = watch.go(200, { values: { a: [reading('gpuVanishedCount', 1)] } });
    expect(told).toEqual(['50s raised gpu-gone/srv_a critical', '140s resolved noData gpu-hot/srv_a/gpu:GPU-1 warning']);
  });

  const down = testRule({
    id: 'container-down',
    metric: 'containerRunning',
    on: 'container',
    comparator: '==',
    value: 0,
    clear: undefined,
    sustainedS: 0,
    clearS: 0,
  });
  const database = testRule({ ...down, id: 'database-down', metric: 'up', on: 'engine', dependsOn: [{ rule: 'container-down', on: 'subject' }] });
  const errors = testRule({
    id: 'errors',
    metric: 'errorRatio',
    on: 'engine',
    value: 0.05,
    clear: 0.01,
    sustainedS: 0,
    clearS: 0,
    group: 'stack',
    dependsOn: [{ rule: 'database-down', on: 'stack' }],
  });
  const subjects = {
    'container:pg': { stack: 'shop' },
    'engine:pg': { stack: 'shop', engine: 'postgres', parent: 'container:pg' },
    'engine:api': { stack: 'shop' },
  };

  test('an engine of its container, errors of the database of their stack on another server', () => {
    const watch = new Watch([down, database, errors], [testServer('a', { subjects }), testServer('b', { subjects })]);
    const told = watch.go(10, {
      values: { a: [reading('containerRunning', 0, 'container:pg'), reading('up', 0, 'engine:pg')], b: [reading('errorRatio', 0.5, 'engine:api')] },
    });
    expect(told).toEqual(['10s raised container-down/srv_a/container:pg warning']);
    const after = watch.go(10, {
      values: { a: [reading('containerRunning', 1, 'container:pg'), reading('up', 1, 'engine:pg')], b: [reading('errorRatio', 0.5, 'engine:api')] },
    });
    expect(after).toEqual(['20s resolved good container-down/srv_a/container:pg warning', '20s raised errors/stack/shop warning']);
  });
});

describe('a server that is lost', () => {
  test('is one alert after its time, and what ran on it is neither raised nor resolved', () => {
    const watch = new Watch([atOnce, unreachableRule], [testServer('a'), testServer('b')]);
    watch.go(20, cpu(0.9));
    expect(watch.events).toHaveLength(1);
    expect(watch.go(300, { connection: { a: 'unreachable' } })).toEqual(['120s raised server-unreachable/srv_a critical']);
    expect(watch.state.alerts['cpu/srv_a']?.held).toBe('server');
    expect(watch.go(10, cpu(0.9))).toEqual(['330s resolved good server-unreachable/srv_a critical']);
    expect(watch.go(10, cpu(0.1))).toEqual(['340s resolved good cpu/srv_a warning']);
  });

  test('and come to through another one that is lost is not told of', () => {
    const watch = new Watch(
      [unreachableRule],
      [testServer('jump'), testServer('a', { via: 'srv_jump' }), testServer('b', { via: 'srv_jump' }), testServer('c')],
    );
    const told = watch.go(600, { connection: { jump: 'unreachable', a: 'unreachable', b: 'reconnecting' } });
    expect(told).toEqual(['100s raised server-unreachable/srv_jump critical']);
    expect(watch.go(120, { connection: { b: 'unreachable' } })).toEqual([
      '610s resolved good server-unreachable/srv_jump critical',
      '700s raised server-unreachable/srv_b critical',
    ]);
  });

  test('and refuses us has answered', () => {
    const login = testRule({ ...unreachableRule, id: 'server-login-refused', metric: 'serverLogin', sustainedS: 60, severity: 'warning' });
    const watch = new Watch([unreachableRule, login], [testServer('a')]);
    expect(watch.go(200, { connection: { a: 'auth-failed' } })).toEqual(['70s raised server-login-refused/srv_a warning']);
  });

  test('and is back has three minutes to be measured; one that is connected and never measured is told of', () => {
    const late = testRule({ id: 'samples-late', metric: 'sampleAgeS', value: 180, clear: 60, sustainedS: 30, clearS: 30 });
    const watch = new Watch([late], [testServer('a'), testServer('b')]);
    watch.go(20, cpu(0.1));
    const told = watch.go(600, { connection: { a: 'unreachable', b: 'connected' } });
    expect(told).toEqual(['230s raised samples-late/srv_b warning']);
    expect(watch.go(170, { connection: { a: 'connected' } })).toEqual([]);
    expect(watch.go(60, cpu(0.1))).toEqual([]);
  });

  test('while nobody asked for it says nothing', () => {
    const watch = new Watch([unreachableRule], [testServer('a', { connection: 'idle' }), testServer('b', { connection: 'untrusted' })]);
    expect(watch.go(600, {})).toEqual([]);
  });
});

describe('is it me?', () => {
  const names = ['a', 'b', 'c', 'd'];
  const fleet = () =>
    new Watch(
      [atOnce, unreachableRule, offlineRule],
      names.map((name) => testServer(name)),
    );
  const all = (state: 'connected' | 'unreachable', ...except: string[]): Situation => ({
    connection: Object.fromEntries(names.map((name) => [name, except.includes(name) ? 'connected' : state])),
  });

  test('all lost at once are one alert about this computer and none about servers', () => {
    const watch = fleet();
    watch.go(60, all('connected'));
    expect(watch.go(3600, all('unreachable'))).toEqual(['100s raised computer-offline/fleet warning']);
    expect(watch.go(10, all('unreachable', 'a'))).toEqual(['3670s resolved good computer-offline/fleet warning']);
    expect(watch.go(80, all('unreachable', 'a'))).toEqual([]);
    expect(watch.go(200, all('connected'))).toEqual([]);
  });

  test('one that stays lost afterwards is told of, after its full time', () => {
    const watch = fleet();
    watch.go(60, all('connected'));
    watch.go(100, all('unreachable'));
    const told = watch.go(200, { connection: { a: 'unreachable' } });
    expect(told).toEqual(['170s resolved good computer-offline/fleet warning', '260s raised server-unreachable/srv_a critical']);
  });

  test('one that was lost before has its alert already', () => {
    const watch = fleet();
    watch.go(60, all('connected'));
    watch.go(300, { connection: { a: 'unreachable' } });
    expect(watch.go(60, all('unreachable'))).toEqual(['400s raised computer-offline/fleet warning']);
    expect(watch.events.map(({ key }) => key)).toEqual(['server-unreachable/srv_a', 'computer-offline/fleet']);
    expect(watch.go(7200, all('unreachable'))).toEqual([]);
    expect(watch.state.alerts['server-unreachable/srv_a']?.held).toBe('computer');
  });

  test('this computer knows that it has a network: they are servers', () => {
    const watch = fleet();
    watch.go(60, all('connected'));
    const told = watch.go(120, { ...all('unreachable'), online: true });
    expect(told).toEqual(names.map((name) => `160s raised server-unreachable/srv_${name} critical`));
  });

  test('this computer knows that it has none: even one server says nothing', () => {
    const watch = new Watch([unreachableRule, offlineRule]);
    watch.go(20, { connection: { a: 'connected' } });
    expect(watch.go(300, { connection: { a: 'unreachable' }, online: false })).toEqual(['60s raised computer-offline/fleet warning']);
  });

  test('the only server that is lost is a server', () => {
    const watch = new Watch([unreachableRule, offlineRule]);
    watch.go(20, { connection: { a: 'connected' } });
    expect(watch.go(120, { connection: { a: 'unreachable' } })).toEqual(['120s raised server-unreachable/srv_a critical']);
  });

  test('one that refuses us has answered, so it is not this computer', () => {
    const watch = fleet();
    watch.go(60, all('connected'));
    const told = watch.go(120, { connection: { ...all('unreachable').connection, d: 'auth-failed' } });
    expect(told.map((line) => line.split(' ')[2])).toEqual(['server-unreachable/srv_a', 'server-unreachable/srv_b', 'server-unreachable/srv_c']);
  });
});

describe('maintenance and silences', () => {
  const span = { name: 'patches', serverIds: ['srv_a'], fromMs: noonMs + 30_000, untilMs: noonMs + 120_000 };
  const quiet = { id: 's1', who: 'Ada', reason: 'a test', fromMs: noonMs + 30_000, untilMs: noonMs + 120_000 };

  test.each<[string, Situation]>([
    ['a maintenance window', { maintenance: [span] }],
    ['a silence of the rule', { silences: [{ ...quiet, rules: ['cpu'] }] }],
    ['a silence of the server', { silences: [{ ...quiet, serverIds: ['srv_a'] }] }],
    ['a silence of the subject', { silences: [{ ...quiet, subjects: [''] }] }],
    ['a silence of everything', { silences: [quiet] }],
  ])('%s keeps back what begins in it, until its end', (_, situation) => {
    const watch = new Watch([atOnce]);
    watch.go(20, { ...cpu(0.1), ...situation });
    expect(watch.go(90, { ...cpu(0.9), ...situation })).toEqual([]);
    expect(watch.go(10, { ...cpu(0.9), ...situation })).toEqual(['120s raised cpu/srv_a warning']);
  });

  test('what ends in it is told at its end; what is still so says nothing', () => {
    const watch = new Watch([atOnce]);
    const silences = [quiet];
    expect(watch.go(20, { ...cpu(0.9), silences })).toHaveLength(1);
    expect(watch.go(50, { ...cpu(0.9), silences })).toEqual([]);
    expect(watch.state.alerts['cpu/srv_a']?.held).toBe('silence');
    expect(watch.go(40, { ...cpu(0.1), silences })).toEqual([]);
    expect(watch.go(10, { ...cpu(0.1), silences })).toEqual(['120s resolved good cpu/srv_a warning']);
  });

  test('what ended in it, and whose server left then, is told as gone', () => {
    const watch = new Watch([atOnce], [testServer('a'), testServer('b')]);
    const situation = { maintenance: [span] };
    watch.go(20, { ...cpu(0.9), ...situation });
    watch.go(30, { ...cpu(0.1), ...situation });
    watch.servers = [testServer('b')];
    expect(watch.go(10, situation)).toEqual(['60s resolved gone cpu/srv_a warning']);
  });

  test('what came and went in it is never told of', () => {
    const watch = new Watch([atOnce]);
    watch.go(40, cpu(0.1));
    watch.go(40, { ...cpu(0.9), silences: [quiet] });
    expect(watch.go(100, { ...cpu(0.1), silences: [quiet] })).toEqual([]);
  });

  test('of another server, rule or subject changes nothing', () => {
    const silences = [
      { ...quiet, rules: ['disk'] },
      { ...quiet, serverIds: ['srv_b'] },
      { ...quiet, subjects: ['gpu:1'] },
    ];
    const watch = new Watch([atOnce]);
    watch.go(40, { ...cpu(0.1), silences });
    expect(watch.go(10, { ...cpu(0.9), silences, maintenance: [{ ...span, serverIds: ['srv_b'] }] })).toHaveLength(1);
  });
});
