import { AppError } from '../../shared/errors.ts';
import { pathBytes } from '../../shared/model/remotePath.ts';

/**
 * A path as the value of an environment variable that shell scripts turn back by `unescape` of `pathPreamble`: letters, digits and a
 * few signs as they are, every other byte as `\0` and three octal digits. Throws `input.invalid` for one with NUL.
 */
export function escapedPath(path: string): string {
  let text = '';
  for (const byte of pathBytes(path)) {
    if (byte === 0) throw new AppError('input.invalid', { issues: [{ path: 'path', message: 'a path holds no NUL' }] });
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9/._-]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return text;
}

/** Exit codes by which scripts say what stood in the way; others are failures of tools. */
export const pathExits = {
  noParent: 41,
  denied: 42,
  full: 43,
  damaged: 44,
  isDirectory: 45,
  noFile: 46,
  tooLarge: 47,
  notDirectory: 48,
  notRegular: 49,
  exists: 50,
  changed: 51,
  ownerLost: 52,
  short: 53,
} as const;

/**
 * Begins every script that works on paths. `unescape NAME VALUE` sets a variable to what `escapedPath` wrote; a path that does not begin
 * with `/` lies below the login's home, as for scp. `hash SIZE` prints the SHA-256 of its standard input of about that size, by the
 * quicker of two tools: many a sha256sum makes no use of what the processor can do. `classify TEXT` ends the script by what a tool said.
 */
export const pathPreamble = `set -u
LC_ALL=C
export LC_ALL
unescape() {
  unescaped=$(printf '%b.' "$2")
  eval "$1=\\\${unescaped%.}"
}
place() {
  unescape "$1" "$2"
  case $unescaped in
    /*) ;;
    '~/'*) eval "$1=\\\${HOME:-.}/\\\${$1#??}" ;;
    *) eval "$1=\\\${HOME:-.}/\\$$1" ;;
  esac
}
hash() {
  if [ "$1" -gt 1000000 ] && command -v openssl >/dev/null 2>&1; then
    hashed=$(openssl dgst -sha256 -r) || return 1
  else
    hashed=$(sha256sum) || return 1
  fi
  printf '%s' "\${hashed%% *}"
}
directory_of() {
  directory=\${1%/*}
  [ -n "$directory" ] || directory=/
}
classify() {
  case $1 in
    *"No space left"* | *"quota exceeded"*) exit ${pathExits.full} ;;
    *"ermission denied"* | *"not permitted"* | *"Read-only"* | *"read-only"*) exit ${pathExits.denied} ;;
    *"Not a directory"*) exit ${pathExits.notDirectory} ;;
    *"No such file"* | *nonexistent*) exit ${pathExits.noFile} ;;
  esac
  printf '%s\\n' "$1" >&2
  exit 1
}
`;
