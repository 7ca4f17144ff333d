import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../shared/model/reading.ts';
import { readAlertCatalogue } from './alertCatalogue.ts';
import type { ServerInput } from './evaluator/evaluatorTypes.ts';
import { noonMs, reading, testServer, Watch } from './testing/watch.ts';

const catalogue = await readAlertCatalogue(join(import.meta.dirname, '../../../../resources/alerts'));
const rules = catalogue.rules.map(({ rule }) => rule);
const watch = (server: Partial<ServerInput> = {}, startMs = noonMs) =>
  new Watch(rules, [testServer('a', server)], { hours: catalogue.hours, environmentHours: catalogue.environments, startMs });
const told = (each: Watch, seconds: number, readings: Reading[]) => each.go(seconds, { values: { a: readings } }).map((line) => line.replace(/^\d+s /, ''));

const shop = { stack: 'ai-service-platform' };
const engine = (kind: string) => ({ 'container:c': shop, 'engine:c': { ...shop, engine: kind, parent: 'container:c' }, 'probe:p': shop });

describe('shipped rules on what happens in the field', () => {
  test.each<[string, Partial<ServerInput>, Reading[], string[]]>([
    ['vLLM reserves 92 % of the GPU memory', { engines: ['vllm'] }, [reading('vramUsedRatio', 0.92, 'gpu:0')], []],
    [
      'Ollama uses 92 % of the GPU memory',
      { engines: ['ollama'] },
      [reading('vramUsedRatio', 0.92, 'gpu:0')],
      ['raised gpu-memory/srv_a/gpu:0 critical', 'escalated time gpu-memory/srv_a/gpu:0 critical level 2'],
    ],
    ['an answer without a GPU takes 60 s', { hardware: 'cpu', subjects: engine('ollama') }, [reading('totalS', 60, 'probe:p')], []],
    [
      'the same with one',
      { hardware: 'gpu', subjects: engine('vllm') },
      [reading('totalS', 20, 'probe:p')],
      ['raised slow-answers/stack/ai-service-platform warning'],
    ],
    ['a P95 of 4 s of BankSight', { subjects: { 'engine:c': { stack: 'banksight', engine: 'vllm' } } }, [reading('latencyP95S', 4, 'engine:c')], []],
    [
      'the same of the gateway',
      { subjects: { 'engine:c': { stack: 'ai-gateway', engine: 'litellm' } } },
      [reading('latencyP95S', 4, 'engine:c')],
      ['raised slow-answers/stack/ai-gateway warning'],
    ],
    [
      'a cache of the gateway that answers 20 %',
      { subjects: { 'engine:c': { stack: 'ai-gateway', engine: 'redis' } } },
      [reading('cacheHitRatio', 0.2, 'engine:c')],
      [],
    ],
    [
      'a cache of the platform that does',
      { subjects: engine('redis') },
      [reading('cacheHitRatio', 0.2, 'engine:c')],
      ['raised cache-cold/srv_a/engine:c warning'],
    ],
    ['a GPU at 77 % of a gateway', { stacks: ['ai-gateway'] }, [reading('gpuUsedRatio', 0.77, 'gpu:0')], ['raised gpu-load/stack/ai-gateway advice']],
    ['a CPU at 75 % of a gateway', { stacks: ['ai-gateway'] }, [reading('cpuUsedRatio', 0.75)], ['raised cpu/srv_a warning']],
    ['a CPU at 75 % of another server', {}, [reading('cpuUsedRatio', 0.75)], []],
  ])('%s', (_, server, readings, expected) => {
    expect(told(watch(server), 3600, readings)).toEqual(expected);
  });

  test('a disk fills up: one alert that becomes worse, and is over once', () => {
    const each = watch();
    const at = (ratio: number) => told(each, 900, [reading('diskUsedRatio', ratio, 'disk:/data')]);
    expect([0.7, 0.82, 0.87, 0.97, 0.5].flatMap(at)).toEqual([
      'raised disk-full/srv_a/disk:/data advice',
      'escalated severity disk-full/srv_a/disk:/data warning',
      'escalated severity disk-full/srv_a/disk:/data critical',
      'resolved good disk-full/srv_a/disk:/data critical',
    ]);
  });

  test('a container is killed for memory: one alert, not five', () => {
    const each = watch({ subjects: engine('vllm') });
    const killed = [
      ...[reading('containerOomKilled', 1, 'container:c'), reading('containerRunning', 0, 'container:c'), reading('containerRestartsRecent', 4, 'container:c')],
      ...[reading('up', 0, 'engine:c'), reading('up', 0, 'probe:p'), reading('oomKillsRecent', 1)],
    ];
    expect(told(each, 900, killed)).toEqual(['raised container-killed-for-memory/srv_a/container:c critical']);
    const well = [
      ...[reading('containerOomKilled', 0, 'container:c'), reading('containerRunning', 1, 'container:c'), reading('containerRestartsRecent', 0, 'container:c')],
      ...[reading('up', 1, 'engine:c'), reading('up', 1, 'probe:p'), reading('oomKillsRecent', 0)],
    ];
    expect(told(each, 1200, well)).toEqual(['resolved good container-killed-for-memory/srv_a/container:c critical']);
  });

  test('a GPU falls off the bus: one alert, though the engine goes down with it', () => {
    const each = watch({ subjects: engine('vllm'), engines: ['vllm'] });
    const gone = [reading('gpuVanishedCount', 1), reading('xidErrorsRecent', 1, 'gpu:0'), reading('up', 0, 'engine:c'), reading('up', 0, 'probe:p')];
    expect(told(each, 900, gone)).toEqual(['raised gpu-gone/srv_a critical']);
  });

  test('an engine is stuck: one alert, with its runbook', () => {
    const each = watch({ subjects: engine('vllm') });
    const stuck = [reading('up', 1, 'engine:c'), reading('wedged', 1, 'engine:c'), reading('waiting', 900, 'engine:c'), reading('errorRatio', 0.5, 'engine:c')];
    expect(told(each, 900, stuck)).toEqual(['raised engine-wedged/srv_a/engine:c critical']);
    expect(each.events[0]?.runbook).toBe('vllm-wedged');
  });

  test('a staging server idles and is overloaded at night: nothing, but a full disk', () => {
    const night = watch({ environment: 'staging' }, Date.UTC(2026, 10, 23, 20));
    const readings = [reading('gpuUsedRatio', 0, 'gpu:0'), reading('cpuUsedRatio', 1), reading('diskUsedRatio', 0.97, 'disk:/')];
    expect(told(night, 7200, readings)).toEqual([
      'raised disk-full/srv_a/disk:/ critical',
      'escalated time disk-full/srv_a/disk:/ critical level 2',
      'escalated time disk-full/srv_a/disk:/ critical level 3',
    ]);
  });

  test('a fleet that is well says nothing for a day', () => {
    const each = watch({ subjects: engine('vllm'), engines: ['vllm'], stacks: ['ai-service-platform'] });
    const well = [
      ...[reading('cpuUsedRatio', 0.4), reading('memoryUsedRatio', 0.6), reading('diskUsedRatio', 0.5, 'disk:/'), reading('clockSkewSeconds', 0)],
      ...[reading('gpuUsedRatio', 0.5, 'gpu:0'), reading('vramUsedRatio', 0.93, 'gpu:0'), reading('gpuTemperatureCelsius', 70, 'gpu:0')],
      ...[
        reading('containerRunning', 1, 'container:c'),
        reading('up', 1, 'engine:c'),
        reading('errorRatio', 0, 'engine:c'),
        reading('kvCacheUsedRatio', 0.6, 'engine:c'),
      ],
      ...[reading('up', 1, 'probe:p'), reading('totalS', 4, 'probe:p'), reading('tlsDaysLeft', 60, 'probe:p'), reading('driverMismatch', 0)],
    ];
    expect(each.go(86_400, { values: { a: well } }, 30)).toEqual([]);
    expect(Object.keys(each.state.conditions)).toEqual(['probe-failing/srv_a/probe:p']);
  });
});
