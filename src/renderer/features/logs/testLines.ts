import type { LogEntry, LogsFrame } from '../../../shared/model/log.ts';
import type { HeldLine } from './heldLines.ts';
import type { LogLane } from './logLanes.ts';

/** A lane for tests. */
export function testLane(over: Partial<LogLane> = {}): LogLane {
  return {
    id: 'gpu-1/ai-gateway/gateway',
    serverName: 'gpu-1',
    kind: 'container',
    stack: 'ph-ai-gateway',
    name: 'gateway',
    colour: 0,
    state: 'live',
    held: 0,
    ...over,
  };
}

const lane = testLane();

/** A held line for tests, at the moment of its number. */
export function testLine(id: number, text = `line ${id}`, over: Partial<HeldLine> = {}): HeldLine {
  return { id, lane, atMs: id, orderMs: id, text, plain: text, level: null, error: false, gap: false, cut: 0, ...over };
}

/** Frames of one source, numbered from `from` to `to`, as a core sends them. */
export function testFrames(from: number, to: number): LogsFrame {
  const entries = Array.from({ length: to - from + 1 }, (_, index): LogEntry => ({ source: 0, atMs: from + index, text: `line ${from + index}` }));
  return { type: 'entries', cost: entries.length, entries, positions: { 'gpu-1:gateway': String(to) } };
}

/** The frame that says which source that is. */
export const testSources: LogsFrame = {
  type: 'sources',
  cost: 1,
  sources: [
    { key: 'gpu-1:gateway', index: 0, serverName: 'gpu-1', kind: 'container', stack: 'ph-ai-gateway', name: 'gateway', container: null, state: 'live' },
  ],
};
