/** How the value of a line is written: without quotes, or in which. */
type Quote = '' | '"' | "'";

/** One variable of an env file. */
export interface EnvEntry {
  key: string;
  /** Text of the value as it stands there, without its quotes. */
  raw: string;
  quote: Quote;
  /** Where `raw` begins in the text. */
  at: number;
  /** 1-based. */
  line: number;
}

/** What is wrong with an env file, or its variables in order. */
export type ReadEnvText = { ok: true; entries: EnvEntry[] } | { ok: false; line: number; problem: string };

const mark = '\u0000';
const keyPattern = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(=|:(?=[ \t])|$)[ \t]*/;

/**
 * Reads the variables of an env file as Compose does: `KEY=value`, quotes over several lines, comments after a blank. A key without a
 * value is left out: Compose takes it from its own environment, which a server does not share. Never repeats a value in a problem.
 * Source: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 */
export function readEnvText(text: string): ReadEnvText {
  const entries: EnvEntry[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const end = lineEnd(text, at);
    const content = text.slice(at, end);
    const indent = /^[ \t]*/.exec(content)?.[0].length ?? 0;
    if (/^[ \t\r]*(#|$)/.test(content)) {
      at = end + 1;
      line += 1;
      continue;
    }
    const match = keyPattern.exec(content.slice(indent).replace(/\r$/, ''));
    if (match?.[1] === undefined) return { ok: false, line, problem: 'a line has to be KEY=value' };
    if (match[2] === '') {
      at = end + 1;
      line += 1;
      continue;
    }
    const from = at + indent + match[0].length;
    const value = readValue(text, from, end);
    if (value === null) return { ok: false, line, problem: `the quotes of ${match[1]} are not closed` };
    entries.push({ key: match[1], raw: value.raw, quote: value.quote, at: value.at, line });
    const next = lineEnd(text, value.end);
    line += text.slice(at, next).split('\n').length;
    at = next + 1;
  }
  return { ok: true, entries };
}

function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found;
}

function readValue(text: string, from: number, end: number): { raw: string; quote: Quote; at: number; end: number } | null {
  const quote = text[from];
  if (quote === '"' || quote === "'") {
    for (let at = from + 1; at < text.length; at += 1) {
      if (text[at] === '\\' && quote === '"') at += 1;
      else if (text[at] === quote) return { raw: text.slice(from + 1, at), quote, at: from + 1, end: at + 1 };
    }
    return null;
  }
  const raw = text
    .slice(from, end)
    .replace(/(^|[ \t])#.*$/s, '')
    .replace(/[ \t\r]+$/, '');
  return { raw, quote: '', at: from, end };
}

/** The value of a line as a container gets it, before variables in it are filled in. */
export function decodeEnvValue(raw: string, quote: Quote): string {
  if (quote !== '"') return raw;
  const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', '"': '"' };
  return raw.replaceAll(/\\(.)/gs, (whole, letter: string) => escapes[letter] ?? whole);
}

/** Writes a value so that Compose reads exactly it, inside the quotes that are there already. Null: it cannot be said there. */
export function encodeEnvValue(value: string, quote: Quote): string | null {
  if (quote === "'") return value.includes("'") ? null : value;
  if (quote === '"')
    return value
      .replaceAll(/[\\"$]/g, String.raw`\$&`)
      .replaceAll('\n', String.raw`\n`)
      .replaceAll('\r', String.raw`\r`);
  if (/^[^\s"'`$\\#][^\s$\\]*$/.test(value) || value === '') return value;
  return value.includes("'") ? `"${encodeEnvValue(value, '"')}"` : `'${value}'`;
}

/** A secret that was found in an env file. */
export interface SealedValue {
  name: string;
  value: string;
}

/**
 * Takes secrets out of an env file: each value becomes the secret's name between two NULs, everything else stays as it is, byte by byte.
 * `nameOf` says under which name a value is kept, null for one that is no secret. Values that Compose would still fill in stay.
 */
export function sealEnvText(
  text: string,
  entries: readonly EnvEntry[],
  nameOf: (key: string, value: string) => string | null,
): { text: string; sealed: SealedValue[] } {
  const sealed: SealedValue[] = [];
  let out = '';
  let from = 0;
  for (const entry of entries) {
    const fillsIn = entry.quote !== "'" && /(^|[^\\])\$/.test(entry.raw);
    const plain = decodeEnvValue(entry.raw, entry.quote).replaceAll(/\\\$/g, '$');
    const name = fillsIn || plain === '' ? null : nameOf(entry.key, plain);
    if (name === null) continue;
    // What is written in an unusual way is kept as it is written: the file on the server is to be the same, byte by byte.
    const usual = encodeEnvValue(plain, entry.quote) === entry.raw;
    sealed.push({ name, value: usual ? plain : entry.raw });
    out += `${text.slice(from, entry.at)}${mark}${usual ? '' : '='}${name}${mark}`;
    from = entry.at + entry.raw.length;
  }
  return { text: out + text.slice(from), sealed };
}

/** Puts secrets back. `missing` gets the names of those that are not there. */
export function fillEnvText(text: string, secrets: Readonly<Record<string, string>>, missing?: (name: string) => void): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what no env file can hold
  return text.replaceAll(/(.?)\u0000(=?)([A-Za-z_][A-Za-z0-9_]*)\u0000/gs, (_whole, before: string, unusual: string, name: string) => {
    const value = secrets[name];
    if (value === undefined) {
      missing?.(name);
      return before;
    }
    const quote = before === '"' || before === "'" ? before : '';
    return before + (unusual === '=' ? value : (encodeEnvValue(value, quote) ?? value));
  });
}

/** Replaces each sealed value by what a plan may show: the variable of that name. */
export function showEnvText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what no env file can hold
  return text.replaceAll(/\u0000=?([A-Za-z_][A-Za-z0-9_]*)\u0000/g, '‹$1›');
}

/** The text with a variable of its name in place of each secret. */
export function nameSecrets(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what no env file can hold
  return text.replaceAll(/\u0000=?([A-Za-z_][A-Za-z0-9_]*)\u0000/g, (_whole, name: string) => `\${${name}}`);
}

/** Names of the secrets of a text, in order. */
export function secretsInEnvText(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what no env file can hold
  return [...text.matchAll(/\u0000=?([A-Za-z_][A-Za-z0-9_]*)\u0000/g)].map((match) => match[1] ?? '');
}
