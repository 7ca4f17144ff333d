import { counterOrNull } from './readingList.ts';

const mostContainers = 2000;

/** What the collector printed of one container. Null: nothing of that. */
export interface ContainerLines {
  id: string;
  /** Fields of `docker inspect`, as `resources/health/collector.sh` names them. */
  inspect: readonly string[];
  /** Fields of `docker stats`. */
  stats: readonly string[] | null;
  cpuMicroseconds: number | null;
  receivedBytes: number | null;
  sentBytes: number | null;
  readBytes: number | null;
  writtenBytes: number | null;
}

/** Sorts lines `i`, `u`, `n`, `c` and `b` by the container that they are of. One that was not inspected is left out: it came in between. */
export function linesOfContainers(lines: readonly string[]): ContainerLines[] {
  const found = new Map<string, ContainerLines>();
  for (const line of lines) {
    if (!line.startsWith('i ')) continue;
    const inspect = line.slice(2).split('\t');
    const id = inspect[0] ?? '';
    if (!/^[0-9a-f]{12,64}$/.test(id) || found.size >= mostContainers) continue;
    found.set(id, { id, inspect, stats: null, cpuMicroseconds: null, receivedBytes: null, sentBytes: null, readBytes: null, writtenBytes: null });
  }
  for (const line of lines) {
    const rest = line.slice(2);
    const container = found.get(/^[0-9a-f]{12,64}/.exec(rest)?.[0] ?? '');
    if (container !== undefined) take(container, line[0] ?? '', rest);
  }
  return [...found.values()];
}

function take(container: ContainerLines, letter: string, rest: string): void {
  const [, first, second] = rest.split(' ');
  if (letter === 'u') {
    container.stats = rest.split('\t');
  } else if (letter === 'n') {
    container.receivedBytes = counterOrNull(first);
    container.sentBytes = counterOrNull(second);
  } else if (letter === 'c') {
    container.cpuMicroseconds = counterOrNull(first);
  } else if (letter === 'b') {
    // `8:0 rbytes=1 wbytes=2 rios=3 …`: one line for each device.
    const [read, written] = [counterOrNull(/\brbytes=(\d+)/.exec(rest)?.[1]), counterOrNull(/\bwbytes=(\d+)/.exec(rest)?.[1])];
    if (read !== null) container.readBytes = (container.readBytes ?? 0) + read;
    if (written !== null) container.writtenBytes = (container.writtenBytes ?? 0) + written;
  }
}
