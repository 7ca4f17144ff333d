import { hostKeyOf } from '../../remote/hostKeys.ts';
import { keyBits } from '../../remote/sshSignature.ts';

/** One key line of an authorized_keys file (https://man.openbsd.org/sshd.8#AUTHORIZED_KEYS_FILE_FORMAT). */
export interface KeyLine {
  type: string;
  bits: number | null;
  fingerprint: string;
  comment: string;
  /** What stands before the key, as it stands. */
  options: string;
  /** From 1. */
  line: number;
}

const keyType = /^(ssh-|ecdsa-|sk-)/;

/** The keys of a file, given with one character per byte, in their order; comments and lines that sshd could not read are passed over. */
export function readKeyLines(text: string): KeyLine[] {
  return text.split('\n').flatMap((line, index) => {
    const read = readKeyLine(line);
    return read === null ? [] : [{ ...read, line: index + 1 }];
  });
}

/** A line as a key; null: it is none. */
export function readKeyLine(line: string): Omit<KeyLine, 'line'> | null {
  const trimmed = line.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return null;
  const options = keyType.test(trimmed) ? '' : leadingOptions(trimmed);
  const [type = '', base64 = '', ...comment] = trimmed
    .slice(options.length)
    .trim()
    .split(/[ \t]+/);
  const blob = Buffer.from(base64, 'base64');
  const key = hostKeyOf(blob);
  if (key.type === '' || key.type !== type) return null;
  return { type, bits: keyBits(blob), fingerprint: key.fingerprint, comment: Buffer.from(comment.join(' '), 'latin1').toString('utf8'), options };
}

/** Options run to the first blank that is not inside quotes. */
function leadingOptions(line: string): string {
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === '"') quoted = !quoted;
    else if (!quoted && (line[at] === ' ' || line[at] === '\t')) return line.slice(0, at);
  }
  return line;
}

/** The file with a key in it, at its end; the same text when it is there already, without options that would bind it. */
export function withKey(text: string, publicKey: string): string {
  const wanted = readKeyLine(publicKey)?.fingerprint;
  if (readKeyLines(text).some(({ fingerprint, options }) => fingerprint === wanted && options === '')) return text;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${Buffer.from(publicKey.trim(), 'utf8').toString('latin1')}\n`;
}

/** The file without any line of a key; everything else stays as it is. */
export function withoutKey(text: string, fingerprint: string): string {
  const gone = new Set(readKeyLines(text).flatMap((key) => (key.fingerprint === fingerprint ? [key.line] : [])));
  return text
    .split('\n')
    .filter((_line, index) => !gone.has(index + 1))
    .join('\n');
}
