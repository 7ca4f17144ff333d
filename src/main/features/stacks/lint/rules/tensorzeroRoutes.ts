import type { LintService } from '../composeService.ts';
import { imageFacts } from '../imageFacts.ts';
import { commandLines } from '../lintFiles.ts';
import { found, inDefinition, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';
import { tomlValues } from '../tomlLines.ts';

/** TensorZero at a port or under a route that it does not have. */
export const tensorzeroRoutes: LintRule = {
  id: 'tensorzero-routes',
  title: 'TensorZero is asked at a port or route that it does not have',
  why: 'The gateway listens on 3000 unless bind_address says otherwise, and its OpenAI-compatible route is /openai/v1/chat/completions. A mapping to 8000 inside the container, or /v1/chat/completions, finds nothing. Source: https://www.tensorzero.com/docs/gateway/api-reference/inference-openai-compatible',
  traps: ['X-090'],
  *check(subject) {
    const gateways = subject.project.services.filter(({ image }) => imageFacts(image?.text)?.title === 'TensorZero');
    for (const service of gateways) yield* atPort(service, subject);
    if (gateways.length === 0) return;
    const names = [...gateways.map(({ name }) => name), 'localhost', '127.0.0.1'];
    const published = new Set(gateways.flatMap(({ ports }) => ports.flatMap((port) => [String(port.published ?? ''), String(port.target)])));
    const wrong = (url: string) => {
      const match = /https?:\/\/([^/:\s"']+)(?::([0-9]+))?(\/v1\/[a-z/]*)/.exec(url);
      return match !== null && names.includes(match[1] ?? '') && (gateways.some(({ name }) => name === match[1]) || published.has(match[2] ?? ''))
        ? (match[3] ?? null)
        : null;
    };
    for (const { text, file, line } of commandLines(subject.files)) {
      const route = wrong(text);
      if (route !== null) yield found('error', 'X-090', { file, line }, `TensorZero has no route ${route}.`, `Ask /openai${route}.`);
    }
    for (const gate of [...(subject.definition?.gates ?? []), ...(subject.definition?.smokeTests ?? [])]) {
      if (gate.kind !== 'http' && gate.kind !== 'chat') continue;
      const route = wrong(gate.url);
      if (route !== null)
        yield found('error', 'X-090', inDefinition(), `"${gate.title}" asks ${gate.url}, and TensorZero has no route ${route}.`, `Ask /openai${route}.`);
    }
  },
};

function* atPort(service: LintService, { files }: LintSubject): Iterable<LintNews> {
  const bind = files
    .filter(({ path }) => path.endsWith('.toml'))
    .flatMap(({ path, text }) => tomlValues(text).map((each) => ({ ...each, path })))
    .find(({ section, key }) => (section === 'gateway' && key === 'bind_address') || key === 'gateway.bind_address');
  const listens = Number(/:([0-9]+)$/.exec(bind?.value ?? ':3000')?.[1] ?? 3000);
  const why = bind === undefined ? '3000, its default' : `${listens} by ${bind.path}`;
  for (const { target, at } of service.ports) {
    if (target !== listens)
      yield found(
        'error',
        'X-090',
        inService(at, service.name),
        `${service.name} is published from port ${target} of its container, where nothing listens: it listens on ${why}.`,
        `Map to ${listens}, or set bind_address to 0.0.0.0:${target}.`,
      );
  }
  if (bind !== undefined && /^(127\.|localhost|\[::1\])/.test(bind.value))
    yield found(
      'error',
      'X-090',
      { file: bind.path, line: bind.line, service: service.name },
      `bind_address ${bind.value} lets in only the container itself.`,
      `Set it to 0.0.0.0:${listens}.`,
    );
  if (service.health === null || service.health === 'disabled') return;
  const asked = /(?:localhost|127\.0\.0\.1|0\.0\.0\.0):([0-9]+)/.exec(service.health.words.join(' '))?.[1];
  if (asked !== undefined && Number(asked) !== listens)
    yield found(
      'error',
      'X-090',
      inService(service.health.at, service.name),
      `The health check asks port ${asked}, and ${service.name} listens on ${why}.`,
      `Ask ${listens}.`,
    );
}
