import { found, inDefinition, inService, type LintRule } from '../lintSubject.ts';

/** The design against the compose files. */
export const designServices: LintRule = {
  id: 'design-services',
  title: 'The design and the compose files name other services',
  why: 'A cache, a frontend or the monitoring that a design counts on and that no file starts is missing on every server; a service that the design does not know has no ports, no needs and no backup there. Bring both lists together.',
  traps: ['X-105'],
  *check({ project, definition, files }) {
    if (definition !== null) {
      const running = new Set(project.all.map(({ name }) => name));
      const known = new Set(definition.services.map(({ name }) => name));
      // Of a stack over several servers the files of one have only what runs there.
      const spread = definition.roles.length > 0;
      for (const { name } of spread ? [] : definition.services)
        if (!running.has(name))
          yield found(
            'error',
            'X-105',
            inDefinition(name),
            `${name} is part of the design, and no compose file has it.`,
            'Add it to the compose files, or take it out of the definition.',
          );
      for (const { name, at } of project.all)
        if (!known.has(name))
          yield found(
            'warning',
            'X-105',
            inService(at, name),
            `${name} is in the compose files, and the definition does not know it: it has no ports, needs or backup there.`,
            'Add it to `services` of the definition.',
          );
    }
    const names = new Set(project.all.map(({ name }) => name));
    for (const { path, text } of files) {
      if (!/\.(py|js|ts|mjs)$/.test(path)) continue;
      for (const [index, line] of text.split('\n', 20_000).entries()) {
        const host = /\b(?:host|hostname)\s*[=:]\s*["']([a-z][\w-]*)(?:\.internal|\.local)?["']/i.exec(line.slice(0, 1000))?.[1];
        if (host === undefined || host === 'localhost' || names.size === 0 || names.has(host)) continue;
        yield found(
          'warning',
          'X-105',
          { file: path, line: index + 1 },
          `The code counts on ${host}, which no compose file has.`,
          'Add the service, or take the address from a variable.',
        );
      }
    }
  },
};
