import { setImmediate } from 'node:timers/promises';
import { readSeriesLine } from './readSeriesLine.ts';
import type { Family, Scrape, Series } from './scrape.ts';

/** How much of a scrape is read. */
export interface ScrapeLimits {
  /** Of the whole text. */
  characters: number;
  lineCharacters: number;
  series: number;
  families: number;
}

/** A vLLM says about 600 lines, a Weaviate with many collections some 20,000. */
export const scrapeLimits: ScrapeLimits = { characters: 16 * 1024 * 1024, lineCharacters: 32 * 1024, series: 50_000, families: 5_000 };

const longestHelp = 500;

/**
 * Reads the text formats of Prometheus 0.0.4, 1.0.0 (names in quotes) and OpenMetrics 1.0: comments, labels with escapes, timestamps,
 * exemplars (passed over). Never fails: a line that is none is counted and left out. `wants`: only names that it says yes to are kept, and
 * only they count towards the limit. Sources: https://prometheus.io/docs/instrumenting/exposition_formats/,
 * https://prometheus.io/docs/specs/om/open_metrics_spec/.
 */
export function parseScrape(text: string, options: ScrapeOptions = {}): Scrape {
  const steps = scrapeSteps(text, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same, and others have their turn in between: a scrape of many megabytes takes half a second. */
export async function parseScrapeInTurns(text: string, options: ScrapeOptions = {}): Promise<Scrape> {
  const steps = scrapeSteps(text, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await setImmediate();
  }
}

/** `wants`: only these names; `limits`: others than the usual. */
export interface ScrapeOptions {
  wants?: (name: string) => boolean;
  limits?: Partial<ScrapeLimits>;
}

/** What is read at a time, whichever comes first: some milliseconds. */
const linesTogether = 4_000;
const charactersTogether = 256 * 1024;

function* scrapeSteps(text: string, options: ScrapeOptions): Generator<void, Scrape, void> {
  const limits = { ...scrapeLimits, ...options.limits };
  const openMetrics = endsWithMark(text);
  const series = new Map<string, Series[]>();
  const families = new Map<string, Family>();
  let [kept, badLines, truncated] = [0, 0, text.length > limits.characters];
  const end = Math.min(text.length, limits.characters);
  let [lines, restedAt] = [0, 0];
  for (let at = 0; at < end; ) {
    lines += 1;
    if (lines >= linesTogether || at - restedAt >= charactersTogether) {
      yield;
      [lines, restedAt] = [0, at];
    }
    const newline = text.indexOf('\n', at);
    const lineEnd = newline < 0 || newline > end ? end : newline;
    const from = at;
    at = lineEnd + 1;
    // What is cut off in the middle may look whole, as `1` of `12`.
    if (lineEnd === end && end < text.length && text[end] !== '\n') break;
    if (lineEnd - from > limits.lineCharacters) {
      truncated = true;
      continue;
    }
    const line = text.slice(from, lineEnd).trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      if (families.size >= limits.families) truncated = true;
      else readComment(line, families);
      continue;
    }
    const read = readSeriesLine(line, openMetrics, options.wants);
    if (read === 'unwanted') continue;
    if (read === null) {
      badLines += 1;
      continue;
    }
    if (kept >= limits.series) {
      truncated = true;
      break;
    }
    kept += 1;
    const known = series.get(read.name);
    if (known === undefined) series.set(read.name, [read.series]);
    else known.push(read.series);
  }
  return { series, families, badLines, truncated };
}

/** Only OpenMetrics ends with a mark, and only there times are in seconds. */
function endsWithMark(text: string): boolean {
  return text.slice(-16).trimEnd().endsWith('# EOF');
}

function readComment(line: string, families: Map<string, Family>): void {
  const [mark, keyword = '', name = ''] = line.split(/[ \t]+/, 3);
  if (mark !== '#' || name === '' || (keyword !== 'TYPE' && keyword !== 'HELP' && keyword !== 'UNIT')) return;
  const rest = line.slice(line.indexOf(name, line.indexOf(keyword) + keyword.length) + name.length).trim();
  const bare = name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name;
  const family = families.get(bare) ?? { type: '', unit: '', help: '' };
  if (keyword === 'TYPE') family.type = rest.toLowerCase().slice(0, 20);
  else if (keyword === 'UNIT') family.unit = rest.slice(0, 50);
  else family.help = rest.slice(0, longestHelp);
  families.set(bare, family);
}
