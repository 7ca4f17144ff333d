import { z } from 'zod';

const tagsSchema = z.looseObject({ models: z.array(z.looseObject({ name: z.string(), digest: z.string(), size: z.number() })) });

/** A model that an Ollama server holds. */
export interface OllamaModel {
  name: string;
  digest: string;
  size: number;
}

/** Reads the answer to `GET /api/tags`; null where it is none. Source: https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models */
export function parseTags(body: string): OllamaModel[] | null {
  try {
    return tagsSchema.parse(JSON.parse(body)).models.map(({ name, digest, size }) => ({ name, digest, size }));
  } catch {
    return null;
  }
}

/** The name with its tag, as Ollama lists it. */
export function withTag(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}

const keptSuffix = '-pilothouse-kept';

/** Under which name the model before an update is kept: Ollama throws away what no name stands for. */
export function keptName(name: string): string {
  return `${withTag(name)}${keptSuffix}`;
}

/** Whether a name is one that an update kept. */
export function isKept(name: string): boolean {
  return name.endsWith(keptSuffix);
}
