import { dataDirectory } from '../../core/dataDirectory.ts';
import { serve } from './serve.ts';

/** Serves the browser host and nothing else: what a service manager on a bastion starts. Options by environment. */
const served = await serve({ directory: dataDirectory(undefined), port: Number(process.env['PILOTHOUSE_PORT'] ?? 0) });
console.log(served.link());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void served.close().then(() => process.exit(0)));
