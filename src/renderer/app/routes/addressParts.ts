/** A text that is not empty. */
export const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** One of some words. */
export const oneOf = <V extends string>(value: unknown, allowed: readonly V[]): V | undefined => allowed.find((each) => each === value);

/** A list; what is no text in it is left out. */
export const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : undefined;

/** A whole number from zero on. */
export const whole = (value: unknown): number | undefined => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined);

/** Texts by name; all of them, or none. */
export const values = (value: unknown): Record<string, string> | undefined =>
  typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string') ? (value as Record<string, string>) : undefined;

/** What is there of an address: what made no sense is left out of it. */
export const defined = <T extends object>(search: T) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: T[K] };
