/** What the holder of a shell says. Offsets count the bytes of the shell's output from its start. */
export type HolderFrame =
  /** Before all: by which program of the server the shell is held. */
  | { kind: 'holder'; name: string }
  /** First: what is held of the output. */
  | { kind: 'held'; begin: number; end: number }
  /** So many bytes are no longer held. */
  | { kind: 'gap'; bytes: number }
  /** `byLines`: the terminal was in line mode when it came, so that what it asks of a terminal is not meant. */
  | { kind: 'output'; bytes: Buffer; byLines: boolean }
  /** The shell has ended; null: by a signal. */
  | { kind: 'exit'; exitCode: number | null };

const headBytes = 5;
const mostBytes = 1024 * 1024;

function frame(kind: string, payload: Uint8Array | string): Buffer {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(headBytes);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Frames for the holder, as `resources/terminals/holder.py` explains them. */
export const toHolder = {
  /** First: the output from this offset is wanted; null: all that is held. */
  hello: (offset: number | null) => frame('h', offset === null ? '-' : String(offset)),
  /** Everything before this offset was taken, and as much again may come. */
  taken: (offset: number) => frame('a', String(offset)),
  input: (data: Uint8Array | string) => frame('i', data),
  resize: (cols: number, rows: number) => frame('r', `${cols} ${rows}`),
  kill: () => frame('k', ''),
};

/** Reads the frames of a holder from bytes that come in any pieces. */
export class HolderFrames {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole with these bytes; null: they are none, and what comes later is not either. */
  take(bytes: Uint8Array): HolderFrame[] | null {
    let rest = this.#rest.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.concat([this.#rest, bytes]);
    const frames: HolderFrame[] = [];
    while (rest.length >= headBytes) {
      const length = rest.readUInt32BE(1);
      if (length > mostBytes) return null;
      if (rest.length < headBytes + length) break;
      const frame = frameOf(rest.toString('latin1', 0, 1), rest.subarray(headBytes, headBytes + length));
      if (frame === null) return null;
      frames.push(frame);
      rest = rest.subarray(headBytes + length);
    }
    this.#rest = Buffer.from(rest);
    return frames;
  }
}

function frameOf(kind: string, body: Buffer): HolderFrame | null {
  const text = () => body.toString('latin1');
  switch (kind) {
    case 's': {
      const [begin, end] = text().split(' ').map(Number);
      if (begin !== undefined && end !== undefined && Number.isSafeInteger(begin) && Number.isSafeInteger(end)) return { kind: 'held', begin, end };
      break;
    }
    case 'n':
      return { kind: 'holder', name: text() };
    case 'g':
      return number(text(), (bytes) => ({ kind: 'gap', bytes }));
    case 'o':
    case 'c':
      return { kind: 'output', bytes: Buffer.from(body), byLines: kind === 'c' };
    case 'x':
      return text() === '-' ? { kind: 'exit', exitCode: null } : number(text(), (exitCode) => ({ kind: 'exit', exitCode }));
  }
  return null;
}

function number(text: string, frame: (value: number) => HolderFrame): HolderFrame | null {
  const value = Number(text);
  return /^[0-9]+$/.test(text) && Number.isSafeInteger(value) ? frame(value) : null;
}
