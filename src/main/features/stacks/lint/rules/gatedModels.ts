import { imageFacts } from '../imageFacts.ts';
import { found, inDefinition, inService, type LintRule } from '../lintSubject.ts';
import { definedModels, loadedModels } from '../modelFacts.ts';

/** Publishers whose weights ask for a licence to be accepted. Source: https://huggingface.co/docs/hub/models-gated */
const gatedPublishers =
  /^(?:meta-llama|mistralai|google\/(?:gemma|paligemma|medgemma)|CohereForAI|CohereLabs|bigcode\/starcoder|stabilityai|black-forest-labs|tiiuae\/falcon-180|nvidia\/Llama|databricks)/i;
const tokenNames = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN', 'HUGGINGFACE_TOKEN', 'HUGGINGFACEHUB_API_TOKEN', 'HF_API_TOKEN', 'HF_TOKEN_PATH'];

/** A model behind a licence, and nothing to show at the door. */
export const gatedModels: LintRule = {
  id: 'gated-models',
  title: 'A model that needs a token, and no token',
  why: 'Weights of Llama, Mistral, Gemma and others are given to accounts that accepted their licence. Without its token the download ends with 401 or 403, minutes after the start. Accept the licence, make a token that reads, and give it as a secret HF_TOKEN; or put the weights there beforehand.',
  traps: ['X-080'],
  *check({ project, definition }) {
    for (const service of project.services) {
      const hasToken = tokenNames.some((name) => service.environment.has(name)) || service.raw.entries.has('secrets');
      if (hasToken) continue;
      const facts = imageFacts(service.image?.text);
      const offline = /^(1|true|yes)$/i.test(service.environment.get('HF_HUB_OFFLINE')?.value ?? service.environment.get('TRANSFORMERS_OFFLINE')?.value ?? '');
      if (facts?.title === 'Ollama' || offline) continue;
      for (const model of definedModels(definition, service.name)) {
        if (model.gated)
          yield found(
            'error',
            'X-080',
            inDefinition(service.name),
            `${model.name} is given to accounts that accepted its licence, and ${service.name} has no token.`,
            'Add a secret HF_TOKEN (given) and pass it to the service.',
          );
      }
      const given = service.mounts.some(({ readOnly, target }) => readOnly && /model|huggingface|cache/i.test(target));
      for (const { id, at } of loadedModels(service)) {
        if (!gatedPublishers.test(id) || definedModels(definition, service.name).some(({ name, gated }) => gated && name === id)) continue;
        // Weights that are mounted need no download, where they are complete.
        yield found(
          given ? 'note' : 'warning',
          'X-080',
          inService(at, service.name),
          `${id.slice(0, 100)} may ask for a token${given ? ' where the mounted files are not complete' : ''}, and ${service.name} has none.`,
          'Accept the licence and give a secret HF_TOKEN, or put the weights there beforehand and set HF_HUB_OFFLINE=1.',
        );
      }
    }
  },
};
