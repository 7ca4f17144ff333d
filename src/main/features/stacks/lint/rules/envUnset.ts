import { found, type LintRule } from '../lintSubject.ts';

/** A variable that the compose files ask for and nobody sets. */
export const envUnset: LintRule = {
  id: 'env-unset',
  title: 'A variable that is asked for and not set',
  why: `Compose puts an empty text in the place of a variable without a value, with no more than a warning: an image without its tag, a password of no characters. Set it in .env, give a default as \${NAME:-value}, or refuse to start without it by \${NAME:?}.`,
  traps: ['X-099'],
  *check({ project, definition }) {
    // Those of a stack of ours are filled in when it is deployed.
    const secrets = new Set(definition?.secrets.map(({ name }) => name));
    for (const [name, at] of project.unset) {
      if (secrets.has(name) || /^(PWD|HOME|USER|UID|GID|HOSTNAME|PATH|COMPOSE_)/.test(name)) continue;
      yield found(
        'warning',
        'X-099',
        at,
        `${name} has no value in .env and no default: Compose puts nothing in its place.`,
        `Set ${name} in .env, or write \${${name}:?} to be told.`,
      );
    }
  },
};
