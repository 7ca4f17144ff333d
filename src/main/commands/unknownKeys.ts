/**
 * Keys of `given` that `read` does not have, as paths: what a schema dropped because it does not know it. Both are plain data, and
 * `read` came from `given`.
 */
export function unknownKeys(given: unknown, read: unknown, path = ''): string[] {
  if (Array.isArray(given) && Array.isArray(read))
    return given.flatMap((item, index) => unknownKeys(item, read[index], `${path}${path === '' ? '' : '.'}${index}`));
  if (!isRecord(given) || !isRecord(read)) return [];
  return Object.keys(given).flatMap((key) => {
    const at = path === '' ? key : `${path}.${key}`;
    return key in read ? unknownKeys(given[key], read[key], at) : [at];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
