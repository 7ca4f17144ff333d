import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { joined, packColumn, packWhole, unpackColumn, unpackWhole } from './columnCodec.ts';

/** Times in order, and for each series the values at those times, NaN for none. */
export interface Columns {
  atMs: number[];
  values: Float32Array[];
}

/** The first byte of a block. */
const version = 1;
const level = 9;
/** No hour of readings unpacks to more; a damaged length must not take the memory. */
const largestBytes = 64 * 2 ** 20;

/**
 * Packs moments of one hour that starts at `hourMs`, column by column, and compresses them with zstd (RFC 8878). Shape: version, then compressed: how
 * many times and columns, the length of each column, times as distances from the hour, columns.
 */
export function packHour(hourMs: number, { atMs, values }: Columns): Uint8Array {
  const columns = [packWhole(Int32Array.from(atMs, (time) => time - hourMs)), ...values.map(packColumn)];
  const head = Uint32Array.of(atMs.length, columns.length, ...columns.map((column) => column.length));
  const body = joined([new Uint8Array(head.buffer), ...columns]);
  const compressed = zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: level } });
  return joined([Uint8Array.of(version), compressed]);
}

/**
 * Unpacks the times and those columns of an hour that are asked for by their place; null stands for one that the caller does not have, and gives only
 * NaN. Throws where the block is damaged or of another version.
 */
export function unpackHour(hourMs: number, block: Uint8Array, places: readonly (number | null)[]): Columns {
  if (block[0] !== version) throw new RangeError('a packed hour has an unknown version');
  const body = zstdDecompressSync(block.subarray(1), { maxOutputLength: largestBytes });
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [rows, count] = [view.getUint32(0, true), view.getUint32(4, true)];
  const starts = [8 + count * 4];
  for (let column = 0; column < count; column += 1) starts.push((starts[column] ?? 0) + view.getUint32(8 + column * 4, true));
  const column = (index: number): Uint8Array => {
    if (index >= count) throw new RangeError('a packed hour has fewer columns than its layout');
    return body.subarray(starts[index], starts[index + 1]);
  };
  return {
    atMs: Array.from(unpackWhole(column(0), rows), (distance) => hourMs + distance),
    values: places.map((place) => (place === null ? new Float32Array(rows).fill(Number.NaN) : unpackColumn(column(place + 1), rows))),
  };
}
