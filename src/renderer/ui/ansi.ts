/** A stretch of text of one look. `tone` is a class name of the visual language, null for plain. */
export interface AnsiSpan {
  text: string;
  tone: string | null;
  bold: boolean;
  italic?: true;
  underline?: true;
}

const basic = ['text-faint', 'text-bad', 'text-good', 'text-warn', 'text-info', 'text-info', 'text-accent', 'text-text'] as const;

// Control sequences (CSI), operating-system commands (OSC), device strings, other escapes, and stray control characters; ECMA-48.
const escapes = new RegExp(
  [
    String.raw`(?:\u001b\[|\u009b)([0-9;:?]*)[ -/]*([@-~])`,
    String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)`,
    String.raw`\u001b[PX^_][^\u001b]*\u001b\\`,
    String.raw`\u001b[ -/]*[0-Z\\^-~]`,
    String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]`,
  ].join('|'),
  'g',
);
// These turn text around, so that it reads as something else; they are shown as what cannot be shown.
const turners = String.raw`\u202a-\u202e\u2066-\u2069`;
const turning = new RegExp(`[${turners}]`, 'g');
const anyControl = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f${turners}]`);

/** What a line shows once carriage returns have been obeyed: progress bars rewrite their line. */
export function lastRewrite(line: string): string {
  const trimmed = line.endsWith('\r') ? line.slice(0, -1) : line;
  const at = trimmed.lastIndexOf('\r');
  return at < 0 ? trimmed : trimmed.slice(at + 1);
}

/** The text of a line without anything that is not text; the same string where there is nothing else. */
export function plainText(line: string): string {
  if (!anyControl.test(line)) return line;
  return lastRewrite(line).replace(turning, '\ufffd').replace(escapes, '');
}

/** The hue of the visual language that is nearest to a colour; greys by how light they are. */
function toneOfRgb(red: number, green: number, blue: number): string | null {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 32) return most < 160 ? 'text-faint' : null;
  if (blue === most) return green > red && green > blue * 0.75 ? 'text-accent' : 'text-info';
  if (red === most) return green > red * 0.55 ? 'text-warn' : blue > red * 0.6 ? 'text-info' : 'text-bad';
  return red > green * 0.75 ? 'text-warn' : blue > green * 0.75 ? 'text-accent' : 'text-good';
}

/** The same for the 256 colours of xterm: 16 named, a cube of 6×6×6, 24 greys. */
function toneOf256(colour: number): string | null {
  if (colour < 16) return basic[colour % 8] ?? null;
  if (colour >= 232) return colour < 246 ? 'text-faint' : null;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = colour - 16;
  return toneOfRgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

type Look = Omit<AnsiSpan, 'text'>;
const plainLook: Look = { tone: null, bold: false };

/** The look after the numbers of a "select graphic rendition". Backgrounds are left out: they would break the contrast of the theme. */
function lookAfter(look: Look, codes: readonly number[]): Look {
  let { tone, bold, italic, underline } = look;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 0) {
      ({ tone, bold } = plainLook);
      italic = undefined;
      underline = undefined;
    } else if (code === 1) bold = true;
    else if (code === 2) tone ??= 'text-faint';
    else if (code === 3) italic = true;
    else if (code === 4) underline = true;
    else if (code === 22) bold = false;
    else if (code === 23) italic = undefined;
    else if (code === 24) underline = undefined;
    else if (code === 39) tone = null;
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) tone = basic[code % 10] ?? null;
    else if (code === 38 || code === 48) {
      const isIndexed = codes[index + 1] === 5;
      const [red = 0, green = 0, blue = 0] = codes.slice(index + 2, index + 5);
      if (code === 38) tone = isIndexed ? toneOf256(red) : toneOfRgb(red, green, blue);
      index += isIndexed ? 2 : 4;
    }
  }
  return { tone, bold, ...(italic && { italic }), ...(underline && { underline }) };
}

/** Splits a line of output into spans: colours and weight are kept, every other escape sequence is taken out, never obeyed. */
export function parseAnsi(line: string): AnsiSpan[] {
  if (!anyControl.test(line)) return line === '' ? [] : [{ text: line, ...plainLook }];
  const text = lastRewrite(line).replace(turning, '\ufffd');
  const spans: AnsiSpan[] = [];
  let look = plainLook;
  let from = 0;
  const push = (until: number) => {
    if (until > from) spans.push({ text: text.slice(from, until), ...look });
  };
  for (const match of text.matchAll(escapes)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') look = lookAfter(look, (match[1] || '0').split(/[;:]/).map(Number));
  }
  push(text.length);
  return spans;
}
