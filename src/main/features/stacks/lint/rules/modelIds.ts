import { imageFacts } from '../imageFacts.ts';
import { found, inDefinition, inService, type LintRule } from '../lintSubject.ts';
import { loadedModels } from '../modelFacts.ts';

/** Names that people write for a model and that no library has. */
const wrong: { pattern: RegExp; instead: string }[] = [
  {
    pattern: /(?:^|\/)deepseek-r1-(7|8|14|32|70)b$/i,
    instead: 'deepseek-ai/DeepSeek-R1-Distill-Qwen-7B (or -Llama-8B, -Qwen-14B, …): what is small is a distilled model',
  },
  { pattern: /(?:^|\/)llama-?3\.1-(?:7|13)b/i, instead: 'meta-llama/Llama-3.1-8B' },
  { pattern: /(?:^|\/)mistral-8b(?:-|$)/i, instead: 'mistralai/Ministral-8B-Instruct-2410 or a 7B' },
  { pattern: /(?:^|\/)qwen2\.5-(?:coder-)?(?:8|13|34|70)b/i, instead: 'one of the sizes that there are (0.5B, 1.5B, 3B, 7B, 14B, 32B, 72B)' },
];

/** A name of a model that cannot be found. */
export const modelIds: LintRule = {
  id: 'model-ids',
  title: 'A model name that does not exist',
  why: 'A model server asks a library for exactly the name that it is given: Hugging Face for owner/name, Ollama for name:tag. A name from a table or a chat is often none of these, which shows only after the start. Look the name up and write it in full.',
  traps: ['X-077'],
  *check({ project, definition }) {
    const names = new Map<string, { service: string; at: ReturnType<typeof inService> | ReturnType<typeof inDefinition> }>();
    for (const service of project.services) {
      const title = imageFacts(service.image?.text)?.title;
      for (const { id, at } of loadedModels(service)) {
        names.set(id, { service: service.name, at: inService(at, service.name) });
        const hub = title === 'vLLM' || title === 'SGLang' || title?.startsWith('Text ') === true;
        if (hub && /^[\w.-]+$/.test(id) && !wrong.some(({ pattern }) => pattern.test(id)))
          yield found(
            'warning',
            'X-077',
            inService(at, service.name),
            `${id} names no owner: ${title} looks for owner/name, or for a folder of that name in the container.`,
            'Write the name in full, as Qwen/Qwen2.5-7B-Instruct, or an absolute path.',
          );
        if (title === 'Ollama' && /^[\w.-]+\/[\w.-]+$/.test(id) && /instruct|[0-9]b/i.test(id) && /[A-Z]/.test(id))
          yield found(
            'warning',
            'X-077',
            inService(at, service.name),
            `${id} is a name of Hugging Face; Ollama looks for name:tag in its own library.`,
            `Write name:tag, or hf.co/${id} for GGUF files.`,
          );
      }
    }
    for (const { name, service } of definition?.models ?? []) if (!names.has(name)) names.set(name, { service, at: inDefinition(service) });
    for (const [id, { at }] of names) {
      const known = wrong.find(({ pattern }) => pattern.test(id));
      if (known !== undefined) yield found('error', 'X-077', at, `There is no model ${id.slice(0, 100)}.`, `Write ${known.instead}.`);
    }
  },
};
