import { gib, gpusOf, gpuWords, type JudgedGpus, noGpusKnown, vramHeadroom } from '../gpuFacts.ts';
import { found, inService, type LintNews, type LintRule } from '../lintSubject.ts';
import { loadedModels, weightsMib } from '../modelFacts.ts';
import { type NeededService, neededServices, sumWords } from '../needs.ts';
import { type PackItem, pack } from '../packing.ts';

/** Services that reserve graphics cards, put onto the cards that are there. */
export const vramPacking: LintRule = {
  id: 'vram-packing',
  title: 'Models do not fit onto the graphics cards together',
  why: 'A total says little: a model lies on one card unless it is split on purpose, so that 24 + 8 + 8 GB need a card for the large one alone. And a card that is full to the last tenth has no room for what a request adds (KV cache), so that it runs out of memory under load. Take smaller or quantised models, start fewer of them, or more or larger cards.',
  traps: ['X-013', 'X-014', 'X-022'],
  *check(subject) {
    const needed = neededServices(subject).filter(({ service }) => service.gpus !== null && service.replicas.count > 0);
    if (needed.length === 0) return;
    const known = gpusOf(subject);
    if (known === null) {
      yield { unknown: `whether the models fit onto graphics cards: ${noGpusKnown(subject.server)}` };
      return;
    }
    const sized = needed.flatMap((each) => {
      const size = vramOf(each);
      return size === null ? [] : [{ ...each, size }];
    });
    const silent = needed.filter((each) => vramOf(each) === null).map(({ service }) => service.name);
    if (silent.length > 0) yield { unknown: `how much VRAM ${silent.slice(0, 8).join(', ')} takes: neither the definition nor the name of a model tells` };
    if (sized.length > 0) yield* judge(sized, known);
  },
};

/** What a service takes, or at least takes by the weights of its models. */
function vramOf({ service, needs }: NeededService): number | null {
  if (needs.vramMib !== undefined) return needs.vramMib;
  const weights = loadedModels(service).flatMap((model) => weightsMib(model) ?? []);
  return weights.length === 0 ? null : Math.max(...weights);
}

function* judge(sized: readonly (NeededService & { size: number })[], { gpus, whose, severity }: JudgedGpus): Iterable<LintNews> {
  const bins = gpus.map(({ vramMib }) => vramMib);
  const total = bins.reduce((sum, bin) => sum + bin, 0);
  const need = sized.reduce((sum, { size, service }) => sum + size * service.replicas.count, 0);
  const largest = sized.toSorted((a, b) => b.size - a.size)[0];
  if (largest === undefined) return;
  const at = inService(largest.service.gpus?.at ?? largest.service.at, largest.service.name);
  const words = sumWords(
    sized.map(({ service, size }) => ({ name: service.name, value: size * service.replicas.count })),
    gib,
  );
  const fix = 'Choose quantised or smaller models, start fewer of them at once, or take more or larger cards.';
  if (need > total) {
    yield found(
      severity,
      'X-013',
      at,
      `${words} is ${gib(need)} of VRAM, and ${whose} has ${gpuWords(gpus)}${gpus.length > 1 ? `, ${gib(total)} in all` : ''}.`,
      fix,
    );
    return;
  }
  const items = sized.flatMap(({ service, size }) => Array.from({ length: service.replicas.count }, () => itemOf(service, size, bins)));
  const tight = pack(items, bins);
  if (tight === 'unknown') yield { unknown: `whether the models fit onto ${gpuWords(gpus)}: there are too many ways to put them` };
  else if (tight === null)
    yield found(severity, 'X-014', at, `${words} is less than ${gib(total)} in all, but there is no way to put them onto ${gpuWords(gpus)} of ${whose}.`, fix);
  else if (
    pack(
      items,
      bins.map((bin) => bin * vramHeadroom),
    ) === null
  ) {
    const fullest = Math.max(...bins.map((bin, index) => (100 * loadOf(items, tight, index)) / bin));
    const trap = gpus.length > 1 ? 'X-014' : 'X-022';
    yield found(
      'warning',
      trap,
      at,
      `${words} fills a card of ${whose} (${gpuWords(gpus)}) to ${Math.round(fullest)} %: above 90 % there is no room for what requests add.`,
      fix,
    );
  }
}

function itemOf(service: NeededService['service'], size: number, bins: readonly number[]): PackItem {
  const { count = 1, deviceIds = [] } = service.gpus ?? {};
  const pinned = deviceIds.map(Number).filter((id) => Number.isInteger(id) && id < bins.length);
  const fits = bins.some((bin) => bin >= size);
  // With all cards reserved a program splits a model only where it has to.
  const spread = count === 'all' ? (fits ? 1 : bins.length) : Math.max(1, Math.min(count, bins.length));
  return { name: service.name, size, spread, ...(pinned.length > 0 && pinned.length >= spread ? { only: pinned } : {}) };
}

function loadOf(items: readonly PackItem[], placed: readonly (readonly number[])[], bin: number): number {
  return items.reduce((sum, item, index) => sum + (placed[index]?.includes(bin) ? item.size / item.spread : 0), 0);
}
