const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  PiB: 1024 ** 5,
};

/** Bytes of a size as `docker stats` prints it: `0B`, `1.234MiB`, `12.3kB`, `1e+03kB`; null: it is none, as `--`. Three or four digits are all it tells. */
export function dockerSizeOrNull(text: string | undefined): number | null {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,6})?(?:e[+-]?\d{1,2})?) ?([kKMGTP]?i?B)$/.exec(text?.trim() ?? '') ?? [];
  const factor = units[unit];
  return number === undefined || factor === undefined ? null : Math.round(Number(number) * factor);
}

/** The two sizes of `1.2MiB / 15.6GiB`. */
export function dockerSizePair(text: string | undefined): [number | null, number | null] {
  const [one, other] = (text ?? '').split(' / ');
  return [dockerSizeOrNull(one), dockerSizeOrNull(other)];
}
