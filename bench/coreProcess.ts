import { startCore } from '../src/main/core/startCore.ts';

/** A core in a process of its own, as a window or the command line has one; ends with its parent. */
const core = await startCore({ directory: process.argv[2] ?? '' });
process.once('disconnect', () => void core.close().then(() => process.exit(0)));
process.send?.('ready');
