/** Options of a docker command line, taken apart. */
export interface ParsedOptions {
  /** Values by long name without dashes; flags hold `true`. Repeated ones come in order. */
  options: Map<string, string[]>;
  rest: string[];
  unknown: string | null;
}

/**
 * Takes leading options off `args`. `known` maps every spelling (`-f`, `--file`) to its long name and whether it takes a value. With
 * `anywhere` options may stand between words too; otherwise the first word ends them.
 */
export function parseOptions(
  args: readonly string[],
  known: Readonly<Record<string, readonly [name: string, takesValue: boolean]>>,
  anywhere: boolean,
): ParsedOptions {
  const options = new Map<string, string[]>();
  const rest: string[] = [];
  const add = (name: string, value: string): void => {
    options.set(name, [...(options.get(name) ?? []), value]);
  };
  const pending = [...args];
  while (pending.length > 0) {
    const arg = pending.shift() ?? '';
    if (arg === '--') {
      rest.push(...pending);
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      rest.push(arg);
      if (anywhere) continue;
      rest.push(...pending);
      break;
    }
    const cut = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const spelling = cut === -1 ? arg : arg.slice(0, cut);
    const found = known[spelling];
    if (found) {
      if (!found[1]) add(found[0], cut === -1 ? 'true' : arg.slice(cut + 1));
      else add(found[0], cut === -1 ? (pending.shift() ?? '') : arg.slice(cut + 1));
      continue;
    }
    // Short flags in one word: `-aq`, `-fdata`.
    const first = known[arg.slice(0, 2)];
    if (arg.startsWith('--') || !first || arg.length < 3) return { options, rest, unknown: arg };
    if (first[1]) add(first[0], arg.slice(2).replace(/^=/, ''));
    else {
      add(first[0], 'true');
      pending.unshift(`-${arg.slice(2)}`);
    }
  }
  return { options, rest, unknown: null };
}
