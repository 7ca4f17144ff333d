import { type FloodedEmulator, FloodWriter } from '../../shared/model/floodWriter.ts';

/** What a person's key brings back is smaller, and is written at once. */
const smallBytes = 1_024;
/** A frame of the screen has 16 ms, and drawing needs half of them. */
const sliceMs = 4;

/** Writes what a terminal prints to its emulator, in order. */
export interface PacedWriter {
  /** `done` is called once the emulator has taken the bytes. */
  write(bytes: Uint8Array, done: () => void): void;
  /** Lets go of what is not written yet, and does something once nothing is under way. */
  restart(action: () => void): void;
}

interface Waiting {
  bytes: Uint8Array;
  done: () => void;
}

/** Makes the writer of an emulator that holds so many lines above its screen; `later` as for a flood. */
export function createPacedWriter(emulator: FloodedEmulator, scrollback: () => number, later: (goOn: () => void) => void): PacedWriter {
  const flood = new FloodWriter(emulator, { sliceMs, scrollback, nowMs: () => performance.now(), later });
  let queue: Waiting[] = [];
  let underWay: { stop(): void; parts: Waiting[] } | null = null;
  let next: (() => void) | null = null;

  const settle = (parts: Waiting[]) => {
    for (const { done } of parts.splice(0)) done();
  };
  const go = () => {
    const action = next;
    next = null;
    action?.();
    if (queue.length === 0) return;
    const parts = queue;
    queue = [];
    let taken = 0;
    const current = { stop: () => {}, parts };
    underWay = current;
    current.stop = flood.write(
      joined(parts),
      (bytes) => {
        taken += bytes;
        for (let [part] = parts; part !== undefined && part.bytes.length <= taken; [part] = parts) {
          taken -= part.bytes.length;
          parts.shift();
          part.done();
        }
      },
      () => {
        settle(parts);
        underWay = null;
        go();
      },
    );
  };
  return {
    write(bytes, done) {
      if (underWay === null && bytes.length <= smallBytes) {
        emulator.write(bytes, done);
        return;
      }
      queue.push({ bytes, done });
      if (underWay === null) go();
    },
    restart(action) {
      settle(queue);
      next = action;
      if (underWay === null) go();
      else underWay.stop();
    },
  };
}

function joined(parts: readonly Waiting[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first) return first.bytes;
  const all = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of parts) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
