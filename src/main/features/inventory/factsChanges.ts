import type { Facts, FactsChange } from '../../../shared/model/facts.ts';
import { watchedFacts } from './watchedFacts.ts';

/** What one reading of facts says otherwise than the one before, in the order in which facts are shown. */
export type FactsDifference = Omit<FactsChange, 'seenAtMs' | 'sinceMs'>;

/**
 * Sets a reading of a server's facts against what was known of it. What a reading could not find out is no change, neither when it gets lost nor
 * when it comes back; nor is what moves by itself, such as free space or uptime.
 */
export function factsDifferences(before: Facts, after: Facts): FactsDifference[] {
  const [former, present] = [watchedFacts(before), watchedFacts(after)];
  const paths = [...new Set([...present.keys(), ...former.keys()])];
  return paths.flatMap((path) => {
    const [was, is] = [former.get(path), present.get(path)];
    const fact = is ?? was;
    if (fact === undefined || was?.value === null || is?.value === null) return [];
    // Where a reading tells nothing of a whole part, what it lists of that part is not gone.
    if ((was === undefined && !fact.told(before)) || (is === undefined && !fact.told(after))) return [];
    if (was !== undefined && is !== undefined && (was.identity === is.identity || fact.same(was.value ?? '', is.value ?? ''))) return [];
    if (fact.within !== null && (!former.has(fact.within) || !present.has(fact.within))) return [];
    const difference = { path, title: fact.title, before: was?.value ?? null, after: is?.value ?? null };
    return [{ ...difference, important: fact.important(difference.before, difference.after) }];
  });
}
