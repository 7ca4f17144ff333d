import { AppError } from '../../../../shared/errors.ts';
import type { StackServer } from '../release/stackServer.ts';
import { parseHttpAnswer } from '../rollout/gateRules.ts';
import { httpScript } from '../rollout/httpScript.ts';
import { addressScript } from '../rollout/rolloutScripts.ts';
import { type OllamaModel, parseTags } from './modelRules.ts';

const port = 11_434;

/** An Ollama service of a stack, asked from its server at its container's address. */
export interface Ollama {
  list(): Promise<OllamaModel[]>;
  /** Gives a model one more name; nothing is copied. */
  copy(from: string, to: string): Promise<void>;
  /** Takes a model out of memory. */
  unload(model: string): Promise<void>;
}

/** Opens the one of a service; null: its container does not run, or is no Ollama. */
export async function openOllama(server: StackServer, service: string): Promise<Ollama | null> {
  const address = (await server.run('look up a container', addressScript, { PH_SERVICE: service })).trim();
  if (address === '') return null;
  const ask = async (path: string, body: unknown, seconds: number) => {
    const env = {
      ...{
        PH_URL: `http://${address}:${port}${path}`,
        PH_METHOD: body === null ? 'GET' : 'POST',
        PH_HEADERS: body === null ? '' : 'Content-Type: application/json',
      },
      ...{ PH_BODY: body === null ? '' : JSON.stringify(body), PH_SECONDS: String(seconds) },
    };
    return parseHttpAnswer(await server.run(`ask Ollama for ${path}`, httpScript, env, (seconds + 15) * 1000));
  };
  const must = async (path: string, body: unknown, seconds: number) => {
    const answer = await ask(path, body, seconds);
    if (answer.status === 200) return;
    throw new AppError('remote.command-failed', {
      ...{ server: server.serverName, what: `Ollama's ${path}`, exitCode: null, signal: null },
      output: answer.error ?? `${answer.status}: ${answer.body.slice(0, 500)}`,
    });
  };
  const first = await ask('/api/tags', null, 10);
  if (first.status !== 200 || parseTags(first.body) === null) return null;
  return {
    async list() {
      const answer = await ask('/api/tags', null, 10);
      const models = parseTags(answer.body);
      if (models === null)
        throw new AppError('remote.unparsable', { server: server.serverName, what: "Ollama's list of models", excerpt: answer.body.slice(0, 300) });
      return models;
    },
    copy: (source, destination) => must('/api/copy', { source, destination }, 30),
    unload: (model) => must('/api/generate', { model, keep_alive: 0 }, 30),
  };
}
