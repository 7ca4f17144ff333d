import {
  type CollectorState,
  type GpuProcessView,
  type HealthPart,
  latestReadings,
  type ReadingsPart,
  readingKey,
  serverOfKey,
  type TimedReading,
} from '../../../shared/model/serverHealth.ts';

/** The newest figures of one server, by metric and subject. */
export interface ServerFigures {
  state: CollectorState;
  observedAtMs: number | null;
  intervalS: number;
  readings: ReadonlyMap<string, TimedReading>;
  /** Processes on its GPUs, those with most memory first. */
  gpuProcesses: readonly GpuProcessView[];
}

/** One figure; null: it is not known. */
export function figure({ readings }: Pick<ServerFigures, 'readings'>, metric: string, subject = ''): number | null {
  return readings.get(readingKey(subject, metric))?.value ?? null;
}

/** Names of the things of a kind that anything is known of, in natural order. */
export function subjectsOfKind({ readings }: Pick<ServerFigures, 'readings'>, kind: string): string[] {
  const found = new Set<string>();
  for (const { subject } of readings.values()) if (subject.startsWith(`${kind}:`)) found.add(subject);
  const natural = new Intl.Collator('en', { numeric: true });
  return [...found].sort(natural.compare);
}

/** The figures of the servers that parts tell of. */
export function figuresOfParts(parts: readonly HealthPart[]): Map<string, ServerFigures> {
  const found = new Map<string, ServerFigures>();
  for (const [serverId, own] of Map.groupBy(parts, (part) => serverOfKey(part.serverId))) {
    const head = own.find((part) => part.kind === 'server');
    const parts = own.filter((part): part is ReadingsPart => part.kind === 'readings');
    const common = { state: head?.state ?? 'opening', observedAtMs: head?.observedAtMs ?? null, intervalS: head?.intervalS ?? 5 };
    found.set(serverId, { ...common, readings: latestReadings(parts), gpuProcesses: parts.flatMap(({ gpuProcesses = [] }) => gpuProcesses) });
  }
  return found;
}
