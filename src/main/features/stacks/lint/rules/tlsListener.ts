import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { directives, nginxFiles } from '../nginxConfig.ts';

/** A port for TLS behind which nobody speaks it, and plain HTTP that does not lead there. */
export const tlsListener: LintRule = {
  id: 'tls-listener',
  title: 'Port 443 is published and nothing listens there with TLS',
  why: 'A published port alone encrypts nothing: the proxy needs a server that listens on 443 with ssl and a certificate, and the one on port 80 should do nothing but send people there and answer the challenge of the certificate.',
  traps: ['X-097'],
  *check(subject) {
    const configs = nginxFiles(subject);
    for (const service of subject.project.services) {
      if (imageFacts(service.image?.text)?.title !== 'nginx') continue;
      const published = service.ports.find(({ published: port, target }) => port === 443 || target === 443);
      const own = configs.filter((config) => config.service === service);
      const listens = own.flatMap(({ directives: all }) =>
        [...directives(all, 'listen')].map(({ directive, around }) => ({ directive, server: around.at(-1), port: portOf(directive.words[0] ?? '') })),
      );
      if (own.length === 0) {
        if (published !== undefined) yield { unknown: `whether ${service.name} speaks TLS on 443: its configuration was not given` };
        continue;
      }
      const secure = listens.some(
        ({ port, directive }) => (port === (published?.target ?? 443) || port === 443) && (directive.words.includes('ssl') || directive.words.includes('quic')),
      );
      if (published !== undefined && !secure)
        yield found(
          'error',
          'X-097',
          inService(published.at, service.name),
          `${service.name} publishes 443, and none of its servers listens there with ssl: nothing answers, or without encryption.`,
          'Add a server with `listen 443 ssl`, ssl_certificate and ssl_certificate_key.',
        );
      if (published === undefined && !service.ports.some(({ published: port }) => port === 80)) continue;
      for (const { directive, server, port } of listens) {
        if (port !== 80 || server?.block == null || directive.words.includes('ssl')) continue;
        const redirects =
          [...directives(server.block, 'return')].some(({ directive: each }) => /^30[1278]$/.test(each.words[0] ?? '') && /https/.test(each.words.join(' '))) ||
          [...directives(server.block, 'rewrite')].some(({ directive: each }) => /https/.test(each.words.join(' ')));
        const passes = [...directives(server.block, 'proxy_pass')].length > 0;
        if (passes && !redirects)
          yield found(
            'warning',
            'X-097',
            { file: directive.file, line: directive.line, service: service.name },
            'The server on port 80 passes requests on in plain HTTP instead of sending them to HTTPS.',
            'Let it `return 301 https://$host$request_uri`.',
          );
      }
    }
  },
};

function portOf(address: string): number {
  return Number(/(?:^|:)([0-9]+)$/.exec(address)?.[1] ?? (address.startsWith('unix:') ? 0 : 80));
}
