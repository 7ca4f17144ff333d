import { lookText, readCorpus } from '../src/main/features/health/collector/testFrames.ts';

const tab = '\t';
/** As recorded: a hot card with memory errors, a file system without inodes. One stand-in of so many has these. */
const troubled = { each: 20, gpuRows: readCorpus('nvidia-smi-550.127.05-4x-a10g.csv'), disks: readCorpus('df-coreutils-9.1.txt') };
/** The same with nothing wrong: memory to 78 %, at most 74 °C, no errors; 65 % of the disk, a tenth of the inodes. */
const healthy = {
  gpuRows: troubled.gpuRows
    .replaceAll(/23028, 2\d{4}/g, '23028, 17934')
    .replace(', 84, N/A,', ', 74, N/A,')
    .replace('0x0000000000000060, 3, 1,', '0x0000000000000004, 0, 0,'),
  disks: troubled.disks.replace('33500000   5540000      86%', '26500000  12540000      68%').replace('2610000    11440  100%', '262144   2359296   10%'),
};

/** Looks between two of a source that is not read each time, at 5 seconds between looks. */
const pace = { disks: 6, containers: 3, kernelLog: 3 };

/** The kernel's counters of a server of 32 processors that is a third busy, as they stand after so many looks. */
function host(look: number, number: number): string {
  const busy = look * 5_000 + number;
  return [
    `c ${busy} 0 ${look * 600} ${look * 10_400} ${look * 20} 0 0 0 0 0`,
    'u 0-31',
    `l ${(4 + (look % 7) / 10).toFixed(2)} 4.10 4.00 3/900 ${9000 + look}`,
    `m MemTotal:263882790 MemFree:${90_000_000 - (look % 50) * 1000} MemAvailable:${160_000_000 - (look % 50) * 1000} Buffers:100000 Cached:60000000 SwapTotal:0 SwapFree:0`,
    ...['nvme0n1', 'nvme1n1'].map(
      (drive) => `d ${drive} ${look * 40} 0 ${look * 9000} ${look * 12} ${look * 90} 0 ${look * 30_000} ${look * 40} 0 ${look * 30} ${look * 52}`,
    ),
    `n eth0 card  ${look * 800_000} ${look * 900} 0 0 0 0 0 0 ${look * 2_000_000} ${look * 1400} 0 0 0 0 0 0`,
    ...['cpu', 'memory', 'io'].map((name) => `p ${name} some avg10=0.10 avg60=0.10 avg300=0.10 total=${look * 9000}`),
  ].join('\n');
}

function containers(look: number): string {
  return ['gateway', 'web', 'cache', 'store']
    .flatMap((name, index) => {
      const id = String(index + 1).repeat(64);
      const facts = [`i ${id}`, `/ph-chat-${name}-1`, 'running', '1842', '0', 'false', '0', 'healthy', '2026-11-20T09:14:02.123456789Z', 'ph-chat', name].join(
        tab,
      );
      return [facts, `n ${id} ${look * 1000} ${look * 2000}`, `c ${id} ${look * 500_000}`];
    })
    .join('\n');
}

/**
 * What the collector of a stand-in prints at a look: the counters go on as a busy server's do, with four GPUs, four containers and two file systems.
 * The lines are those of the collector's corpus.
 */
export function lightLook(look: number, number: number): string {
  const nowMs = Date.now();
  const time = { number: look, uptimeS: nowMs / 1000 - 1_700_000_000, wall: `${Math.floor(nowMs / 1000)}.${String(nowMs % 1000).padStart(3, '0')}000000` };
  const { gpuRows, disks } = number % troubled.each === 0 ? troubled : healthy;
  const texts = [lookText('h', host(look, number), time), lookText('g', gpuRows, time)];
  if (look % pace.disks === 1) texts.push(lookText('s', disks, time));
  if (look % pace.containers === 1) texts.push(lookText('d', containers(look), time));
  if (look % pace.kernelLog === 1) texts.push(lookText('k', '', time));
  return texts.join('');
}
