/** A variable that a compose file asks for. */
export interface UsedVariable {
  name: string;
  /** It has a default, or an error of its own, so that nothing is amiss without it. */
  covered: boolean;
}

/** A text with its variables filled in. */
export interface Interpolated {
  text: string;
  used: UsedVariable[];
}

const maxDepth = 8;
const maxLength = 200_000;

/**
 * Fills in variables as Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}`, `${NAME:?problem}`,
 * also nested; `$$` is one dollar. Names in `kept` stay as they are: values that are known elsewhere, as secrets.
 * Source: https://docs.docker.com/reference/compose-file/interpolation
 */
export function interpolate(text: string, values: ReadonlyMap<string, string>, kept: ReadonlySet<string> = new Set(), depth = 0): Interpolated {
  if (!text.includes('$') || depth > maxDepth || text.length > maxLength) return { text, used: [] };
  const used: UsedVariable[] = [];
  let result = '';
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) {
      result += text.slice(at);
      break;
    }
    result += text.slice(at, dollar);
    const plain = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(text.slice(dollar, dollar + 200));
    if (text[dollar + 1] === '$') {
      result += '$';
      at = dollar + 2;
    } else if (plain?.[1] !== undefined) {
      used.push({ name: plain[1], covered: kept.has(plain[1]) });
      result += kept.has(plain[1]) ? `\${${plain[1]}}` : (values.get(plain[1]) ?? '');
      at = dollar + plain[0].length;
    } else if (text[dollar + 1] === '{') {
      const end = closing(text, dollar + 2);
      const inner = braced(text.slice(dollar + 2, end), values, kept, depth);
      result += inner.text;
      used.push(...inner.used);
      at = end + 1;
    } else {
      result += '$';
      at = dollar + 1;
    }
  }
  return { text: result, used };
}

function closing(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{' && text[at - 1] === '$') open += 1;
    if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return text.length;
}

function braced(inner: string, values: ReadonlyMap<string, string>, kept: ReadonlySet<string>, depth: number): Interpolated {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([\s\S]*))?$/.exec(inner);
  const name = match?.[1];
  if (name === undefined) return { text: `\${${inner}}`, used: [] };
  const operator = match?.[2];
  const covered = operator !== undefined || kept.has(name);
  if (kept.has(name)) return { text: `\${${name}}`, used: [{ name, covered }] };
  const value = values.get(name);
  const isSet = value !== undefined && (operator?.startsWith(':') ? value !== '' : true);
  const other = (): Interpolated => interpolate(match?.[3] ?? '', values, kept, depth + 1);
  if (operator?.endsWith('-') && !isSet) {
    const fallback = other();
    return { text: fallback.text, used: [{ name, covered }, ...fallback.used] };
  }
  if (operator?.endsWith('+')) {
    const instead = isSet ? other() : { text: '', used: [] };
    return { text: instead.text, used: [{ name, covered }, ...instead.used] };
  }
  return { text: value ?? '', used: [{ name, covered }] };
}
