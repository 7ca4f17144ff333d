import { parentPort, workerData } from 'node:worker_threads';
import { type PdfOrder, pdfReport, readPdfFonts } from './pdfReport.ts';

/** Sets one report, beside the thread that serves everybody. */
const { document, fonts } = workerData as PdfOrder;
const bytes = await pdfReport(document, await readPdfFonts(fonts));
parentPort?.postMessage(bytes);
