import type { EngineMetric } from '../../../../shared/model/engineMetricCatalogue.ts';
import type { Reading } from '../../../../shared/model/reading.ts';

/** Bodies of Ollama's answers; null: not asked, or not answered. */
export interface OllamaAnswers {
  /** `/api/version` */
  version: string | null;
  /** `/api/ps` */
  ps: string | null;
  /** `/api/tags` */
  tags: string | null;
}

/** A model that is in memory. */
export interface LoadedModel {
  name: string;
  sizeBytes: number;
  /** Of that, in GPU memory; the rest works on the CPU. Null: not told. */
  vramBytes: number | null;
  contextTokens: number | null;
  /** When it is unloaded unless asked again. Null: not told. Kept for ever is a time far off. */
  expiresAtMs: number | null;
}

/** What an Ollama is and holds. */
export interface OllamaState {
  version: string | null;
  loaded: LoadedModel[] | null;
  available: string[] | null;
  readings: Reading[];
}

const mostModels = 2000;

/**
 * Reads Ollama's own interface: it has no metrics. What is not JSON of the known shape is unknown; `up` is 1 where any answer is. Subject
 * `engine:CONTAINER`. Source: Ollama 0.12, https://docs.ollama.com/api.
 */
export function readOllama(container: string, answers: OllamaAnswers): OllamaState {
  const version = text(record(parsed(answers.version))?.['version']);
  const loaded = modelsOf(answers.ps)?.map(loadedModel) ?? null;
  const available = modelsOf(answers.tags)?.map((model) => text(model['name']) ?? text(model['model']) ?? '') ?? null;
  const values: [EngineMetric, number | null][] = [
    ['up', version !== null || loaded !== null || available !== null ? 1 : 0],
    ['modelsAvailable', available?.length ?? null],
    ['modelsLoaded', loaded?.length ?? null],
  ];
  if (loaded !== null) {
    const size = loaded.reduce((sum, model) => sum + model.sizeBytes, 0);
    const vram = loaded.some((model) => model.vramBytes === null) ? null : loaded.reduce((sum, model) => sum + (model.vramBytes ?? 0), 0);
    values.push(['modelsBytes', size], ['modelsVramBytes', vram], ['modelsInVramRatio', vram === null || size === 0 ? null : Math.min(1, vram / size)]);
  }
  const readings = values.flatMap(([metric, value]) => (value === null ? [] : [{ subject: `engine:${container}`, metric, value }]));
  return { version, loaded, available, readings };
}

function loadedModel(model: Record<string, unknown>): LoadedModel {
  const expires = Date.parse(text(model['expires_at']) ?? '');
  return {
    name: text(model['name']) ?? text(model['model']) ?? '',
    sizeBytes: amount(model['size']) ?? 0,
    vramBytes: amount(model['size_vram']),
    contextTokens: amount(model['context_length']),
    expiresAtMs: Number.isNaN(expires) ? null : expires,
  };
}

/** Null: the answer is not a list of models. A server with none says `null` in older versions. */
function modelsOf(body: string | null): Record<string, unknown>[] | null {
  const answer = record(parsed(body));
  if (answer === null || !('models' in answer)) return null;
  const { models } = answer;
  if (models === null) return [];
  return Array.isArray(models)
    ? models
        .slice(0, mostModels)
        .map(record)
        .filter((model) => model !== null)
    : null;
}

function parsed(body: string | null): unknown {
  if (body === null) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, 500) : null);
const amount = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null);
