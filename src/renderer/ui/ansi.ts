/** A stretch of text of one look. `tone` is a class name of the visual language, null for plain. */
export interface AnsiSpan {
  text: string;
  tone: string | null;
  bold: boolean;
}

const tones: Record<number, string | null> = {
  30: 'text-faint',
  31: 'text-bad',
  32: 'text-good',
  33: 'text-warn',
  34: 'text-info',
  35: 'text-info',
  36: 'text-accent',
  37: 'text-text',
  39: null,
  90: 'text-faint',
  91: 'text-bad',
  92: 'text-good',
  93: 'text-warn',
  94: 'text-info',
  95: 'text-info',
  96: 'text-accent',
  97: 'text-text',
};

// Control sequences (CSI), operating-system commands (OSC), other escapes, and stray control characters; ECMA-48.
const escapes = new RegExp(
  [
    String.raw`\u001b\[([0-9;:?]*)[ -/]*([@-~])`,
    String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)`,
    String.raw`\u001b[ -/]*[0-Z\\^-~]`,
    String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001b-\u001f\u007f]`,
  ].join('|'),
  'g',
);

/** What a line shows once carriage returns have been obeyed: progress bars rewrite their line. */
export function lastRewrite(line: string): string {
  const trimmed = line.endsWith('\r') ? line.slice(0, -1) : line;
  const at = trimmed.lastIndexOf('\r');
  return at < 0 ? trimmed : trimmed.slice(at + 1);
}

/** Splits a line of output into spans: colours and bold are kept, every other escape sequence is taken out, never obeyed. */
export function parseAnsi(line: string): AnsiSpan[] {
  const text = lastRewrite(line);
  const spans: AnsiSpan[] = [];
  let tone: string | null = null;
  let bold = false;
  let from = 0;
  const push = (until: number) => {
    if (until > from) spans.push({ text: text.slice(from, until), tone, bold });
  };
  for (const match of text.matchAll(escapes)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] !== 'm') continue;
    for (const code of (match[1] || '0').split(/[;:]/).map(Number)) {
      if (code === 0) {
        tone = null;
        bold = false;
      } else if (code === 1) bold = true;
      else if (code === 22) bold = false;
      else if (code in tones) tone = tones[code] ?? null;
      // 256-colour and true-colour arguments follow; they have no tone here.
      else if (code === 38 || code === 48) break;
    }
  }
  push(text.length);
  return spans;
}
