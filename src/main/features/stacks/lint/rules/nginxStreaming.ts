import { imageFacts } from '../imageFacts.ts';
import { found, type LintRule, type LintSubject } from '../lintSubject.ts';
import { directives, type NginxDirective, nginxFiles } from '../nginxConfig.ts';

/** A proxy that holds back what should stream, or drops what should stay open. */
export const nginxStreaming: LintRule = {
  id: 'nginx-streaming',
  title: 'A proxy buffers streams or drops websockets',
  why: 'nginx collects an answer before it passes it on, so that the tokens of a streamed answer come all at once; and without the headers Upgrade and Connection a websocket (Streamlit, Grafana live) does not come about. Say proxy_buffering off and a long proxy_read_timeout where models answer, and pass the headers with proxy_http_version 1.1. One proxy is also one single point of failure.',
  traps: ['X-098'],
  *check(subject) {
    const severity = hasModels(subject) ? 'warning' : 'note';
    for (const { directives: all, service } of nginxFiles(subject)) {
      for (const { directive, around } of directives(all, 'proxy_pass')) {
        const scopes = around.flatMap(({ block }) => block ?? []);
        const location = around.findLast(({ name }) => name === 'location');
        if (location !== undefined && /health|metrics|static|assets|\.(?:css|js|png)|well-known|acme/i.test(location.words.join(' '))) continue;
        const set = (name: string, test: (words: readonly string[]) => boolean) => [...scopes, ...all].some((each) => each.name === name && test(each.words));
        const off = set('proxy_buffering', ([value]) => value === 'off') || set('add_header', (words) => /X-Accel-Buffering/i.test(words[0] ?? ''));
        const upgrade = set('proxy_set_header', ([name]) => name?.toLowerCase() === 'upgrade');
        const at = { file: directive.file, line: directive.line, service: service?.name };
        if (!off) yield found(severity, 'X-098', at, `${where(location)} buffers answers: a streamed one comes all at once.`, 'Add `proxy_buffering off;`.');
        if (!upgrade)
          yield found(
            wantsSocket(subject, directive) ? 'warning' : 'note',
            'X-098',
            at,
            `${where(location)} does not pass on Upgrade and Connection: websockets do not come about.`,
            'Add `proxy_http_version 1.1;` and `proxy_set_header Upgrade $http_upgrade;` with Connection.',
          );
        const patience = [...scopes, ...all].find(({ name }) => name === 'proxy_read_timeout')?.words[0];
        if (hasModels(subject) && patience === undefined)
          yield found(
            'note',
            'X-098',
            at,
            `${where(location)} gives an answer 60 s, the default of nginx.`,
            'Set proxy_read_timeout to what the longest answer takes.',
          );
      }
    }
  },
};

function where(location: NginxDirective | undefined): string {
  return location === undefined ? 'The server' : `location ${location.words.join(' ')}`;
}

function hasModels({ project, definition }: LintSubject): boolean {
  return (
    (definition?.models.length ?? 0) > 0 ||
    project.services.some(
      (service) =>
        service.gpus !== null ||
        ['model-server', 'gateway'].includes(imageFacts(service.image?.text)?.role ?? '') ||
        [...service.environment.keys()].some((name) => /MODEL/.test(name)),
    )
  );
}

function wantsSocket({ project }: LintSubject, { words }: NginxDirective): boolean {
  const target = project.services.find(({ name }) => words[0]?.includes(name));
  return /streamlit|grafana|jupyter|open-webui|gradio/i.test(`${target?.image?.text ?? ''} ${target?.command.join(' ') ?? ''} ${words[0] ?? ''}`);
}
