import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { type Hosts, startHosts } from './hosts.ts';
import { run } from './measure.ts';
import { type Row, tableOf } from './row.ts';
import { bulkRows } from './rows/bulk.ts';
import { connectionRows, crowdRows } from './rows/connections.ts';
import { durableRows, fanOutRows } from './rows/fanOut.ts';
import { keyRows } from './rows/keys.ts';
import { pollingRows } from './rows/polling.ts';
import { rendererRows } from './rows/renderer.ts';
import { sampleRows } from './rows/samples.ts';
import { terminalRows } from './rows/terminal.ts';
import { typingRows } from './rows/typing.ts';
import { watchingRows } from './rows/watching.ts';
import { setUpAnchors } from './setUp.ts';

/** Prints what the SSH rows of the targets are on this machine, against OpenSSH, clush and ansible in the same run. */
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    hosts: { type: 'string', default: '200' },
    mb: { type: 'string', default: '500' },
    /** How long live figures are read, and of how many stand-ins beside the hosts. */
    minutes: { type: 'string', default: '10' },
    light: { type: 'string', default: '180' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const groups = ['bulk', 'connections', 'crowd', 'fan-out', 'durable', 'keys', 'typing', 'terminal', 'polling', 'watching', 'samples', 'renderer'] as const;
type Group = (typeof groups)[number];

if (values.help) {
  console.log(`npm run bench -- [--only ${groups.join('|')}]… [--rounds 5] [--hosts 200] [--mb 500] [--minutes 10] [--light 180] [--out FILE.json]`);
  process.exit(0);
}
const rounds = Number(values.rounds);
const wanted = (group: Group) => values.only === undefined || values.only.includes(group);
const { missing } = setUpAnchors();
if (missing.includes('ssh') || missing.includes('sshd')) throw new Error('the bench needs OpenSSH, client and server');
for (const program of missing) console.error(`${program} is not here: its rows are left out`);

const measures: Record<Group, (hosts: Hosts) => Promise<Row[]>> = {
  bulk: (hosts) => bulkRows(hosts, rounds, Number(values.mb)),
  connections: (hosts) => connectionRows(hosts, rounds * 2),
  crowd: (hosts) => crowdRows(hosts, rounds),
  'fan-out': (hosts) => fanOutRows(hosts, Math.max(1, Math.ceil(rounds / 2)), (program) => !missing.includes(program)),
  durable: (hosts) => durableRows(hosts, rounds),
  keys: (hosts) => keyRows(hosts, rounds * 60),
  typing: async () => typingRows(50),
  terminal: (hosts) => terminalRows(hosts, rounds, Number(values.mb) / 10),
  polling: (hosts) => pollingRows(hosts, rounds * 6),
  watching: (hosts) => watchingRows(hosts, { minutes: Number(values.minutes), light: Number(values.light) }),
  samples: () => sampleRows(rounds),
  renderer: () => rendererRows(16),
};

const loadBefore = loadavg()[0] ?? 0;
const hosts = await startHosts(Number(values.hosts));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void hosts.stop().finally(() => process.exit(130)));
const rows: Row[] = [];
const failed: Group[] = [];
try {
  for (const group of groups) {
    if (!wanted(group)) continue;
    console.error(`${group} …`);
    try {
      const found = await measures[group](hosts);
      rows.push(...found);
      console.error(`${tableOf(found)}\n`);
    } catch (error) {
      failed.push(group);
      console.error(`${group} failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
} finally {
  await hosts.stop();
}
const version = await run('sh', ['-c', 'ssh -V 2>&1']);
const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${version.trim()}`;
const date = new Date().toISOString().slice(0, 10);
console.log(
  `${date}, ${machine}; medians of ${rounds} rounds in turns; load before the run ${loadBefore.toFixed(1)}\n\n${tableOf(rows)}\n\n${rows.map((row) => `- ${row.what}: ${row.about}`).join('\n')}`,
);
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ date, machine, rounds, rows }, null, 2)}\n`);
process.exit(failed.length === 0 ? 0 : 1);
