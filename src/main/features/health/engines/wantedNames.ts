import type { EngineDefinition } from './engineSources.ts';
import { type EngineKind, engineTable } from './engineTable.ts';

const known = new Map<EngineKind, ReadonlySet<string>>();

/** The names on lines that count for a kind of engine, for `wants` of `parseScrape`: a tenth of what they say. */
export function wantedNames(kind: EngineKind): ReadonlySet<string> {
  let names = known.get(kind);
  if (names === undefined) {
    names = new Set(['process_start_time_seconds', ...namesOf(engineTable[kind])]);
    known.set(kind, names);
  }
  return names;
}

function namesOf({ knownBy, upGauge, sources }: EngineDefinition): string[] {
  const ofSources = sources.flatMap((source) => {
    if (source.how === 'histogram') return source.names.map((name) => `${name}_bucket`);
    if (source.how === 'share') return [source.name, ...source.of];
    if (source.how === 'part') return [...source.names, ...source.of];
    if (source.how === 'rate') return [...source.names, ...(source.and ?? []), ...(source.less ?? [])];
    return [...source.names];
  });
  return [...knownBy, ...(upGauge === undefined ? [] : [upGauge]), ...ofSources];
}
