import { gib, gpusOf, noGpusKnown, vramHeadroom } from '../gpuFacts.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';
import { loadedModels, optionOf, weightsMib } from '../modelFacts.ts';

/** Worker processes that load the model each for themselves. */
export const modelCopies: LintRule = {
  id: 'model-copies',
  title: 'Every worker process loads a copy of the model',
  why: 'Workers of a web server are processes of their own. Where a worker loads the model into the graphics card, four of them need the memory of four models. Run one worker for each card, or put the model into a server of its own (vLLM, Ollama) that all workers ask.',
  traps: ['X-026'],
  *check(subject) {
    for (const service of subject.project.services) {
      if (service.gpus === null) continue;
      const variable = ['WORKERS', 'MAX_WORKERS', 'WEB_CONCURRENCY', 'UVICORN_WORKERS', 'GUNICORN_WORKERS', 'NUM_WORKERS']
        .map((name) => ({ name, entry: service.environment.get(name) }))
        .find(({ entry }) => Number(entry?.value) > 1);
      const option = optionOf(service.command, ['--workers', '-w']);
      const workers = Number(variable?.entry?.value ?? option ?? 1);
      const model = loadedModels(service).find((one) => weightsMib(one) !== null);
      const weights = model === undefined ? null : weightsMib(model);
      if (!(workers > 1) || weights === null || model === undefined) continue;
      const at = inService(variable?.entry?.at ?? service.commandAt, service.name);
      const known = gpusOf(subject);
      const what = `${workers} workers that load ${model.id.slice(0, 100)} each take ${workers} × ${gib(weights)} = ${gib(workers * weights)} of VRAM`;
      const fix = 'Run one worker for each card, or give the model a server of its own that the workers ask.';
      if (known === null) {
        yield found('warning', 'X-026', at, `${what}.`, fix);
        yield { unknown: `whether ${workers} copies of a model fit: ${noGpusKnown(subject.server)}` };
        continue;
      }
      const cards = service.gpus.count === 'all' ? known.gpus : known.gpus.slice(0, service.gpus.count);
      const room = cards.reduce((sum, { vramMib }) => sum + vramMib, 0);
      if (workers * weights > room * vramHeadroom)
        yield found(known.severity, 'X-026', at, `${what}, and the cards of ${known.whose} that it reserves have ${gib(room)}.`, fix);
    }
  },
};
