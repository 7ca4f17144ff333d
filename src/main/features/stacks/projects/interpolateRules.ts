/** A text with its variables filled in. */
export interface Interpolated {
  text: string;
  /** Variables that have no value and no default: Compose warns and leaves them empty. */
  unset: string[];
  /** What `${NAME:?words}` says of a variable that is missing, or what cannot be read. */
  problems: string[];
}

/**
 * Fills in variables as Compose does: `$NAME`, `${NAME}`, `:-` and `-` for a default, `:?` and `?` for a demand, `:+` and `+` for a
 * replacement, one inside the other; `$$` is a dollar.
 * Source: https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(text: string, lookup: (name: string) => string | undefined): Interpolated {
  const unset: string[] = [];
  const problems: string[] = [];

  const fill = (source: string): string => {
    let out = '';
    for (let at = 0; at < source.length; at += 1) {
      if (source[at] !== '$') {
        out += source[at] ?? '';
        continue;
      }
      if (source[at + 1] === '$') {
        out += '$';
        at += 1;
        continue;
      }
      const plain = /^[A-Za-z_][A-Za-z0-9_]*/.exec(source.slice(at + 1))?.[0];
      if (plain !== undefined) {
        out += found(plain);
        at += plain.length;
        continue;
      }
      const end = source[at + 1] === '{' ? closing(source, at + 2) : -1;
      if (end < 0) {
        problems.push(`${source.slice(at, at + 40)} is no variable`);
        return out;
      }
      out += braced(source.slice(at + 2, end));
      at = end;
    }
    return out;
  };

  const found = (name: string): string => {
    const value = lookup(name);
    if (value === undefined) unset.push(name);
    return value ?? '';
  };

  const braced = (body: string): string => {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])(.*))?$/s.exec(body);
    const name = match?.[1];
    if (name === undefined) {
      problems.push(`\${${body.slice(0, 40)}} is no variable`);
      return '';
    }
    const [how, word] = [match?.[2], match?.[3] ?? ''];
    if (how === undefined) return found(name);
    const value = lookup(name);
    const there = value !== undefined && !(how.startsWith(':') && value === '');
    if (how.endsWith('-')) return there ? value : fill(word);
    if (how.endsWith('+')) return there ? fill(word) : '';
    if (!there) problems.push(`${name} is needed${word === '' ? '' : `: ${fill(word).slice(0, 200)}`}`);
    return value ?? '';
  };

  return { text: fill(text), unset: [...new Set(unset)], problems };
}

/** Where the brace closes that opened before `from`; -1: it does not. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '$' && text[at + 1] === '{') {
      depth += 1;
      at += 1;
    } else if (text[at] === '}') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}
