import { oneLine } from '../../../commands/text.ts';
import type { CollectorFrame } from './collectorFrame.ts';
import { type ContainerLines, linesOfContainers } from './containerLines.ts';
import type { CounterRates } from './counterRates.ts';
import { dockerSizePair } from './dockerSizes.ts';
import { counterOrNull, ReadingList } from './readingList.ts';
import type { RecentCounts } from './recentCounts.ts';

/** A container as Docker describes it. */
export interface ContainerState {
  id: string;
  name: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  status: string;
  /** Null: it has no check of its own. */
  health: 'starting' | 'healthy' | 'unhealthy' | null;
  /** Compose project and service; null: it is of none. */
  project: string | null;
  service: string | null;
}

/** What counters of containers are set against. */
export interface ContainerMemory {
  rates: CounterRates;
  recent: RecentCounts;
}

/**
 * Containers of one look of source `d`. Source: Docker 20.10 to 28, `docker inspect` and `docker stats --no-stream`,
 * https://docs.docker.com/reference/cli/docker/container/stats/; the kernel's control groups (v2) and `/proc/PID/net/dev` where they can be
 * read: those are exact, and go before what `docker stats` rounds.
 */
export function readContainers(frame: CollectorFrame, memory: ContainerMemory): { list: ReadingList; containers: ContainerState[] } {
  const list = new ReadingList();
  const containers: ContainerState[] = [];
  if (frame.status !== 0) return { list, containers };
  for (const lines of linesOfContainers(frame.lines)) {
    const state = stateOf(lines);
    if (state === null) continue;
    containers.push(state);
    readState(list, state, lines, frame, memory);
    if (state.status === 'running') readUsage(list, `container:${state.name}`, lines, frame.time.uptimeS, memory.rates);
  }
  list.add('', 'containerCount', containers.length);
  return { list, containers };
}

function stateOf({ id, inspect }: ContainerLines): ContainerState | null {
  const [, slashed = '', status = '', , , , , health, , project, service] = inspect;
  const name = slashed.replace(/^\//, '');
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/.test(name) || !/^[a-z]{1,20}$/.test(status)) return null;
  return {
    ...{ id, name, status },
    health: health === 'healthy' || health === 'unhealthy' || health === 'starting' ? health : null,
    project: project === undefined || project === '' ? null : oneLine(project, 100),
    service: service === undefined || service === '' ? null : oneLine(service, 100),
  };
}

function readState(list: ReadingList, state: ContainerState, { inspect }: ContainerLines, frame: CollectorFrame, { recent }: ContainerMemory): void {
  const subject = `container:${state.name}`;
  const { uptimeS, wallMs } = frame.time;
  const [, , , , restarts, oomKilled, exitCode, , startedAt] = inspect;
  const isRunning = state.status === 'running';
  list.add(subject, 'containerRunning', isRunning ? 1 : 0);
  // A check that has not ended yet says neither yes nor no.
  if (isRunning && state.health !== null && state.health !== 'starting') list.add(subject, 'containerHealthy', state.health === 'healthy' ? 1 : 0);
  if (oomKilled === 'true' || oomKilled === 'false') list.add(subject, 'containerOomKilled', oomKilled === 'true' ? 1 : 0);
  if (!isRunning && state.status !== 'created') list.add(subject, 'containerExitCode', counterOrNull(exitCode));
  const startedMs = Date.parse(startedAt ?? '');
  if (isRunning && startedMs > 0 && startedMs <= wallMs + 1000) list.add(subject, 'containerUptimeSeconds', Math.max(0, wallMs - startedMs) / 1000);
  const count = counterOrNull(restarts);
  if (count !== null) {
    recent.total(`restarts ${state.id}`, count, uptimeS);
    list.add(subject, 'containerRestarts', count);
    list.add(subject, 'containerRestartsRecent', recent.count(`restarts ${state.id}`, uptimeS));
  }
  const kills = recent.count(`oom ${state.id}`, uptimeS);
  if (kills > 0) list.add(subject, 'oomKillsRecent', kills);
}

function readUsage(list: ReadingList, subject: string, lines: ContainerLines, uptimeS: number, rates: CounterRates): void {
  const rate = (name: string, value: number | null) => (value === null ? null : rates.rate(`${lines.id} ${name}`, value, uptimeS));
  const [, percent, memory, , , processes] = lines.stats ?? [];
  const usedMicroseconds = rate('cpu', lines.cpuMicroseconds);
  const roundedPercent = /^\d{1,7}(?:\.\d{1,4})?%$/.test(percent ?? '') ? Number((percent ?? '').slice(0, -1)) : null;
  list.add(subject, 'containerCpuCores', usedMicroseconds !== null ? usedMicroseconds / 1e6 : roundedPercent === null ? null : roundedPercent / 100);
  const [used, limit] = dockerSizePair(memory);
  list.add(subject, 'containerMemoryUsedBytes', used);
  // Without a limit Docker tells the memory of the machine, and nothing of a container whose figures it could not read.
  if (limit !== null && limit > 0) {
    list.add(subject, 'containerMemoryLimitBytes', limit);
    list.addShare(subject, 'containerMemoryUsedRatio', used, limit);
  }
  list.add(subject, 'containerProcessCount', counterOrNull(processes));
  list.add(subject, 'containerReceivedBytesPerSecond', rate('received', lines.receivedBytes));
  list.add(subject, 'containerSentBytesPerSecond', rate('sent', lines.sentBytes));
  list.add(subject, 'containerReadBytesPerSecond', rate('read', lines.readBytes));
  list.add(subject, 'containerWrittenBytesPerSecond', rate('written', lines.writtenBytes));
}
