import { expect, test } from 'vitest';
import { isMetric } from '../../../shared/model/healthHistory.ts';
import { metricCatalogue } from '../../../shared/model/metricCatalogue.ts';
import { type ChartSpec, chartSpecs, wantedSeries } from './chartSpecs.ts';
import { chooseLines, chosenWords } from './chooseLines.ts';
import { type LineName, lineLabels, lineLooks, orderSeries, plainSubject } from './lineNames.ts';

const spec = (id: string): ChartSpec => {
  const found = chartSpecs.find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};
const name = (server: string, subject: string, metric: string): LineName => ({ serverId: server, serverName: server, subject, metric });
const words = (_server: string, subject: string) => plainSubject(subject);

test('every chart shows metrics that there are, and of collectors of the right kind', () => {
  for (const { of, metrics } of chartSpecs)
    for (const { metric } of metrics) {
      expect(isMetric(metric), metric).toBe(true);
      const known = Object.hasOwn(metricCatalogue, metric) ? metricCatalogue[metric as keyof typeof metricCatalogue] : null;
      if (known !== null && of !== 'engine' && of !== 'probe') expect(known.subjects).toContain(of === '' ? 'host' : of);
    }
  expect(new Set(chartSpecs.map(({ id }) => id)).size).toBe(chartSpecs.length);
  expect(wantedSeries(spec('first-token'), true)).toEqual([{ metric: 'firstTokenP95S', subject: 'engine:*' }]);
  expect(wantedSeries(spec('cpu'), false)).toHaveLength(3);
});

test('lines are named by what tells them apart', () => {
  const gpus = [name('a', 'gpu:1', 'gpuUsedRatio'), name('b', 'gpu:2', 'gpuUsedRatio')];
  expect(lineLabels(gpus, spec('gpu-used'), words, new Set())).toEqual(['a', 'b']);
  // One of its GPUs is shown, and it has more.
  expect(lineLabels(gpus, spec('gpu-used'), words, new Set(['b']))).toEqual(['a', 'b · 2']);
  expect(lineLabels(gpus.slice(0, 1), spec('gpu-used'), words, new Set())).toEqual(['1']);
  const figures = [name('a', '', 'cpuUsedRatio'), name('a', '', 'cpuWaitRatio')];
  expect(lineLabels(figures, spec('cpu'), words, new Set())).toEqual(['used', 'waits for drives']);
  expect(plainSubject('container:ph-ai-gateway-vllm-1')).toBe('ai-gateway-vllm');
});

test('a hue is what differs; further figures of several things are dashed', () => {
  expect(lineLooks([name('a', '', 'cpuUsedRatio')], spec('cpu'))).toEqual([{ hue: null, dashed: false }]);
  expect(lineLooks([name('a', '', 'cpuUsedRatio'), name('a', '', 'cpuStolenRatio')], spec('cpu')).map(({ hue }) => hue)).toEqual([0, 2]);
  const engines = [name('a', 'engine:x', 'firstTokenP95S'), name('a', 'engine:x', 'firstTokenP50S'), name('a', 'engine:y', 'firstTokenP95S')];
  expect(lineLooks(engines, spec('first-token'))).toEqual([
    { hue: 0, dashed: false },
    { hue: 0, dashed: true },
    { hue: 1, dashed: false },
  ]);
});

test('of too many the worst are shown, in their order, and that is said', () => {
  const series = [3, 9, 1, 7].map((top) => ({ top, min: [0, top], max: [top, 2] }));
  expect(chooseLines(series, 'high', 2).map(({ top }) => top)).toEqual([9, 7]);
  expect(
    chooseLines(
      [
        { min: [5], max: [9] },
        { min: [1], max: [10] },
      ],
      'low',
      1,
    ),
  ).toEqual([{ min: [1], max: [10] }]);
  expect(chooseLines(series, 'high', 4)).toHaveLength(4);
  expect([chosenWords(8, 1_240, 'high'), chosenWords(4, 4, 'low')]).toEqual(['8 highest of 1,240', null]);
  const order = orderSeries([name('gpu-10', '', 'cpuUsedRatio'), name('gpu-9', '', 'cpuWaitRatio'), name('gpu-9', '', 'cpuUsedRatio')], spec('cpu'), words);
  expect(order.map(({ serverName, metric }) => `${serverName} ${metric}`)).toEqual(['gpu-9 cpuUsedRatio', 'gpu-9 cpuWaitRatio', 'gpu-10 cpuUsedRatio']);
});
