/** Whether a version such as `26.1.5+dfsg1` is at least `minimum`, by its numbers. */
export function versionAtLeast(version: string, minimum: string): boolean {
  const numbers = (text: string) => (/^v?([0-9.]+)/.exec(text)?.[1] ?? '').split('.').map(Number);
  const have = numbers(version);
  for (const [index, need] of numbers(minimum).entries()) {
    const part = have[index] ?? 0;
    if (part !== need) return part > need;
  }
  return true;
}
