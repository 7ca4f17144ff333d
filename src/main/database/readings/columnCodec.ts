/** A column's form: nothing there, one value throughout, whole numbers after scaling, or the bits of its floats. */
const form = { empty: 0, constant: 1, scaled: 2, bits: 3 } as const;

/** By what floats become whole numbers: bytes in MiB or pages, counts, and figures of one to five decimals. */
const scales = [2 ** -20, 2 ** -12, 1, 10, 100, 1000, 10_000, 100_000] as const;
const largest = 2 ** 30;

/**
 * Packs 32-bit floats, NaN for what is absent, so that what is regular in them lies in runs for a compressor: differences from one to the next, byte
 * by byte in planes. Shape: form, whether a map of what is present follows, then per form. Comes back bit by bit, except that -0 becomes 0.
 */
export function packColumn(values: Float32Array): Uint8Array {
  const present = values.filter((value) => !Number.isNaN(value));
  if (present.length === 0) return Uint8Array.of(form.empty, 0);
  const map = present.length === values.length ? new Uint8Array(0) : presenceOf(values);
  const [kind, body] = packPresent(present);
  return joined([Uint8Array.of(kind, map.length > 0 ? 1 : 0), map, body]);
}

/** Unpacks what `packColumn` packed of so many values. Throws `RangeError` where the bytes are not such a column. */
export function unpackColumn(bytes: Uint8Array, length: number): Float32Array {
  const values = new Float32Array(length).fill(Number.NaN);
  const kind = bytes[0];
  if (kind === form.empty) return values;
  const mapBytes = bytes[1] === 1 ? Math.ceil(length / 8) : 0;
  const map = bytes.subarray(2, 2 + mapBytes);
  const isPresent = (index: number) => mapBytes === 0 || (((map[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
  let count = length;
  if (mapBytes > 0) {
    count = 0;
    for (let index = 0; index < length; index += 1) if (isPresent(index)) count += 1;
  }
  const present = unpackPresent(kind ?? -1, bytes.subarray(2 + mapBytes), count);
  if (mapBytes === 0) return present;
  let next = 0;
  for (let index = 0; index < length; index += 1) {
    if (!isPresent(index)) continue;
    values[index] = present[next] ?? Number.NaN;
    next += 1;
  }
  return values;
}

/** What stands before the planes: how many there are, and the first number. */
const wholeHead = 5;

/** Packs whole numbers of 32 bits: how many bytes each difference takes, the first number, then the planes. */
export function packWhole(numbers: Int32Array): Uint8Array {
  const [first = 0] = numbers;
  const differences = new Uint32Array(numbers.length);
  let before = first;
  let all = 0;
  for (const [index, number] of numbers.entries()) {
    const difference = (number - before) | 0;
    const folded = ((difference << 1) ^ (difference >> 31)) >>> 0;
    differences[index] = folded;
    all |= folded;
    before = number;
  }
  const planes = all === 0 ? 0 : 4 - (Math.clz32(all) >> 3);
  const bytes = new Uint8Array(wholeHead + planes * numbers.length);
  bytes[0] = planes;
  new DataView(bytes.buffer).setInt32(1, first, true);
  for (let plane = 0; plane < planes; plane += 1) {
    const from = wholeHead + plane * numbers.length;
    for (let index = 0; index < numbers.length; index += 1) bytes[from + index] = (differences[index] ?? 0) >>> (plane * 8);
  }
  return bytes;
}

/** Unpacks so many whole numbers. Throws `RangeError` where bytes are missing. */
export function unpackWhole(bytes: Uint8Array, length: number): Int32Array {
  const planes = bytes[0] ?? 0;
  if (planes > 4 || bytes.length < wholeHead + planes * length) throw new RangeError('a packed column is cut off');
  const numbers = new Int32Array(length);
  let before = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(1, true);
  for (let index = 0; index < length; index += 1) {
    let folded = 0;
    for (let plane = 0; plane < planes; plane += 1) folded |= (bytes[wholeHead + plane * length + index] ?? 0) << (plane * 8);
    before = (before + ((folded >>> 1) ^ -(folded & 1))) | 0;
    numbers[index] = before;
  }
  return numbers;
}

function packPresent(values: Float32Array): [number, Uint8Array] {
  const [first = 0] = values;
  if (values.every((value) => value === first)) return [form.constant, new Uint8Array(Float32Array.of(first).buffer)];
  const scale = scales.findIndex((candidate) => isWholeBy(values, candidate));
  if (scale >= 0) return [form.scaled, joined([Uint8Array.of(scale), packWhole(Int32Array.from(values, (value) => Math.round(value * (scales[scale] ?? 1))))])];
  return [form.bits, packWhole(new Int32Array(values.slice().buffer).map(orderedBits))];
}

function unpackPresent(kind: number, body: Uint8Array, count: number): Float32Array {
  if (kind === form.constant) return new Float32Array(count).fill(new DataView(body.buffer, body.byteOffset, body.byteLength).getFloat32(0, true));
  if (kind === form.scaled) {
    const scale = scales[body[0] ?? -1];
    if (scale === undefined) throw new RangeError('a packed column has an unknown scale');
    return Float32Array.from(unpackWhole(body.subarray(1), count), (number) => number / scale);
  }
  if (kind === form.bits) return new Float32Array(unpackWhole(body, count).map(orderedBits).buffer);
  throw new RangeError('a packed column has an unknown form');
}

function isWholeBy(values: Float32Array, scale: number): boolean {
  return values.every((value) => {
    const whole = Math.round(value * scale);
    return Math.abs(whole) < largest && Math.fround(whole / scale) === value;
  });
}

/** Bits of a float as a number of the same order, negative ones included; its own inverse. */
function orderedBits(bits: number): number {
  return bits < 0 ? bits ^ 0x7fffffff : bits;
}

function presenceOf(values: Float32Array): Uint8Array {
  const map = new Uint8Array(Math.ceil(values.length / 8));
  for (const [index, value] of values.entries()) if (!Number.isNaN(value)) map[index >> 3] = (map[index >> 3] ?? 0) | (1 << (index & 7));
  return map;
}

/** Byte strings one after another. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
