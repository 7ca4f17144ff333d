import type { HeldLine } from './heldLines.ts';

/** A line as text: its moment in UTC, where it is from, and what it says without colours. */
export function lineText(line: HeldLine): string {
  const { serverName, name } = line.lane;
  const head = `${new Date(line.atMs).toISOString()} ${serverName} ${name}`;
  return line.gap ? `${head} [lines are missing here] ${line.plain}` : `${head} ${line.plain}`;
}

/** A line as JSON, as `pilothouse logs --json` gives it. */
export function lineJson(line: HeldLine): string {
  const { serverName, stack, name } = line.lane;
  return JSON.stringify({
    at: new Date(line.atMs).toISOString(),
    server: serverName,
    stack,
    source: name,
    level: line.level,
    text: line.text,
    ...(line.error && { error: true }),
    ...(line.gap && { gap: true }),
  });
}

const linesPerPart = 2_000;

/** Lines as a file, made in slices so that the window goes on answering. */
export async function linesFile(lines: readonly HeldLine[], write: (line: HeldLine) => string, type: string): Promise<Blob> {
  const parts: string[] = [];
  const all = [...lines];
  for (let from = 0; from < all.length; from += linesPerPart) {
    parts.push(
      `${all
        .slice(from, from + linesPerPart)
        .map(write)
        .join('\n')}\n`,
    );
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new Blob(parts, { type });
}

/** A name for a file of logs: what was followed and when it was saved. */
export function logFileName(title: string, nowMs: number, extension: 'log' | 'jsonl'): string {
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name || 'logs'}-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '')}.${extension}`;
}
