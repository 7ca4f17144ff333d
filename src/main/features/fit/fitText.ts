/** Decimal gigabytes, as disks, memory and cards are sold: `500 GB`, `1.92 TB`. */
export function sold(gb: number): string {
  return gb >= 1000 ? `${trim(gb / 1000, 2)} TB` : `${trim(gb, gb < 100 ? 1 : 0)} GB`;
}

/** MiB as GiB with one decimal, large ones as TiB: `31.2 GiB`. */
export function gib(mib: number): string {
  return mib >= 1_048_576 ? `${trim(mib / 1_048_576, 1)} TiB` : `${trim(mib / 1024, 1)} GiB`;
}

/** A rate of a network card: `100 Mbit/s`, `25 Gbit/s`. */
export function rate(mbps: number): string {
  return mbps >= 1000 ? `${trim(mbps / 1000, 1)} Gbit/s` : `${mbps} Mbit/s`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[], last = 'and'): string {
  const head = words.slice(0, -1);
  return head.length === 0 ? (words[0] ?? '') : `${head.join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
