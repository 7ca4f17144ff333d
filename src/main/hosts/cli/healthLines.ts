import { measuredMetric } from '../../../shared/model/measuredMetrics.ts';
import { readingKey, type ServerPart, type TimedReading } from '../../../shared/model/serverHealth.ts';
import type { ServerHealth } from './healthBoard.ts';
import { metricText } from './metricText.ts';
import { duration, harmless } from './terminalText.ts';

/** What is told of a source whose reading failed. */
const unreadable: Readonly<Record<string, string>> = {
  disks: 'file systems',
  gpus: 'nvidia-smi',
  gpuUsers: 'processes on GPUs',
  kernelLog: "the kernel's log",
  containers: 'Docker',
};

/** A server in a few lines: itself, each GPU, its containers, and what is old or cannot be read. */
export function healthLines(health: ServerHealth, nowMs: number): string[] {
  const { server } = health;
  return [`${server.serverName.padEnd(20)} ${standing(server, nowMs)}`, ...[...figures(health), ...remarks(health, nowMs)].map((line) => `  ${line}`)].map(
    harmless,
  );
}

/** The figures of a server in one line each: CPU and memory, each GPU, containers. Empty where none are known. */
export function figures(health: ServerHealth): string[] {
  return [hostLine(health), ...gpuLines(health), containerLine(health)].filter((line) => line !== '');
}

/** Readings one by one: subject, metric, value; sorted. */
export function readingLines({ server, readings }: ServerHealth): string[][] {
  return [...readings.values()]
    .sort((one, other) => one.subject.localeCompare(other.subject) || one.metric.localeCompare(other.metric))
    .map((reading) => [server.serverName, subjectText(server, reading.subject), reading.metric, valueText(reading)]);
}

/** How a server stands, and since when nothing was heard of it. */
export function standing({ state, observedAtMs }: ServerPart, nowMs: number): string {
  const age = observedAtMs === null ? 'never read' : `read ${duration(Math.max(0, nowMs - observedAtMs))} ago`;
  const words = { opening: 'no answer yet', live: 'live', stale: 'stale', lost: 'lost', waiting: 'waits for a person' };
  return state === 'live' ? words[state] : `${words[state]}, ${age}`;
}

/** A value with its unit, and that it is old. */
export function valueText({ metric, subject, value, stale }: TimedReading): string {
  return `${metricText(value, measuredMetric(metric, subject)?.unit ?? 'count')}${stale ? ' (stale)' : ''}`;
}

/** `GPU 0` for a GPU whose number is known; others by their own names. */
export function subjectText({ gpus }: ServerPart, subject: string): string {
  if (subject === '') return 'server';
  const gpu = gpus.find(({ uuid }) => subject === `gpu:${uuid}`);
  return gpu === undefined ? subject : `GPU ${gpu.index}`;
}

/** Looks readings of one subject up: as text, or as a number. */
function of({ readings }: ServerHealth, subject: string) {
  const at = (metric: string) => readings.get(readingKey(subject, metric));
  return {
    text(metric: string, around: (text: string) => string = (text) => text): string {
      const reading = at(metric);
      return reading === undefined ? '' : around(valueText(reading));
    },
    /** The whole that another value is a part of: how old that is, the other says. */
    whole(metric: string): string {
      const reading = at(metric);
      return reading === undefined ? '' : ` of ${valueText({ ...reading, stale: false })}`;
    },
    value: (metric: string): number | undefined => at(metric)?.value,
  };
}

