import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PdfOrder } from './pdfReport.ts';

/** `pdfReport` in a thread of its own: much output takes seconds to set, and nobody's key may wait for it. */
export async function pdfInThread(order: PdfOrder): Promise<Buffer> {
  const worker = new Worker(new URL('./pdfWorker.ts', import.meta.url), { workerData: order });
  try {
    const [bytes] = (await once(worker, 'message')) as [Uint8Array];
    return Buffer.from(bytes);
  } finally {
    await worker.terminate();
  }
}
