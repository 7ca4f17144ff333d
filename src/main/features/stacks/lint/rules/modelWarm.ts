import { imageFacts } from '../imageFacts.ts';
import { commandLines } from '../lintFiles.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** A model that is cold when the first request comes. */
export const modelWarm: LintRule = {
  id: 'model-warm',
  title: 'A model is loaded by the first request that comes',
  why: 'Ollama loads a model with its first request and lets it go after keep_alive, five minutes unless told otherwise; 24h ends too, and every restart begins cold, which takes a minute for a user. Keep it with OLLAMA_KEEP_ALIVE=-1, warm it up after each start, and let no requests in before.',
  traps: ['X-089'],
  *check({ project, definition, files }) {
    for (const service of project.services) {
      if (imageFacts(service.image?.text)?.title !== 'Ollama') continue;
      const entry = service.environment.get('OLLAMA_KEEP_ALIVE');
      const value = entry?.value ?? '5m';
      const forever = value.startsWith('-');
      const warmed =
        definition?.warmUps.some((warmUp) => warmUp.service === service.name) === true || definition?.gates.some(({ kind }) => kind === 'chat') === true;
      if (forever && (warmed || definition === null)) continue;
      if (!forever)
        yield found(
          'note',
          'X-089',
          inService(entry?.at ?? service.at, service.name),
          `${service.name} lets a model go ${entry === undefined ? 'after 5 minutes without a request' : `after ${value}`}; the request after that waits until it is loaded again.`,
          'Set OLLAMA_KEEP_ALIVE to -1.',
        );
      if (definition !== null && !warmed)
        yield found(
          'warning',
          'X-089',
          inService(service.at, service.name),
          `Nothing loads the model of ${service.name} after a start: the first users wait for it.`,
          'Add a warm-up and a gate that asks the model something.',
        );
    }
    for (const { text, file, line } of commandLines(files)) {
      const kept = /["']?keep_alive["']?\s*[:=]\s*["']?([0-9]+[smhd]?)/.exec(text)?.[1];
      if (kept !== undefined && kept !== '0')
        yield found(
          'note',
          'X-089',
          { file, line },
          `keep_alive of ${kept} ends, and a restart begins cold, whatever this did.`,
          'Use -1, run it after every start, and let requests in when it has answered.',
        );
    }
  },
};
