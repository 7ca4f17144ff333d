import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startCore } from '../src/main/core/startCore.ts';

/** A core in a process of its own, as a window or the command line has one; ends with its parent. */
const core = await startCore({ directory: process.argv[2] ?? '', background: process.argv[3] === 'watches' });
process.once('disconnect', () => void core.close().then(() => process.exit(0)));
const loop = monitorEventLoopDelay({ resolution: 2 });
process.on('message', (asked) => {
  if (asked === 'loop') {
    // From the first question on: to look every 2 ms costs 2 % of a core by itself.
    loop.enable();
    process.send?.({ p99Ms: loop.percentile(99) / 1e6, maxMs: loop.max / 1e6 });
    loop.reset();
    return;
  }
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('it was started without --expose-gc');
  for (let pass = 0; pass < 3; pass += 1) gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ residentBytes: rss, heldBytes: heapUsed + external });
});
process.send?.('ready');
