import { envSources } from '../envSources.ts';
import { judgeName } from '../hostNames.ts';
import { found, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';
import { directives, nginxFiles } from '../nginxConfig.ts';

/** A name that the containers of the project cannot find. */
export const upstreamNames: LintRule = {
  id: 'upstream-names',
  title: 'An address names a host that is not there',
  why: 'In a network of Compose a service is found by its name, an alias or its container_name, and by nothing else. nginx does not even start with an upstream that it cannot resolve; programs fail with the first request. Use the name of the service; replicas are behind one name.',
  traps: ['X-095'],
  *check(subject) {
    for (const { directives: all, service } of nginxFiles(subject)) {
      const upstreams = new Set([...directives(all, 'upstream')].map(({ directive }) => directive.words[0]));
      const names = [
        ...[...directives(all, 'server')].flatMap(({ directive, around }) =>
          around.at(-1)?.name === 'upstream' ? [{ file: directive.file, line: directive.line, address: directive.words[0] ?? '' }] : [],
        ),
        ...['proxy_pass', 'grpc_pass', 'uwsgi_pass', 'fastcgi_pass'].flatMap((name) =>
          [...directives(all, name)].map(({ directive }) => ({ file: directive.file, line: directive.line, address: directive.words[0] ?? '' })),
        ),
      ];
      for (const { file, line, address } of names) {
        const host = hostOf(address);
        if (host === null || upstreams.has(host)) continue;
        const verdict = judgeName(host, service, subject);
        if (verdict.known) continue;
        yield found(
          'error',
          'X-095',
          { file, line, service: service?.name },
          `${host} does not resolve: ${verdict.why}, and nginx does not start with it.`,
          `Use the name of a service${hint(host, subject)}.`,
        );
      }
    }
    yield* inVariables(subject);
    yield* inFiles(subject);
  },
};

/** Addresses in variables of services: `NAME=http://host:port`, and plain hosts in `*_HOST`. */
function* inVariables(subject: LintSubject): Iterable<LintNews> {
  for (const { service, values } of envSources(subject)) {
    if (service === null) continue;
    for (const [name, { value, at }] of values) {
      const host = /^[a-z][a-z0-9+.-]*:\/\//i.test(value)
        ? hostOf(value)
        : /_HOST(NAME)?$/.test(name) && /^[a-z0-9.-]+$/i.test(value) && !/^0\.0\.0\.0$/.test(value)
          ? value
          : null;
      if (
        host === null ||
        /PUBLIC|EXTERNAL|ALLOWED|LISTEN|BIND|OLLAMA_HOST$|CLUSTER_|NODE_|ADVERTISE|^HOSTNAME$|ORIGIN|CALLBACK|REDIRECT|SERVER_NAME|VIRTUAL_HOST/.test(name)
      )
        continue;
      const verdict = judgeName(host, service, subject);
      if (verdict.known) continue;
      yield found(
        'error',
        'X-095',
        inService(at, service.name),
        `${name} of ${service.name} names ${host}, which does not resolve: ${verdict.why}.`,
        `Use the name of a service${hint(host, subject)}.`,
      );
    }
  }
}

/** Addresses in the configuration of gateways, as `api_base = "http://ollama:11434"`. */
function* inFiles(subject: LintSubject): Iterable<LintNews> {
  for (const { path, text } of subject.files) {
    if (!/\.(toml|ini|cfg)$/.test(path) && !/(^|\/)(prometheus|litellm|config)[^/]*\.ya?ml$/.test(path)) continue;
    for (const [index, line] of text.split('\n', 20_000).entries()) {
      if (/^\s*[#;]/.test(line)) continue;
      for (const [address] of line.slice(0, 2000).matchAll(/\b(?:https?|grpc|redis|postgres(?:ql)?|clickhouse):\/\/[^\s"',\]]+/g)) {
        const host = hostOf(address);
        if (host === null || subject.project.all.length === 0) continue;
        const verdict = judgeName(host, null, subject);
        if (!verdict.known)
          yield found(
            'error',
            'X-095',
            { file: path, line: index + 1 },
            `${host} does not resolve: ${verdict.why}.`,
            `Use the name of a service${hint(host, subject)}.`,
          );
      }
    }
  }
}

/** Host of an address; null for sockets and for what is put together when a request comes. */
function hostOf(address: string): string | null {
  if (address.startsWith('unix:') || /^https?:\/\/unix:/.test(address) || address.includes('$')) return null;
  const bare = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^@/]*@/, '');
  return /^(\[[^\]]*\]|[^:/?]+)/.exec(bare)?.[1] ?? null;
}

/** The service that seems to be meant: replicas are written with a number, internal names with a suffix. */
function hint(host: string, { project }: LintSubject): string {
  const stem =
    host
      .split('.')[0]
      ?.replace(/[-_]?\d+$/, '')
      .toLowerCase() ?? '';
  const like =
    project.services.find(({ name }) => name.toLowerCase() === stem) ??
    project.services.find(({ name }) => stem !== '' && (name.toLowerCase().includes(stem) || stem.includes(name.toLowerCase())));
  return like === undefined ? '' : `: ${like.name}`;
}
