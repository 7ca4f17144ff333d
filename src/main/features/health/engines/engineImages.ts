import type { Engine } from '../../../../shared/model/engine.ts';
import type { EngineContainer } from './engineContainers.ts';
import { engineTable } from './engineTable.ts';

/** What is found behind an image: the kind of engine and how it is asked. */
export interface EngineKnown {
  kind: Engine['kind'];
  path: string;
  /** Answers 200 where it is well; null: it has none that says anything. */
  healthPath: string | null;
}

/** Images of exporters come before those of what they look at: their names hold both. */
const images: readonly { image: RegExp; kind: Engine['kind']; healthPath?: string }[] = [
  { image: /nginx-prometheus-exporter|nginx-exporter/, kind: 'nginx' },
  { image: /postgres-exporter|postgres_exporter/, kind: 'postgres' },
  { image: /redis_exporter|redis-exporter/, kind: 'redis' },
  { image: /vllm/, kind: 'vllm', healthPath: '/health' },
  { image: /tensorzero\/(gateway|tensorzero)|tensorzero-gateway/, kind: 'tensorzero', healthPath: '/health' },
  { image: /litellm/, kind: 'litellm', healthPath: '/health/liveliness' },
  { image: /text-embeddings-inference|text-embeddings-router/, kind: 'tei', healthPath: '/health' },
  { image: /(^|\/)ollama(:|@|$)|ollama\/ollama/, kind: 'ollama' },
  { image: /weaviate/, kind: 'weaviate' },
];

/** The engine that an image is known for; null: none. A tag or digest is of no account, nor is the registry. */
export function engineOfImage(image: string): EngineKnown | null {
  const found = images.find((each) => each.image.test(image.toLowerCase()));
  if (found === undefined) return null;
  const { kind, healthPath = null } = found;
  return { kind, path: kind === 'ollama' ? '/api/version' : engineTable[kind].path, healthPath };
}

/** Where an engine may be asked, as the server sees it: what is likeliest first. */
export function placesOf({ kind }: EngineKnown, container: EngineContainer): { host: string; port: number; inside: number }[] {
  const usual = kind === 'ollama' ? 11_434 : engineTable[kind].port;
  const own = container.ports.map(({ port }) => port);
  // An engine of models is told its port; metrics of others have one of their own, which images name or not.
  const inside = [...new Set([container.namedPort ?? usual, usual, ...own])].slice(0, 4);
  return inside.flatMap((port) => {
    if (container.onHost) return [{ host: '127.0.0.1', port, inside: port }];
    const published = container.ports.find((each) => each.port === port)?.published ?? null;
    const direct = container.addresses.slice(0, 2).map((host) => ({ host, port, inside: port }));
    return [...direct, ...(published === null ? [] : [{ host: '127.0.0.1', port: published, inside: port }])];
  });
}
