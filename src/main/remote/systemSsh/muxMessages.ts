import { SshReader, sshString } from '../sshWire.ts';

/** Message numbers of the connection protocol (https://www.rfc-editor.org/rfc/rfc4254#section-9). */
export const message = {
  open: 90,
  opened: 91,
  openFailed: 92,
  adjust: 93,
  data: 94,
  extendedData: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

/** A 32-bit number as its field. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return bytes;
}

/** One message of the connection protocol. */
export function makeMessage(type: number, ...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([type]), ...fields]);
}

/**
 * A message as the control socket of OpenSSH takes it once it is a proxy: length, a padding length of nothing, message
 * (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.mux).
 */
export function proxyFrame(payload: Uint8Array): Buffer {
  return Buffer.concat([uint32(payload.length + 1), Buffer.from([0]), payload]);
}

/** Longest frame that is taken: sshd's own limit for a packet. */
const longestFrame = 256 * 1024;

/** Cuts a stream of bytes into frames, each without its length. Throws RangeError for a length that no frame has. */
export class FrameReader {
  #parts: Buffer[] = [];
  #size = 0;

  /** Takes bytes; returns the frames that are whole by now. */
  take(bytes: Buffer): Buffer[] {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    const frames: Buffer[] = [];
    for (;;) {
      if (this.#size < 4) return frames;
      const head = this.#joined(4);
      const length = head.readUInt32BE(0);
      if (length > longestFrame) throw new RangeError(`a frame of ${length} bytes`);
      if (this.#size < 4 + length) return frames;
      const all = this.#joined(4 + length);
      frames.push(all.subarray(4, 4 + length));
      const rest = all.subarray(4 + length);
      this.#parts = rest.length === 0 ? [] : [rest];
      this.#size = rest.length;
    }
  }

  /** The first buffer, with at least so many bytes. */
  #joined(atLeast: number): Buffer {
    const [first] = this.#parts;
    if (first !== undefined && first.length >= atLeast) {
      if (this.#parts.length === 1) return first;
    }
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    return all;
  }
}

/** Messages by which a client of the control socket says hello and asks to be passed through. */
export const mux = { hello: 1, proxy: 0x1000_000f, proxyGranted: 0x8000_000f, version: 4 } as const;

/** What a client sends first: its version, and the wish to speak the connection protocol itself. */
export function muxGreeting(requestId: number): Buffer {
  return Buffer.concat([sshString(Buffer.concat([uint32(mux.hello), uint32(mux.version)])), sshString(Buffer.concat([uint32(mux.proxy), uint32(requestId)]))]);
}

/** What the master answers in a frame of the greeting. */
export function readMuxAnswer(frame: Buffer): 'hello' | 'granted' | 'refused' {
  const reader = new SshReader(frame);
  const type = reader.uint32();
  if (type === mux.hello) return 'hello';
  return type === mux.proxyGranted ? 'granted' : 'refused';
}
