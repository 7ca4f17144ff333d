/** A sample as the other side reads it. */
export interface ReceivedSample {
  labels: Record<string, string>;
  value: number;
  atMs: number;
}

/** One request as it came in; its body is decoded by code of the tests' own, written from the formats' descriptions. */
export interface ReceivedBatch {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  samples: ReceivedSample[];
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  text?: string;
}

/** What takes remote-write at the other end of a test. It answers with what was planned, else with 204. */
export class Receiver {
  readonly batches: ReceivedBatch[] = [];
  readonly #planned: Answer[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  next(...answers: readonly Answer[]): void {
    this.#planned.push(...answers);
  }

  take(headers: ReceivedBatch['headers'], body: Buffer): Answer {
    this.batches.push({ headers, samples: readWriteRequest(unsnappy(body)) });
    for (const { count, resolve } of this.#waiting) if (this.batches.length >= count) resolve();
    return this.#planned.shift() ?? { status: 204 };
  }

  /** Resolves once so many requests came in. */
  received(count: number): Promise<void> {
    return new Promise((resolve) => (this.batches.length >= count ? resolve() : this.#waiting.push({ count, resolve })));
  }
}

/** Decodes a block of Snappy. Throws where it is none. */
export function unsnappy(block: Buffer): Buffer {
  let [length, at] = varint(block, 0);
  const out = Buffer.alloc(length);
  let end = 0;
  const number = (bytes: number) => {
    at += bytes;
    return block.readUIntLE(at - bytes, bytes);
  };
  while (at < block.length) {
    const tag = number(1);
    const kind = tag & 3;
    if (kind === 0) {
      const size = tag >> 2 < 60 ? (tag >> 2) + 1 : number((tag >> 2) - 59) + 1;
      end += block.copy(out, end, at, at + size);
      at += size;
      continue;
    }
    length = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const offset = kind === 1 ? ((tag >> 5) << 8) | number(1) : number(kind === 2 ? 2 : 4);
    if (offset === 0 || offset > end) throw new Error('a copy from before the beginning');
    for (let index = 0; index < length; index += 1, end += 1) out[end] = out[end - offset] ?? 0;
  }
  if (end !== out.length) throw new Error(`${end} bytes instead of ${out.length}`);
  return out;
}

function readWriteRequest(bytes: Buffer): ReceivedSample[] {
  return fields(bytes).flatMap(({ bytes: series }) => {
    const parts = fields(series);
    const labels = parts.filter(({ number }) => number === 1).map(({ bytes: label }) => fields(label).map(({ bytes: text }) => text.toString()));
    const names = labels.map(([name]) => name ?? '');
    if (names.join() !== [...names].sort().join()) throw new Error('labels are not in order');
    return parts
      .filter(({ number }) => number === 2)
      .map(({ bytes: sample }) => ({
        labels: Object.fromEntries(labels) as Record<string, string>,
        value: sample.readDoubleLE(1),
        atMs: varint(sample, 10)[0],
      }));
  });
}

/** Fields of bytes with a length. */
function fields(bytes: Buffer): { number: number; bytes: Buffer }[] {
  const found: { number: number; bytes: Buffer }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    if ((tag & 7) !== 2) throw new Error('another kind of field');
    const [length, from] = varint(bytes, at + 1);
    found.push({ number: tag >> 3, bytes: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return found;
}

function varint(bytes: Buffer, from: number): [value: number, end: number] {
  let [value, scale, at] = [0, 1, from];
  for (;;) {
    const byte = bytes[at] ?? 0;
    value += (byte & 127) * scale;
    scale *= 128;
    at += 1;
    if (byte < 128) return [value, at];
  }
}
