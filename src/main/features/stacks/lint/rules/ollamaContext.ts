import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule, type LintSubject } from '../lintSubject.ts';
import type { Place } from '../yamlParts.ts';

/** A context that is promised in one place and not given in the other. */
export const ollamaContext: LintRule = {
  id: 'ollama-context',
  title: 'Ollama has a shorter context than is promised',
  why: 'Ollama takes about 4 thousand tokens of context on cards below 24 GiB unless it is told otherwise, and cuts longer prompts without a word. A limit at the gateway does not change that. Set OLLAMA_CONTEXT_LENGTH, and look at the column CONTEXT of `ollama ps`. Source: https://docs.ollama.com/context-length',
  traps: ['X-091'],
  *check(subject) {
    const promised = promisedContext(subject);
    for (const service of subject.project.services) {
      if (imageFacts(service.image?.text)?.title !== 'Ollama') continue;
      const entry = service.environment.get('OLLAMA_CONTEXT_LENGTH');
      const given = Number(entry?.value ?? Number.NaN);
      if (!(given > 0)) {
        if (entry?.value?.includes('$')) continue;
        const words = promised === null ? '' : `, and ${promised.at.file} promises ${promised.tokens} tokens`;
        yield found(
          promised === null ? 'warning' : 'error',
          'X-091',
          inService(service.at, service.name),
          `${service.name} has no OLLAMA_CONTEXT_LENGTH and cuts prompts at about 4096 tokens on cards below 24 GiB${words}.`,
          `Set OLLAMA_CONTEXT_LENGTH${promised === null ? '' : ` to ${promised.tokens}`}.`,
        );
      } else if (promised !== null && promised.tokens > given) {
        yield found(
          'error',
          'X-091',
          inService(entry?.at ?? service.at, service.name),
          `${service.name} has a context of ${given} tokens, and ${promised.at.file} line ${promised.at.line ?? '?'} promises ${promised.tokens}: the rest is cut without a word.`,
          `Set OLLAMA_CONTEXT_LENGTH to ${promised.tokens}.`,
        );
      }
    }
  },
};

/** The longest context that a configuration speaks of. */
function promisedContext({ files, project }: LintSubject): { tokens: number; at: Place } | null {
  let most: { tokens: number; at: Place } | null = null;
  const take = (text: string | undefined, at: Place) => {
    const match = /^([0-9][0-9_]*)(k?)$/i.exec(text?.trim() ?? '');
    const tokens = match === null ? 0 : Number((match[1] ?? '').replaceAll('_', '')) * (match[2] ? 1024 : 1);
    if (tokens >= 1024 && tokens <= 10_000_000 && tokens > (most?.tokens ?? 0)) most = { tokens, at };
  };
  for (const { path, text } of files) {
    if (!/\.(toml|ya?ml|json|md)$/.test(path) || project.files.includes(path)) continue;
    for (const [index, line] of text.split('\n', 20_000).entries())
      take(
        /(?:max[_ -]?context(?:[_ -]?(?:length|tokens|window))?|context[_ -]?(?:length|window|size)|max_model_len|max_input_tokens|num_ctx)["']?\s*[:=]\s*["']?([0-9][0-9_]*k?)\b/i.exec(
          line.slice(0, 1000),
        )?.[1],
        { file: path, line: index + 1 },
      );
  }
  for (const { environment, image } of project.services) {
    if (imageFacts(image?.text)?.title === 'Ollama') continue;
    for (const [name, { value, at }] of environment) if (/MAX_CONTEXT|CONTEXT_LENGTH|CONTEXT_WINDOW|NUM_CTX/.test(name)) take(value ?? undefined, at);
  }
  return most;
}
