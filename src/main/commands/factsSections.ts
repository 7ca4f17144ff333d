import { AppError } from '../../shared/errors.ts';
import { factsHeader, factsProbeLimitS } from './factsScript.ts';
import { firstLine } from './text.ts';

/** What one probe of the facts script left: its exit status and its lines. */
export interface FactsSection {
  status: number;
  lines: readonly string[];
}

/** The facts that could not be read, and the sections they are read from. */
export class FactsSections {
  readonly unknowns: { what: string; why: string }[] = [];
  readonly #sections: ReadonlyMap<string, FactsSection>;

  constructor(sections: ReadonlyMap<string, FactsSection>) {
    this.#sections = sections;
  }

  /** A section that the script left out counts as a tool that is not there. */
  get(name: string): FactsSection {
    return this.#sections.get(name) ?? { status: 127, lines: [] };
  }

  /** Names something that could not be read. */
  unknown(what: string, why: string): void {
    this.unknowns.push({ what, why });
  }

  /** Why a section gave nothing, in words. */
  why(name: string, tool: string): string {
    const { status, lines } = this.get(name);
    if (status === 124 || status === 137) return `${tool} did not answer within ${factsProbeLimitS} s`;
    if (status === 127) return `${tool} is not there`;
    const said = firstLine(lines);
    return said === '' ? `${tool} gave nothing (exit ${status})` : `${tool}: ${said}`;
  }
}

/**
 * Takes the output of `factsScript` apart. What a login prints before it is passed over. Throws `remote.unparsable` when the
 * format is another, or the end is missing: half of the facts could be taken for the whole.
 */
export function splitFactsSections(output: string, server: string): FactsSections {
  const lines = output.split('\n').map((line) => line.replace(/\r$/, ''));
  const start = lines.indexOf(factsHeader);
  const end = lines.indexOf('@end', Math.max(start, 0));
  if (start < 0 || end < 0) {
    throw new AppError('remote.unparsable', { server, what: 'facts', excerpt: firstLine(lines.slice(start < 0 ? 0 : -3), 300) });
  }
  const sections = new Map<string, FactsSection>();
  let current: string[] = [];
  for (const line of lines.slice(start + 1, end)) {
    const head = /^@([a-z-]{1,40}) (\d{1,3})$/.exec(line);
    if (head?.[1] !== undefined && head[2] !== undefined) {
      current = [];
      sections.set(head[1], { status: Number(head[2]), lines: current });
    } else if (line.startsWith(' ') && line.length > 1) {
      current.push(line.slice(1));
    }
  }
  return new FactsSections(sections);
}
