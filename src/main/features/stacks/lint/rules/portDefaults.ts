import { envSources } from '../envSources.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';

/** Ports that programs of the field take unless told otherwise. */
const defaults: ReadonlyMap<number, string> = new Map([
  [9090, 'Prometheus'],
  [3000, 'Grafana, TensorZero and many frontends'],
  [6379, 'Redis'],
  [5432, 'PostgreSQL'],
  [8080, 'Weaviate and many others'],
  [9000, 'ClickHouse and MinIO'],
  [11434, 'Ollama'],
]);

/** A variable that takes a port which another program has by default, or names a host without the port that would tell two apart. */
export const portDefaults: LintRule = {
  id: 'port-defaults',
  title: 'A setting takes the default port of another program',
  why: 'A port for metrics that is the default of the Prometheus server, or the address of a store without its port while its default is that of the program itself: it works as long as every one has a container of its own, and answers from the wrong one as soon as two share a network. Choose another port and say ports in addresses.',
  traps: ['X-107'],
  *check(subject) {
    for (const source of envSources(subject)) {
      for (const [name, { value, at }] of source.values) {
        const port = Number(value);
        const service = source.service?.name;
        const whose = defaults.get(port);
        const own = imageFacts(source.service?.image?.text)?.port === port;
        const place = service === undefined ? at : inService(at, service);
        if (name.endsWith('_PORT') && whose !== undefined && !own && /METRICS|PROMETHEUS|EXPORTER/.test(name)) {
          yield found(
            'note',
            'X-107',
            place,
            `${name} is ${port}, which ${whose} has by default: on a shared network the two stand in each other's way.`,
            'Choose a port that nothing has by default.',
          );
        }
      }
    }
    yield* hostsWithoutPort(subject);
  },
};

function* hostsWithoutPort(subject: LintSubject): Iterable<LintNews> {
  const { services } = subject.project;
  for (const service of services) {
    const own =
      service.health === null || service.health === 'disabled' ? undefined : /(?:localhost|127\.0\.0\.1):([0-9]+)/.exec(service.health.words.join(' '))?.[1];
    for (const [name, { value, at }] of service.environment) {
      const prefix = /^(.+)_HOST$/.exec(name)?.[1];
      if (prefix === undefined || service.environment.has(`${prefix}_PORT`)) continue;
      const target = services.find((one) => one.name === value);
      const image = target?.image?.text;
      const port = imageFacts(image)?.port ?? (/chroma/i.test(image ?? '') ? 8000 : undefined);
      if (target === undefined || port === undefined || own !== String(port)) continue;
      yield found(
        'note',
        'X-107',
        inService(at, service.name),
        `${name} names ${target.name} without a port; its default ${port} is the port of ${service.name} itself.`,
        `Say it: ${prefix}_PORT=${port}.`,
      );
    }
  }
}
