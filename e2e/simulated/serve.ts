import { parseArgs } from 'node:util';
import { startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: { servers: { type: 'string', default: '20' }, port: { type: 'string', default: '4700' }, still: { type: 'boolean', default: false } },
});
const simulator = await startSimulator({ servers: Number(values.servers), port: Number(values.port), live: !values.still });
console.log(`${values.servers} simulated servers at ${simulator.url}`);
