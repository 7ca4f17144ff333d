import { composeCommands } from '../composeCommands.ts';
import { commandLines } from '../lintFiles.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** A restart from which something is expected that it does not do. */
export const restartApplies: LintRule = {
  id: 'restart-applies',
  title: 'A restart that does not apply the change',
  why: '`docker compose restart` starts the same container again: a new image, another variable, a changed limit stay unused until `docker compose up -d`. And a restart of the gateway does not make the model server take a model that was pulled anew, while the old one is gone under its tag. Use `up -d` after a change; after a pull unload the model, note its digest before, and ask it something.',
  traps: ['X-092', 'X-093'],
  *check({ files }) {
    for (const file of files) {
      const lines = commandLines([file]);
      const restarts = composeCommands([file]).filter(({ verb }) => verb === 'restart');
      for (const { line, rest } of restarts) {
        // What belongs together stands together: a restart is judged by the few commands before it.
        const before = lines.filter((each) => each.line < line && each.line >= line - 8).toReversed();
        const since = before.findIndex(({ text }) => /docker(?:-compose|\s+compose)\b.*\bup\b/.test(text));
        const recent = since < 0 ? before : before.slice(0, since);
        const pull = recent.find(({ text }) => /\bollama\s+pull\b/.test(text));
        const change = recent.find(({ text }) => changes(text));
        if (pull !== undefined && !rest.some((service) => /ollama/.test(service)) && !recent.some(({ text }) => /\bollama\s+stop\b/.test(text)))
          yield found(
            'warning',
            'X-092',
            { file: file.path, line },
            `A restart of ${rest.join(', ') || 'the project'} does not reload the model that line ${pull.line} pulls, and what was there before it is gone.`,
            'Note the digest first, `ollama stop` the model after the pull, and ask it something.',
          );
        if (change !== undefined)
          yield found(
            'error',
            'X-093',
            { file: file.path, line },
            `Line ${change.line} changes what containers are made of (${change.text.slice(0, 60)}), and a restart starts the old ones again.`,
            'Use docker compose up -d.',
          );
      }
    }
  },
};

/** Whether a command changes the definition, the variables or the images of a project. */
function changes(text: string): boolean {
  if (/docker(?:-compose|\s+compose)\b.*\bpull\b/.test(text) && !/\bexec\b/.test(text)) return true;
  if (/\bdocker\s+(?:image\s+)?(?:pull|build)\b/.test(text)) return true;
  if (/\bgit\s+(?:pull|checkout|reset)\b/.test(text)) return true;
  return /(?:\bsed\s+-i|\bcp\b|\bmv\b|>>?|\btee\b|\bnano\b|\bvim?\b).*(?:\.env\b|compose[^\s]*\.ya?ml)/.test(text);
}
