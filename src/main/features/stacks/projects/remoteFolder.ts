import { posix } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { commandFailed } from '../release/stackServer.ts';
import { type FolderFile, linkKind, projectLimits } from './readFolder.ts';
import type { ProjectFolder } from './takeProject.ts';

const maxBytes = 16 * 1024 * 1024;
const textBytes = 1024 * 1024;

/** Prints `dir`, `file` or `none` for the paths of stdin, below `PH_ROOT`, one a line. */
export const kindsScript = `set -eu
cd "$PH_ROOT"
while IFS= read -r path; do
  if [ -d "$path" ]; then echo dir; elif [ -e "$path" ]; then echo file; else echo none; fi
done
`;

/**
 * Prints files of stdin's paths, and those below them where they are folders: `MODE KIND PATH`, then the bytes in base64 on one line.
 * Exit 65: one is neither file, folder nor link; 66: there are more than `PH_MOST` bytes. `PH_ROOT`, `PH_MOST`, `PH_SKIP` (folders that are left out).
 */
export const filesScript = `set -eu
cd "$PH_ROOT"
total=0
tell() {
  case "
$PH_SKIP
" in *"
$1
"*) return 0 ;; esac
  if [ -L "$1" ]; then
    printf '777 link %s\\n%s\\n' "$1" "$(readlink "$1" | tr -d '\\n' | base64 | tr -d '\\n')"
  elif [ -d "$1" ]; then
    for inside in "$1"/* "$1"/.[!.]*; do
      if [ -e "$inside" ] || [ -L "$inside" ]; then tell "\${inside#./}"; fi
    done
  elif [ -f "$1" ]; then
    total=$((total + $(wc -c <"$1")))
    if [ "$total" -gt "$PH_MOST" ]; then exit 66; fi
    printf '%s file %s\\n%s\\n' "$(stat -c %a "$1")" "$1" "$(base64 <"$1" | tr -d '\\n')"
  elif [ -e "$1" ]; then
    printf '%s\\n' "$1" >&2
    exit 65
  fi
}
while IFS= read -r path; do tell "$path"; done
`;

/** Something that has to be asked of the server before the project can be read on. */
class Unknown extends Error {
  readonly path: string;
  readonly what: 'kind' | 'text';
  constructor(path: string, what: 'kind' | 'text') {
    super(path);
    this.path = path;
    this.what = what;
  }
}

/**
 * Reads a folder of a server with `read`, which is begun anew whenever something it asks for has yet to be fetched. Only what the project
 * names is fetched: beside it there may be anything, however large.
 */
export async function readRemoteFolder<T>(
  remote: RemoteServer,
  place: { serverName: string; root: string; sudo: boolean; signal?: AbortSignal | undefined },
  read: (folder: ProjectFolder) => Promise<T>,
): Promise<T> {
  const { serverName, root, sudo } = place;
  const kinds = new Map<string, 'dir' | 'file' | null>();
  const texts = new Map<string, string | null>();
  const exec = async (script: string, paths: readonly string[], env: Record<string, string> = {}) => {
    const stdin = new TextEncoder().encode(paths.map((path) => `${path}\n`).join(''));
    const signal = place.signal === undefined ? {} : { signal: place.signal };
    const result = await remote.exec({ script, env: { PH_ROOT: root, ...env }, stdin, sudo, timeoutMs: 120_000, maxOutputBytes: 2 * maxBytes, ...signal });
    const tooLarge = new AppError('local.file-unreadable', { path: root, reason: `the project has more than ${maxBytes / 1024 / 1024} MiB beside its data` });
    if (result.exitCode === 66) throw tooLarge;
    if (result.exitCode === 65)
      throw new AppError('local.file-unreadable', { path: result.stderr.trim().slice(0, 500), reason: 'it is neither a file nor a folder' });
    if (result.exitCode !== 0) throw commandFailed(serverName, `read ${root}`, { ...result, stdout: '' });
    return result.stdout;
  };
  const fetch = async ({ path, what }: Unknown) => {
    if (what === 'kind') {
      const [kind] = (await exec(kindsScript, [path])).split('\n');
      kinds.set(path, kind === 'dir' || kind === 'file' ? kind : null);
      return;
    }
    const [file] = parseFiles(await exec(filesScript, [path], { PH_MOST: String(textBytes), PH_SKIP: '' }));
    texts.set(path, file === undefined || file.path !== path ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes));
  };
  const folder: ProjectFolder = {
    text(path) {
      const plain = posix.normalize(path);
      const found = texts.get(plain);
      if (found === undefined) throw new Unknown(plain, 'text');
      return found;
    },
    kind(path) {
      const plain = posix.normalize(path);
      const found = kinds.get(plain);
      if (found === undefined) throw new Unknown(plain, 'kind');
      return found;
    },
    async files(leaveOut, named) {
      const paths = [...new Set(named.map((path) => posix.normalize(path)))].filter((path) => !leaveOut(path));
      const found = parseFiles(
        await exec(filesScript, paths, { PH_MOST: String(maxBytes), PH_SKIP: paths.length === 0 ? '' : skipped(leaveOut, kinds).join('\n') }),
      );
      if (found.length > projectLimits.files)
        throw new AppError('local.file-unreadable', { path: root, reason: `it has more than ${projectLimits.files} files` });
      return [...new Map(found.map((file) => [file.path, file])).values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
  for (;;) {
    try {
      return await read(folder);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      await fetch(error);
    }
  }
}

function skipped(leaveOut: (path: string) => boolean, kinds: ReadonlyMap<string, unknown>): string[] {
  return [...kinds.keys()].filter((path) => leaveOut(path));
}

/** Reads the output of `filesScript`. */
export function parseFiles(output: string): FolderFile[] {
  const lines = output.split('\n');
  const files: FolderFile[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const match = /^([0-7]+) (file|link) (.+)$/.exec(lines[at] ?? '');
    if (match?.[3] === undefined) continue;
    const mode = Number.parseInt(match[1] ?? '644', 8) & 0o777;
    files.push({ path: match[3], mode: match[2] === 'link' ? linkKind | mode : mode, bytes: Buffer.from(lines[at + 1] ?? '', 'base64') });
  }
  return files;
}
