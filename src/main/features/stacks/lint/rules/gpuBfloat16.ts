import { computeCapability, gpusOf } from '../gpuFacts.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { optionOf } from '../modelFacts.ts';

/** bfloat16 on a card that has none. */
export const gpuBfloat16: LintRule = {
  id: 'gpu-bfloat16',
  title: 'bfloat16 on a graphics card that cannot compute in it',
  why: 'Most models come in bfloat16, which cards below compute capability 8.0 (T4, V100, RTX 20) do not have. vLLM stops or falls back, by its version. Say --dtype half on such a card.',
  traps: ['X-030'],
  *check(subject) {
    const known = gpusOf(subject);
    for (const service of subject.project.services) {
      const facts = imageFacts(service.image?.text);
      if (service.gpus === null || known === null || known.gpus.length === 0) continue;
      const dtype = (optionOf(service.command, ['--dtype']) ?? service.environment.get('DTYPE')?.value ?? '').toLowerCase();
      const explicit = dtype === 'bfloat16' || dtype === 'bf16';
      if (!explicit && !((facts?.title === 'vLLM' || facts?.title === 'SGLang') && (dtype === '' || dtype === 'auto'))) continue;
      const old = known.gpus.find(({ name }) => (computeCapability(name) ?? 8) < 8);
      if (old === undefined) {
        const odd = known.gpus.find(({ name }) => computeCapability(name) === null);
        if (odd !== undefined) yield { unknown: `whether ${odd.name} computes in bfloat16: its name is not among those that are known` };
        continue;
      }
      yield found(
        explicit ? known.severity : 'warning',
        'X-030',
        inService(service.commandAt, service.name),
        `${service.name} computes in ${explicit ? 'bfloat16' : 'what its model asks for, mostly bfloat16'}, and ${old.name} of ${known.whose} has compute capability ${computeCapability(old.name)}, below 8.0.`,
        'Say --dtype half.',
      );
    }
  },
};
