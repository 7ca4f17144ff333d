import type { CollectorMetric } from '../../../../shared/model/metricCatalogue.ts';
import type { CounterRates } from './counterRates.ts';
import { counterOrNull, type ReadingList, wordsOf } from './readingList.ts';

/** Sectors of `/proc/diskstats` have this size whatever the drive's own are. */
const sectorBytes = 512;
const nameShape = /^[A-Za-z0-9_.!@:+-]{1,64}$/;

/** Lines `vda READS MERGED SECTORS MS WRITES MERGED SECTORS MS NOW BUSY-MS …`: https://docs.kernel.org/admin-guide/iostats.html. */
export function readDrives(list: ReadingList, lines: readonly string[], rates: CounterRates, uptimeS: number): void {
  const sums = new Sums();
  for (const line of lines) {
    const [name = '', ...columns] = wordsOf(line);
    if (!nameShape.test(name) || columns.length < 10) continue;
    const subject = `drive:${name}`;
    const rate = (column: number) => rateOf(rates, `${subject} ${column}`, columns[column], uptimeS);
    const [reads, readSectors, readMs] = [rate(0), rate(2), rate(3)];
    const [writes, writtenSectors, writeMs, busyMs] = [rate(4), rate(6), rate(7), rate(9)];
    sums.add(list, subject, 'driveReadBytesPerSecond', scaled(readSectors, sectorBytes));
    sums.add(list, subject, 'driveWrittenBytesPerSecond', scaled(writtenSectors, sectorBytes));
    list.add(subject, 'driveReadsPerSecond', reads);
    list.add(subject, 'driveWritesPerSecond', writes);
    list.addShare(subject, 'driveBusyRatio', busyMs, 1000);
    if (reads !== null && writes !== null && readMs !== null && writeMs !== null && reads + writes > 0) {
      list.add(subject, 'driveWaitSeconds', (readMs + writeMs) / (reads + writes) / 1000);
    }
  }
  sums.tell(list);
}

/**
 * Lines `eth0 card BYTES PACKETS ERRORS DROPS …` of `/proc/net/dev`, eight columns received and eight sent. Where there are cards their sum
 * is the server's; where there are none (a container, some virtual machines) that of what else there is, without what lies on top of others.
 */
export function readNetworks(list: ReadingList, lines: readonly string[], rates: CounterRates, uptimeS: number): void {
  const rows = lines.map(wordsOf).filter(([name = '', , ...columns]) => nameShape.test(name) && columns.length >= 16);
  const hasCards = rows.some(([, kind]) => kind === 'card');
  const sums = new Sums();
  for (const [name = '', kind, ...columns] of rows) {
    const subject = `nic:${name}`;
    const rate = (column: number) => rateOf(rates, `${subject} ${column}`, columns[column], uptimeS);
    const counts = hasCards ? kind === 'card' : !/^(?:bond|team|wg|tun|vlan)\d|[.@]/.test(name);
    const into = counts ? sums : list;
    add(into, list, subject, 'receivedBytesPerSecond', rate(0));
    add(into, list, subject, 'sentBytesPerSecond', rate(8));
    list.add(subject, 'receiveErrorsPerSecond', rate(2));
    list.add(subject, 'receiveDropsPerSecond', rate(3));
    list.add(subject, 'sendErrorsPerSecond', rate(10));
    list.add(subject, 'sendDropsPerSecond', rate(11));
  }
  sums.tell(list);
}

function add(into: Sums | ReadingList, list: ReadingList, subject: string, metric: CollectorMetric, value: number | null): void {
  if (into instanceof Sums) into.add(list, subject, metric, value);
  else into.add(subject, metric, value);
}

/** Tells values of parts, and their sums for the server where each part is known. */
class Sums {
  readonly #sums = new Map<CollectorMetric, number | null>();

  add(list: ReadingList, subject: string, metric: CollectorMetric, value: number | null): void {
    list.add(subject, metric, value);
    const before = this.#sums.has(metric) ? this.#sums.get(metric) : 0;
    this.#sums.set(metric, value === null || before === null || before === undefined ? null : before + value);
  }

  tell(list: ReadingList): void {
    for (const [metric, sum] of this.#sums) list.add('', metric, sum);
  }
}

function rateOf(rates: CounterRates, key: string, text: string | undefined, uptimeS: number): number | null {
  const value = counterOrNull(text);
  return value === null ? null : rates.rate(key, value, uptimeS);
}

const scaled = (value: number | null, factor: number) => (value === null ? null : value * factor);
