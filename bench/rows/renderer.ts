import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { startSimulator } from '../../e2e/simulated/simulator.ts';
import { chromiumLaunch } from '../../e2e/support/chromium.ts';
import { firstLoad } from '../firstLoad.ts';
import { quantile } from '../measure.ts';
import type { Row } from '../row.ts';
import { type PageWork, pageWork, type TraceEvent } from '../trace.ts';

const traces = join(import.meta.dirname, '..', '..', 'e2e', '.artifacts', 'traces');
const categories = ['-*', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
/** Of the table, forth and back; about 75 rows a second. */
const pixelsPerSecond = 2_400;
const warmUpMs = 8_000;

/** Asks for a frame at every chance, so that there are frames to count work by even where nothing moves; counts them. */
function drawAlways(page: Page): Promise<void> {
  return page.evaluate(() => {
    const again = () => requestAnimationFrame(again);
    again();
  });
}

/** Scrolls what is under the middle of the window like a wheel that never rests, there and back, so long. */
async function scroll(page: Page, seconds: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const distance = (pixelsPerSecond * seconds) / 4;
  for (const direction of [-1, 1, -1, 1])
    await session.send('Input.synthesizeScrollGesture', {
      ...{ x: 720, y: 500, yDistance: direction * distance, speed: pixelsPerSecond },
      ...{ gestureSourceType: 'mouse', preventFling: true },
    });
  await session.detach();
}

interface Screen {
  id: string;
  title: string;
  path: string;
  ready: string;
  act(page: Page, seconds: number): Promise<unknown>;
}

const screens: readonly Screen[] = [
  { id: 'fleet', title: 'fleet of 1,000 live servers, scrolling', path: '/fleet', ready: '[role=grid] [role=row] a', act: scroll },
  { id: 'health', title: 'charts of 1,000 live servers', path: '/health', ready: '[data-chart] canvas', act: (page, s) => page.waitForTimeout(s * 1_000) },
];

/** Traces one screen; the trace is kept for whoever wants to look closer (chrome://tracing, Perfetto, the Performance panel). */
async function traced(browser: Browser, url: string, { id, path, ready, act }: Screen, seconds: number): Promise<PageWork & { file: string }> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/#${path}`);
  await page.locator(ready).first().waitFor();
  await drawAlways(page);
  // What is loaded once, and code that runs for the first time, is another row's matter.
  await page.waitForTimeout(warmUpMs);
  if (act === scroll) await scroll(page, 4);
  const file = join(traces, `${id}-1000.json`);
  await browser.startTracing(page, { path: file, categories });
  await act(page, seconds);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  await page.close();
  return { ...pageWork(traceEvents), file };
}

const kb = (bytes: number) => `${(bytes / 1_000).toFixed(1)} KB`;

async function firstLoadRow(browser: Browser, url: string): Promise<Row> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const { gzipBytes, files, fontBytes } = await firstLoad(page, url);
  await page.close();
  const largest = files.slice(0, 5).map((file) => `${file.name} ${kb(file.gzipBytes)}`);
  return {
    ...{ id: 'first-load', what: 'scripts and styles until the fleet is shown, gzip', anchor: '–', theirs: '' },
    ...{ ours: kb(gzipBytes), value: gzipBytes / 1_000, target: { is: 'at most', value: 350, unit: ' KB' } },
    about: `${files.length} files, each by itself; the largest: ${largest.join(', ')}; faces beside it ${kb(fontBytes)}`,
  };
}

const ms = (value: number) => `${value.toFixed(1)} ms`;

/**
 * What the page's main thread does for each frame with 1,000 simulated servers, a tenth of which tell something new twice a second, in
 * Chromium without a GPU; and before that how much is loaded until the fleet is there. How work is counted is said at `pageWork`. The rate
 * of frames is printed, not judged: it is that of drawing by the processor. Looks at `out/renderer`, or at what `PILOTHOUSE_PAGES` names.
 */
export async function rendererRows(seconds: number): Promise<Row[]> {
  mkdirSync(traces, { recursive: true });
  const simulator = await startSimulator({ servers: 1_000 });
  const browser = await chromium.launch(chromiumLaunch);
  const rows: Row[] = [];
  try {
    rows.push(await firstLoadRow(browser, simulator.url));
    for (const screen of screens) {
      const { frames, processor, longestTask, longestProcessor, longTasks, file } = await traced(browser, simulator.url, screen, seconds);
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => ms(quantile(frames, part)));
      const used = `of the processor p50 ${ms(quantile(processor, 0.5))}, p95 ${ms(quantile(processor, 0.95))}, most in a task ${ms(longestProcessor)}`;
      const about = `${frames.length} frames in ${seconds} s; ${used}; trace: ${file}`;
      const common = { anchor: '–', theirs: '', about };
      rows.push({
        ...{ ...common, id: `${screen.id}-frames`, what: `main thread’s work per frame, ${screen.title}` },
        ...{ ours: `p50 ${p50}, p95 ${p95}, p99 ${p99}`, value: quantile(frames, 0.95), target: { is: 'at most', value: 8, unit: ' ms' } },
      });
      rows.push({
        ...{ ...common, id: `${screen.id}-task`, what: 'longest task of the same' },
        ...{ ours: `${ms(longestTask)}; ${longTasks} over 50 ms`, value: longestTask, target: { is: 'at most', value: 50, unit: ' ms' } },
      });
    }
  } finally {
    await browser.close();
    await simulator.close();
  }
  return rows;
}
