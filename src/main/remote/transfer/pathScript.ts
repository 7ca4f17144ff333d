import { pathError } from './transferErrors.ts';
import type { TransferServer } from './uploadFile.ts';

/** A short script on a path, and how to run it. */
export interface PathScript {
  script: string;
  env: Readonly<Record<string, string>>;
  stdin?: Uint8Array;
  /** The path as errors name it, and what was to be done with it, as in "does not permit: read /etc/shadow". */
  path: string;
  what: string;
  sudo: boolean;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
  /** Limit of what it prints. Default 4 MiB. */
  maxOutputBytes?: number;
}

/** Runs a script of those that begin with `pathPreamble` and returns what it printed, as bytes. Throws what its end means. */
export async function runPathScript(server: TransferServer, request: PathScript): Promise<Buffer> {
  const { script, env, stdin, path, what, sudo, signal, timeoutMs = 600_000, maxOutputBytes = 4 * 1024 * 1024 } = request;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let complaint = '';
  const result = await server.remote.exec({
    ...{ script, env, sudo, timeoutMs, lane: 'bulk' },
    ...(stdin === undefined ? {} : { stdin }),
    ...(signal === undefined ? {} : { signal }),
    onOutput: (stream, piece) => {
      if (stream === 'stderr') complaint = (complaint + Buffer.from(piece).toString('utf8')).slice(-4000);
      else if (bytes < maxOutputBytes) {
        bytes += piece.length;
        pieces.push(piece);
      }
    },
  });
  const failure = pathError({ ...result, stderr: complaint }, { server: server.name, path, what });
  if (failure !== null) throw failure;
  return Buffer.concat(pieces);
}
