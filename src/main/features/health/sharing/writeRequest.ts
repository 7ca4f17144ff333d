/** One series with its samples, oldest first, as remote-write sends it. */
export interface WrittenSeries {
  /** By `encodedLabels`. */
  labels: Buffer;
  samples: readonly { value: number; atMs: number }[];
}

/**
 * Encodes `prometheus.WriteRequest` of remote-write 1.0: repeated series (1) of repeated labels (1) with name and value, and of repeated
 * samples (2) with a double and a time in ms. Source: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export function writeRequest(series: readonly WrittenSeries[]): Buffer {
  return Buffer.concat(series.map(({ labels, samples }) => field(1, Buffer.concat([labels, ...samples.map(sampleField)]))));
}

/** Labels of a series, `__name__` among them: in order of their names, those without a value left out. */
export function encodedLabels(labels: readonly (readonly [name: string, value: string])[]): Buffer {
  const sorted = labels.filter(([, value]) => value !== '').sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.concat(sorted.map(([name, value]) => field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))]))));
}

function sampleField({ value, atMs }: { value: number; atMs: number }): Buffer {
  const number = Buffer.allocUnsafe(9);
  number[0] = (1 << 3) | 1;
  number.writeDoubleLE(value, 1);
  return field(2, Buffer.concat([number, Buffer.from([2 << 3]), varint(atMs)]));
}

/** A field of bytes with their length. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

/** A number from 0 on, seven bits in a byte; those of times do not fit in 32. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = Math.floor(value);
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
