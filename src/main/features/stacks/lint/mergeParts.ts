import { readMount } from './shortForms.ts';
import { type Entry, listAt, type MapPart, type Part, type Place, textOf } from './yamlParts.ts';

/** Keys of a service whose value is replaced as a whole by a later file. */
const replaced = new Set(['command', 'entrypoint', 'test']);
/** Keys of a service that may be written as a list of `NAME=value` and mean a mapping. */
const pairs = new Set(['environment', 'labels', 'annotations', 'args', 'sysctls', 'extra_hosts']);
/** Keys that may be written as a list of names and mean a mapping. */
const names = new Set(['depends_on', 'networks']);

/**
 * Puts one compose file over another: mappings are merged, lists appended, and what has a key of its own (variables, mounts, networks)
 * replaced by that key. Source: https://docs.docker.com/reference/compose-file/merge
 */
export function mergeParts(base: Part, over: Part, key = ''): Part {
  if (over.tag === 'override') return over;
  if (replaced.has(key)) return over;
  if (pairs.has(key) || names.has(key)) return mergeMaps(asMap(base), asMap(over), key);
  if (base.kind === 'map' && over.kind === 'map') return mergeMaps(base, over, key);
  if (base.kind === 'list' && over.kind === 'list')
    return { ...over, items: key === 'volumes' ? mergeMounts(base.items, over.items) : [...base.items, ...over.items] };
  return over;
}

/** A mapping over another one. A value with `!reset` takes the key away. */
export function mergeMaps(base: MapPart, over: MapPart, _key = ''): MapPart {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    if (entry.part.tag === 'reset') entries.delete(key);
    else entries.set(key, before === undefined ? entry : { at: entry.at, part: mergeParts(before.part, entry.part, key) });
  }
  return { ...base, entries, at: over.at };
}

/** A list of `NAME=value`, or of names, as the mapping that it means; a mapping stays. */
export function asMap(part: Part): MapPart {
  if (part.kind === 'map') return part;
  const entries = new Map<string, Entry>();
  for (const item of listAt(part)) {
    const text = textOf(item) ?? '';
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    if (key !== '') entries.set(key, { at: item.at, part: scalar(equals < 0 ? null : text.slice(equals + 1), item.at) });
  }
  return { kind: 'map', entries, at: part.at, tag: null };
}

function scalar(value: string | null, at: Place): Part {
  return { kind: 'scalar', value, at, tag: null };
}

function mergeMounts(base: readonly Part[], over: readonly Part[]): Part[] {
  const targets = new Set(over.map((item) => readMount(item)?.target));
  return [...base.filter((item) => !targets.has(readMount(item)?.target)), ...over];
}
