/** Shortest value that is masked: shorter ones are words that stand in any output. */
export const shortestSecret = 6;
/** A line of a value of several lines is masked by itself from this length on. */
const shortestLine = 16;

/**
 * Every form in which a secret may stand in output: plain, percent-encoded, base64 wherever it begins in what is encoded, in JSON, quoted
 * for a shell, hex. Values of several lines also line by line. Empty for one that is too short.
 */
export function encodingsOf(value: string): Uint8Array[] {
  if ([...value].length < shortestSecret) return [];
  const lines = value.includes('\n') ? value.split(/\r?\n/).filter((line) => line.length >= shortestLine) : [];
  const forms = new Set<string>();
  for (const text of [value, ...lines]) for (const form of formsOf(text)) forms.add(form);
  return [...forms].filter((form) => form.length >= shortestSecret).map((form) => new TextEncoder().encode(form));
}

function formsOf(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const hex = bytes.toString('hex');
  const url = encodeURIComponent(text);
  const strict = url.replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    ...[url, strict, new URLSearchParams({ v: text }).toString().slice(2)].flatMap((form) => [
      form,
      lowerEscapes(form),
      form.replaceAll('%20', '+'),
      lowerEscapes(form.replaceAll('%20', '+')),
    ]),
    ...everyByte(bytes),
    ...base64Of(bytes),
    ...[json, json.replaceAll('/', String.raw`\/`)].flatMap((form) => [form, asciiJson(form), asciiJson(form).replaceAll(/\\u[0-9a-f]{4}/g, upperEscape)]),
    htmlJson(json),
    ...shellOf(text),
    hex,
    hex.toUpperCase(),
  ];
}

/** The characters of a base64 text that are the value's alone, for each of the three places where it may begin. */
function base64Of(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(3)]).toString('base64');
    const own = whole.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function shellOf(text: string): string[] {
  const inSingle = text.replaceAll("'", String.raw`'\''`);
  const inSingleToo = text.replaceAll("'", `'"'"'`);
  const inDouble = text.replaceAll(/[\\"$`]/g, String.raw`\$&`);
  // As `printf %q` and `set -x` of bash write it.
  const bare = text.replaceAll(/[^A-Za-z0-9_@%+=:,./-]/g, String.raw`\$&`);
  const ansi = text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`).replaceAll('\t', String.raw`\t`);
  // Compose doubles a dollar where it prints a file.
  return [inSingle, inSingleToo, inDouble, bare, ansi, text.replaceAll('$', '$$$$')];
}

function everyByte(bytes: Uint8Array): string[] {
  const form = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return [form, form.toUpperCase()];
}

function lowerEscapes(form: string): string {
  return form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function asciiJson(form: string): string {
  return form.replaceAll(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function upperEscape(code: string): string {
  return `\\u${code.slice(2).toUpperCase()}`;
}

/** As Go's encoder writes it. */
function htmlJson(form: string): string {
  return form.replaceAll(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
}
