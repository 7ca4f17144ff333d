import { found, type LintRule } from '../lintSubject.ts';
import { directives, nginxFiles } from '../nginxConfig.ts';

/** Parts of nginx's configuration that are not where it looks for them. */
export const nginxStructure: LintRule = {
  id: 'nginx-structure',
  title: 'A configuration that nginx does not take',
  why: 'The main file /etc/nginx/nginx.conf needs a block events and a block http around upstream and server; files in conf.d are put into http and must not have them. `nginx -t` in a container of the same image tells before a reload.',
  traps: ['X-096'],
  *check(subject) {
    for (const { path, directives: all, broken, main: first, target, service } of nginxFiles(subject)) {
      const at = (line: number | null, file = path) => ({ file, line, service: service?.name });
      for (const { file, line } of broken) yield found('error', 'X-096', at(line, file), 'A block or a directive is not closed.', 'Close it with } or ;.');
      const main = first ?? (/(^|\/)nginx\.conf$/.test(path) && service !== null);
      const outside = all.filter(({ name }) => name === 'server' || name === 'upstream' || name === 'location');
      const has = (name: string) => all.some((directive) => directive.name === name);
      if (main && !has('events'))
        yield found(
          'error',
          'X-096',
          at(1),
          'This is mounted as the main file and has no block events: nginx does not start.',
          'Add `events {}`, or mount it below /etc/nginx/conf.d/.',
        );
      if (main && outside[0] !== undefined)
        yield found(
          'error',
          'X-096',
          at(outside[0].line, outside[0].file),
          `${outside[0].name} stands outside of http, where nginx does not take it.`,
          'Put it into `http { … }`, or mount the file below /etc/nginx/conf.d/.',
        );
      if (target !== null && /\/(conf\.d|templates|sites-enabled)\//.test(target)) {
        for (const name of ['http', 'events']) {
          const [wrong] = [...directives(all, name)];
          if (wrong !== undefined && wrong.around.length === 0)
            yield found(
              'error',
              'X-096',
              at(wrong.directive.line, wrong.directive.file),
              `${name} stands in a file that is put into http already.`,
              'Take the block away and keep what is in it.',
            );
        }
      }
    }
  },
};
