import { AppError, type SerializedError, serializeError } from '../../../shared/errors.ts';
import type { InputDefinition } from '../../../shared/model/inputDefinition.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteServer } from '../../remote/remote.ts';

const limitMs = 30_000;
const maxValues = 200;
const maxCharacters = 500;

/** What could be given for an input, as one server tells. */
export interface InputOffer {
  server: string;
  values: string[];
  /** Null: it told. */
  error: SerializedError | null;
}

/** Asks servers what could be given for an input, by its script, as the login; one that cannot tell does not keep the others from it. */
export function offerInput(input: InputDefinition, servers: readonly Server[], remote: (id: Server['id']) => RemoteServer): Promise<InputOffer[]> {
  return Promise.all(
    servers.map(async ({ id, name }) => {
      try {
        return { server: name, values: await offered(input, name, remote(id)), error: null };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { server: name, values: [], error: serializeError(error) };
      }
    }),
  );
}

async function offered(input: InputDefinition, server: string, remote: RemoteServer): Promise<string[]> {
  if (input.offer === undefined) return [];
  const { exitCode, signal, stdout, stderr } = await remote.exec({ script: input.offer, lane: 'control', timeoutMs: limitMs });
  if (exitCode !== 0)
    throw new AppError('remote.command-failed', {
      server,
      what: `asking what could be given for ${input.name}`,
      exitCode,
      signal,
      output: stderr.slice(-2000),
    });
  const lines = stdout.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== '' && line.length <= maxCharacters))].slice(0, maxValues);
}
