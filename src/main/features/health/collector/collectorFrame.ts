/** First line that `resources/health/collector.sh` prints; a change of the format changes the number. */
export const collectorHeader = 'pilothouse-collector 1';

/**
 * What the collector reads: `h` the kernel's counters, `s` file systems and versions, `g` nvidia-smi, `a` who uses GPUs, `k` the kernel's
 * log, `d` containers.
 */
export type CollectorSource = 'h' | 's' | 'g' | 'a' | 'k' | 'd';

/** When something was said, by the server's clocks. */
export interface ServerTime {
  /** Since the boot, to hundredths; goes on while the machine is suspended. */
  uptimeS: number;
  /** Milliseconds since 1970. */
  wallMs: number;
  /** What `wallMs` may be too little by: 1000 where the server's `date` tells whole seconds only. */
  wallStepMs: number;
}

/** One look of the collector at one source, whole. */
export interface CollectorFrame {
  source: CollectorSource;
  /** Counts looks; sources that are looked at together have the same. */
  number: number;
  /** When the look began. */
  time: ServerTime;
  /** As they were printed, without the letter of the source. */
  lines: readonly string[];
  /** Exit status of what read it; 0 where the shell itself did, 124 and 137 when it was given up. */
  status: number;
}

/** What comes out of the collector, in the order in which it was said. A look that began and never ends is a program that hangs. */
export type CollectorEvent =
  | { type: 'began'; source: CollectorSource; time: ServerTime }
  | { type: 'frame'; frame: CollectorFrame }
  | { type: 'answer'; token: string; time: ServerTime };

/** Uptime and wall clock as the collector prints them; null for anything else. */
export function parseServerTime(uptime: string | undefined, wall: string | undefined): ServerTime | null {
  if (uptime === undefined || !/^\d{1,10}\.\d{2}$/.test(uptime)) return null;
  const at = /^(\d{1,12})(?:\.(\d{3})\d{6})?$/.exec(wall ?? '');
  if (at === null) return null;
  const [, seconds, milliseconds] = at;
  return { uptimeS: Number(uptime), wallMs: Number(seconds) * 1000 + Number(milliseconds ?? 0), wallStepMs: milliseconds === undefined ? 1000 : 1 };
}