function hostLine(health: ServerHealth): string {
  const { text, whole, value } = of(health, '');
  return [
    text('cpuUsedRatio', (used) => `CPU ${used}${whole('cpuCount')}`),
    text('load1', (load) => `load ${load}`),
    text('memoryUsedRatio', (used) => `memory ${used}${whole('memoryTotalBytes')}`),
    value('swapUsedBytes') === 0 ? '' : text('swapUsedRatio', (used) => `swap ${used}`),
    ...fullestDisks(health),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The root of the file system and the two fullest others. */
function fullestDisks(health: ServerHealth): string[] {
  const disks = [...health.readings.values()].filter(({ metric }) => metric === 'diskUsedRatio');
  const others = disks.filter(({ subject }) => subject !== 'disk:/').sort((one, other) => other.value - one.value);
  return [...disks.filter(({ subject }) => subject === 'disk:/'), ...others.slice(0, 2)].map(
    (reading) => `${reading.subject.slice('disk:'.length)} ${valueText(reading)}${of(health, reading.subject).whole('diskTotalBytes')}`,
  );
}

function gpuLines(health: ServerHealth): string[] {
  return [...health.server.gpus]
    .sort((one, other) => one.index - other.index)
    .flatMap(({ uuid, index, name }) => {
      const { text, whole, value } = of(health, `gpu:${uuid}`);
      const power = text('gpuPowerWatts', (watts) => `${watts}${whole('gpuPowerLimitWatts')}`);
      const vram = text('vramUsedBytes', (used) => `VRAM ${used}${whole('vramTotalBytes')}`);
      const parts = [text('gpuUsedRatio'), vram, text('gpuTemperatureCelsius'), power].filter((part) => part !== '');
      return [
        `GPU ${index} ${name}: ${parts.length === 0 ? 'does not answer' : parts.join(', ')}`,
        ...processLines(health, uuid, value('gpuProcessCount') ?? 0),
      ];
    });
}

/** Processes of a GPU that are shown. */
const mostProcesses = 5;

function processLines({ parts }: ServerHealth, uuid: string, count: number): string[] {
  const own = parts.flatMap(({ gpuProcesses = [] }) => gpuProcesses).filter(({ gpu }) => gpu === uuid);
  const lines = own.slice(0, mostProcesses).map(({ pid, name, vramBytes, container, instance }) => {
    const where = [instance === null ? '' : `in ${instance}`, container === null ? '' : `container ${container}`].filter((word) => word !== '');
    return `  ${[`process ${pid}`, name ?? 'of another user', vramBytes === null ? 'memory not told' : metricText(vramBytes, 'bytes'), ...where].join(', ')}`;
  });
  const left = Math.max(count, own.length) - lines.length;
  return lines.length === 0 || left === 0 ? lines : [...lines, `  and ${left} more`];
}

function containerLine(health: ServerHealth): string {
  const count = of(health, '').value('containerCount');
  if (count === undefined) return '';
  const named = (metric: string, holds: (value: number) => boolean) =>
    [...health.readings.values()]
      .filter((reading) => reading.metric === metric && holds(reading.value))
      .map(({ subject }) => subject.slice('container:'.length));
  const list = (title: string, names: readonly string[]) => (names.length === 0 ? '' : `; ${title}: ${names.slice(0, 5).join(' ')}${more(names.length - 5)}`);
  const running = named('containerRunning', (value) => value === 1).length;
  const unhealthy = named('containerHealthy', (value) => value === 0);
  const restarted = named('containerRestartsRecent', (value) => value > 0);
  return `containers ${running} of ${count} running${list('unhealthy', unhealthy)}${list('restarted in 10 minutes', restarted)}`;
}

const more = (count: number) => (count > 0 ? ` and ${count} more` : '');

function remarks({ parts }: ServerHealth, nowMs: number): string[] {
  const firsts = parts.filter(({ part }) => part === 0);
  const failed = firsts.filter(({ status, source }) => status !== 0 && unreadable[source] !== undefined).map(({ source }) => unreadable[source]);
  const old = firsts.filter(({ stale }) => stale).map(({ source, observedAtMs }) => `${source} (${duration(nowMs - observedAtMs)} old)`);
  return [...(failed.length === 0 ? [] : [`not readable: ${failed.join(', ')}`]), ...(old.length === 0 ? [] : [`stale: ${old.join(', ')}`])];
}
