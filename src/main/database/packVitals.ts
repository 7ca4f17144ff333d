import type { Vitals } from '../../shared/model/facts.ts';

/** Layout 1: a byte for the layout, four figures of the server, then per GPU its index and five figures; floats of 32 bits, NaN for null. */
const layout = 1;
const headBytes = 1 + 4 * 4;
const gpuBytes = 2 + 5 * 4;

/** Packs a sample's figures, without its time: 17 bytes, and 22 for each GPU. */
export function packVitals(vitals: Vitals): Uint8Array {
  const bytes = new Uint8Array(headBytes + vitals.gpus.length * gpuBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, layout);
  setFigures(view, 1, [vitals.load1, vitals.memoryUsedMib, vitals.memoryTotalMib, vitals.diskUsedRatio]);
  for (const [n, gpu] of vitals.gpus.entries()) {
    const offset = headBytes + n * gpuBytes;
    view.setUint16(offset, gpu.index);
    setFigures(view, offset + 2, [gpu.utilizationPercent, gpu.vramUsedMib, gpu.vramTotalMib, gpu.temperatureC, gpu.powerW]);
  }
  return bytes;
}

/** Unpacks what `packVitals` packed; null where the layout is another. */
export function unpackVitals(bytes: Uint8Array, observedAtMs: number): Vitals | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length >= headBytes && (bytes.length - headBytes) % gpuBytes === 0;
  if (!whole || view.getUint8(0) !== layout) return null;
  const figure = (offset: number): number | null => {
    const value = view.getFloat32(offset);
    // As many digits as a 32-bit float holds, so that 0.1 comes back as 0.1.
    return Number.isNaN(value) ? null : Number(value.toPrecision(7));
  };
  const gpus = Array.from({ length: (bytes.length - headBytes) / gpuBytes }, (_, n) => {
    const offset = headBytes + n * gpuBytes;
    return {
      index: view.getUint16(offset),
      utilizationPercent: figure(offset + 2),
      vramUsedMib: figure(offset + 6),
      vramTotalMib: figure(offset + 10),
      temperatureC: figure(offset + 14),
      powerW: figure(offset + 18),
    };
  });
  return { observedAtMs, load1: figure(1), memoryUsedMib: figure(5), memoryTotalMib: figure(9), diskUsedRatio: figure(13), gpus };
}

function setFigures(view: DataView, offset: number, figures: readonly (number | null)[]): void {
  for (const [n, figure] of figures.entries()) view.setFloat32(offset + n * 4, figure ?? Number.NaN);
}
