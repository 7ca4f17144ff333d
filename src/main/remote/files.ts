import { createHash } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { execBytes } from './exec.ts';
import type { RemoteTarget } from './remote.ts';
import type { ServerLink } from './serverLink.ts';
import { makeNonce } from './wire.ts';

/** Exit codes of the scripts below; others are failures of tools. */
const exits = { noParent: 41, denied: 42, full: 43, damaged: 44, isDirectory: 45, noFile: 46, tooLarge: 47 } as const;

const classify = `
classify() {
  case $1 in
    *"No space left"* | *"quota exceeded"*) exit ${exits.full} ;;
    *"ermission denied"* | *"not permitted"* | *"Read-only"*) exit ${exits.denied} ;;
  esac
  printf '%s\\n' "$1" >&2
  exit 1
}
LC_ALL=C
export LC_ALL
`;

/** Writes stdin to `PH_PATH`: into a hidden file beside it, checked against `PH_SUM`, then renamed over it. */
export const writeFileScript = `set -u
${classify}
directory=\${PH_PATH%/*}
[ -n "$directory" ] || directory=/
[ -d "$directory" ] || exit ${exits.noParent}
[ ! -d "$PH_PATH" ] || exit ${exits.isDirectory}
part=$directory/.pilothouse-$PH_NONCE
trap 'rm -f "$part"' EXIT
trap 'exit 143' HUP INT TERM
umask 077
said=$({ cat >"$part"; } 2>&1) || classify "$said"
sum=$(sha256sum <"$part") || exit 1
[ "\${sum%% *}" = "$PH_SUM" ] || exit ${exits.damaged}
said=$({ chmod "$PH_MODE" "$part" && mv -f "$part" "$PH_PATH"; } 2>&1) || classify "$said"
`;

/** Prints the file `PH_PATH`, unless it has more than `PH_MOST` bytes. */
export const readFileScript = `set -u
${classify}
[ -e "$PH_PATH" ] || [ -L "$PH_PATH" ] || exit ${exits.noFile}
[ ! -d "$PH_PATH" ] || exit ${exits.isDirectory}
[ -r "$PH_PATH" ] || exit ${exits.denied}
size=$(wc -c <"$PH_PATH") || exit 1
[ "$size" -le "$PH_MOST" ] || exit ${exits.tooLarge}
exec cat "$PH_PATH"
`;

/** See `RemoteServer.writeFile`. Throws `remote.disk-full`, `remote.permission-denied`, `remote.command-failed`. */
export async function writeRemoteFile(
  link: ServerLink,
  target: RemoteTarget,
  path: string,
  bytes: Uint8Array,
  options: { mode: number; sudo?: boolean; signal?: AbortSignal },
): Promise<void> {
  const env = {
    PH_PATH: absolute(path),
    PH_MODE: options.mode.toString(8).padStart(4, '0'),
    PH_SUM: createHash('sha256').update(bytes).digest('hex'),
    PH_NONCE: makeNonce(),
  };
  await run(link, target, `write ${path}`, { script: writeFileScript, env, stdin: bytes, lane: 'bulk', ...access(options) }, path, 0);
}

/** See `RemoteServer.readFile`. Throws `remote.output-too-large`, `remote.permission-denied`, `remote.command-failed`. */
export async function readRemoteFile(
  link: ServerLink,
  target: RemoteTarget,
  path: string,
  options: { maxBytes: number; sudo?: boolean; signal?: AbortSignal },
): Promise<Uint8Array> {
  const env = { PH_PATH: absolute(path), PH_MOST: String(options.maxBytes) };
  return run(link, target, `read ${path}`, { script: readFileScript, env, lane: 'bulk', ...access(options) }, path, options.maxBytes);
}

type FileRun = Omit<Parameters<typeof execBytes>[2], 'timeoutMs'>;

async function run(link: ServerLink, target: RemoteTarget, what: string, request: FileRun, path: string, maxBytes: number): Promise<Buffer> {
  const server = target.name;
  const result = await execBytes(link, target, { ...request, maxOutputBytes: Math.max(maxBytes, 65_536), timeoutMs: 600_000 });
  const failed = (output: string) => new AppError('remote.command-failed', { server, what, exitCode: result.exitCode, signal: result.signal, output });
  switch (result.exitCode) {
    case 0:
      return result.stdout;
    case exits.noParent:
      throw failed('the directory does not exist');
    case exits.denied:
      throw new AppError('remote.permission-denied', { server, what });
    case exits.full:
      throw new AppError('remote.disk-full', { server, path });
    case exits.damaged:
      throw failed('what arrived is not what was sent; the file was not changed');
    case exits.isDirectory:
      throw failed('it is a directory');
    case exits.noFile:
      throw failed('there is no such file');
    case exits.tooLarge:
      throw new AppError('remote.output-too-large', { server, what, limitBytes: maxBytes });
    default:
      throw failed(result.stderr.toString('utf8').slice(-2000));
  }
}

function access(options: { sudo?: boolean; signal?: AbortSignal }): { sudo: boolean; signal?: AbortSignal } {
  return { sudo: options.sudo ?? false, ...(options.signal === undefined ? {} : { signal: options.signal }) };
}

function absolute(path: string): string {
  if (path.startsWith('/') && !path.endsWith('/')) return path;
  throw new AppError('input.invalid', { issues: [{ path: 'path', message: 'the path of a file on a server begins with "/" and does not end with it' }] });
}
