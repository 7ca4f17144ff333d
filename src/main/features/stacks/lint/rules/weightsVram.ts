import { needsOf } from '../../../../../shared/model/stackDefinition.ts';
import { gib, gpusOf, vramHeadroom } from '../gpuFacts.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, inDefinition, inService, type LintNews, type LintRule, type LintSubject } from '../lintSubject.ts';
import { definedModels, loadedModels, weightsMib } from '../modelFacts.ts';

/** The weights of one model against the cards that it is to lie on. */
export const weightsVram: LintRule = {
  id: 'weights-vram',
  title: 'The weights of a model are larger than the graphics memory planned for it',
  why: 'A model in 16 bit takes two bytes for each parameter: 7 billion are 14 GB, 32 are 64 GB, 70 are 140 GB, before any request. Figures below that are those of quantised weights, which have to be chosen by name (AWQ, GPTQ, FP8, a GGUF tag) or by an option. Weights should take nine tenths of the cards at most.',
  traps: ['X-015', 'X-028'],
  *check(subject) {
    for (const service of subject.project.services) {
      if (service.gpus === null) continue;
      yield* plannedFor(subject, service.name);
      const known = gpusOf(subject);
      if (known === null) continue;
      for (const model of loadedModels(service)) {
        const weights = weightsMib(model);
        if (weights === null) continue;
        const cards = known.gpus.map(({ vramMib }) => vramMib).toSorted((a, b) => b - a);
        const splits = imageFacts(service.image?.text)?.title === 'Ollama' ? cards.length : Math.min(model.parallel, cards.length);
        const room = cards.slice(0, splits).reduce((sum, vram) => sum + vram, 0) * vramHeadroom;
        if (cards.length === 0 || weights <= room) continue;
        const all = cards.reduce((sum, vram) => sum + vram, 0) * vramHeadroom;
        yield found(
          known.severity,
          'X-028',
          inService(model.at, service.name),
          `The weights of ${model.id.slice(0, 100)} in ${model.precision} are about ${gib(weights)} (${model.billions ?? '?'} billion × ${model.bytes} bytes), and ${splits === 1 ? 'one card' : `${splits} cards`} of ${known.whose} leave ${gib(room)} for them.`,
          weights <= all
            ? `Split it over more cards (--tensor-parallel-size), or choose quantised weights.`
            : 'Choose quantised weights or a smaller model, or larger cards.',
        );
      }
    }
  },
};

/** What the definition says of download and of VRAM contradicts itself. */
function* plannedFor({ definition, parameters }: LintSubject, service: string): Iterable<LintNews> {
  const own = definition?.services.find(({ name }) => name === service);
  const vram = own === undefined ? undefined : needsOf(own, parameters).vramMib;
  if (vram === undefined) return;
  for (const model of definedModels(definition, service)) {
    if (model.downloadMib <= vram * vramHeadroom) continue;
    const most = model.downloadMib > vram;
    yield found(
      most ? 'error' : 'warning',
      'X-015',
      inDefinition(service),
      `${model.name} is ${gib(model.downloadMib)} to download and ${service} is planned with ${gib(vram)} of VRAM: ${most ? 'that holds quantised weights only, and these are not' : 'that leaves less than a tenth for what requests add'}.`,
      'Name quantised weights of the model, or plan with the VRAM that these take.',
    );
  }
}
