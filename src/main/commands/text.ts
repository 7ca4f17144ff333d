/** A decimal number, or null for anything else a tool prints in its place: `[N/A]`, `[Not Supported]`, `-`, nothing. */
export function numberOrNull(text: string | undefined): number | null {
  return text !== undefined && /^-?\d{1,15}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : null;
}

/** Text of a server made fit to show in one line: escape sequences and control characters gone, spaces single, at most `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const shown = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out
    .replaceAll(/\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)?|.)/g, '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return shown.length <= limit ? shown : `${shown.slice(0, limit - 1)}…`;
}

/** The first line that says something. */
export function firstLine(lines: readonly string[], limit = 200): string {
  return oneLine(lines.find((line) => oneLine(line) !== '') ?? '', limit);
}
