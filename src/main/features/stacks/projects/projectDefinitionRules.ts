import { type PortExposure, type StackDefinition, stackDefinitionSchema } from '../../../../shared/model/stackDefinition.ts';
import type { ComposeProject, ProjectService } from './composeProjectRules.ts';

/** Images of programs that keep data, by a word of their name. */
const keepers =
  /(^|[/_-])(postgres|postgresql|pgvector|timescaledb|postgis|mysql|mariadb|percona|mongo|mongodb|redis|valkey|keydb|clickhouse|clickhouse-server|elasticsearch|opensearch|qdrant|chroma|chromadb|weaviate|milvus|etcd|minio|rabbitmq|kafka|nats|cassandra|couchdb|influxdb|victoria-metrics|prometheus|loki|grafana|vault|neo4j|registry|gitea|memgraph|meilisearch|typesense|cockroach|surrealdb)($|[/:@_-])/;
/** Places where programs keep what they know. */
export const dataPlaces =
  /^(\/var\/lib\/|\/data(\/|$)|\/bitnami|\/var\/opt\/|\/qdrant\/|\/chroma\/|\/opt\/.+\/data|\/root\/\.ollama|\/home\/.+\/data|\/usr\/share\/.+\/data|\/prometheus|\/loki)/;

/** Who reaches a port that is published on this address. */
export function exposureOf(address: string): PortExposure {
  if (/^127\.|^::1$|^localhost$/.test(address)) return 'loopback';
  if (/^10\.|^192\.168\.|^172\.(1[6-9]|2[0-9]|3[01])\.|^100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|^f[cd]/i.test(address)) return 'private';
  return 'public';
}

/** Whether a service keeps data that nothing else has, as its volumes and its image tell. */
export function keepsData(service: ProjectService, kept: ReadonlySet<string>): boolean {
  if (keepers.test(service.image ?? '')) return true;
  return service.mounts.some((mount) => !mount.readOnly && ((mount.volume ?? '') !== '' || (mount.path !== null && kept.has(mount.path))));
}

/** Makes the definition of a person's own project, so that everything works on it as on a stack of the catalogue. */
export function definitionOf(
  project: ComposeProject,
  about: {
    id: string;
    version: number;
    title: string;
    summary: string;
    profiles: readonly string[];
    variables: readonly { name: string; value: string }[];
    secrets: readonly { name: string; usedBy: readonly string[] }[];
    /** Directories that containers write to. */
    kept: ReadonlySet<string>;
  },
): StackDefinition {
  const names = [...new Set([...about.profiles, ...project.services.flatMap((service) => service.profiles)])];
  return stackDefinitionSchema.parse({
    id: about.id,
    version: about.version,
    title: about.title,
    summary: about.summary,
    parameters: about.variables
      .filter(({ name, value }) => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name) && value.length <= 4096 && !/[^ -\uffff]/.test(value))
      .slice(0, 128)
      .map(({ name, value }) => ({ name, title: name, type: 'text', default: value })),
    secrets: about.secrets.map(({ name, usedBy }) => ({ name, title: name, given: true, usedBy: [...usedBy] })),
    profiles: names.slice(0, 16).map((name) => ({ name, title: name })),
    services: project.services.map((service) => ({
      name: service.name,
      title: service.name,
      image: (service.image ?? '').slice(0, 400),
      stateful: keepsData(service, about.kept),
      ...(service.profiles.length === 0 ? {} : { profiles: service.profiles }),
    })),
    requirements: {},
    ports: project.services.flatMap((service) => [
      ...service.ports.map(({ address, published }) => ({ service: service.name, port: String(published), exposure: exposureOf(address) })),
      ...service.exposed
        .filter((port) => !service.ports.some(({ target }) => target === port))
        .map((port) => ({ service: service.name, port, exposure: 'internal' })),
    ]),
    volumes: project.services
      .flatMap((service) =>
        service.mounts.flatMap((mount) => {
          const keeps = !mount.readOnly && ((mount.volume ?? '') !== '' || (mount.path !== null && about.kept.has(mount.path)));
          return keeps ? [{ service: service.name, path: mount.target, holds: (mount.volume || mount.path || mount.target).slice(0, 120) }] : [];
        }),
      )
      .slice(0, 64),
    gates: [{ kind: 'containers', timeoutS: 300 }],
  });
}
