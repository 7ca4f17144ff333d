const [columns, rows] = [17, 9];
const symbols = ' .o+=*BOX@%&#/^SE';
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * The picture that `ssh-keygen -lv` draws of a fingerprint, line by line, without its frame: a bishop walks over a board by two bits of
 * the hash at a time. Two keys that differ look different at a glance. Empty for a fingerprint that is not SHA256.
 */
export function randomArt(fingerprint: string): string[] {
  const base64 = /^SHA256:([A-Za-z0-9+/]{43})$/.exec(fingerprint)?.[1];
  if (base64 === undefined) return [];
  const board = Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
  const most = symbols.length - 1;
  let [x, y] = [Math.floor(columns / 2), Math.floor(rows / 2)];
  const start = [x, y] as const;
  for (let byte of bytesOf(base64)) {
    for (let step = 0; step < 4; step += 1) {
      x = Math.min(columns - 1, Math.max(0, x + ((byte & 1) === 1 ? 1 : -1)));
      y = Math.min(rows - 1, Math.max(0, y + ((byte & 2) === 2 ? 1 : -1)));
      const line = board[y];
      const held = line?.[x];
      if (line !== undefined && held !== undefined && held < most - 2) line[x] = held + 1;
      byte >>= 2;
    }
  }
  const mark = (column: number, row: number, value: number) => {
    const line = board[row];
    if (line !== undefined) line[column] = value;
  };
  mark(start[0], start[1], most - 1);
  mark(x, y, most);
  return board.map((line) => line.map((value) => symbols[value] ?? ' ').join(''));
}

/** The whole bytes of base64 without padding: six bits a digit. */
function bytesOf(base64: string): number[] {
  const bytes: number[] = [];
  let [held, bits] = [0, 0];
  for (const digit of base64) {
    held = (held << 6) | digits.indexOf(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 255);
    held &= (1 << bits) - 1;
  }
  return bytes;
}
