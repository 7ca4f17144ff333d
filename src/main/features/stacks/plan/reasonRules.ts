import type { PlanReason } from '../../../../shared/contract/stackPlans.ts';
import { canonical } from '../definition/composeRules.ts';
import type { ResolvedService } from '../release/resolvedProject.ts';

/** Keys whose values can be shown: nobody puts a secret there. */
const shown = new Set([
  'image',
  'restart',
  'scale',
  'deploy',
  'ports',
  'networks',
  'network_mode',
  'mem_limit',
  'cpus',
  'stop_grace_period',
  'profiles',
  'user',
  'platform',
  'pull_policy',
]);
/** Lists of things that are known by one of their fields. */
const keyed: Record<string, string> = { volumes: 'target', ports: 'target', configs: 'source', secrets: 'source' };
/** What Compose leaves out of the hash of a service. */
const ignored = new Set(['build', 'depends_on', 'profiles', 'pull_policy', 'scale']);

/**
 * The keys in which two definitions of a service differ, deepest first named as `environment.LOG` or `volumes[/data].source`. Values
 * are given only where no secret can be in them. `files` names the changed files below a mount of the release.
 */
export function reasonsBetween(
  before: ResolvedService,
  after: ResolvedService,
  files: (source: string, oldSource: string) => readonly string[] = () => [],
): PlanReason[] {
  const found: PlanReason[] = [];
  const walk = (path: string, top: string, a: unknown, b: unknown) => {
    if (canonical(a ?? null) === canonical(b ?? null)) return;
    const field = keyed[path];
    if (field !== undefined && Array.isArray(a ?? []) && Array.isArray(b ?? [])) return walkList(path, field, asList(a), asList(b));
    if (isRecord(a ?? {}) && isRecord(b ?? {}) && !(a == null && b == null)) {
      const left = isRecord(a) ? a : {};
      const right = isRecord(b) ? b : {};
      for (const key of [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()) {
        if (path === '' && ignored.has(key)) continue;
        walk(path === '' ? key : `${path}.${key}`, path === '' ? key : top, left[key], right[key]);
      }
      return;
    }
    const show = shown.has(top);
    const [from, to] = show ? [text(a), text(b)] : [null, null];
    found.push({ path, from, to, said: said(path, a, b, show) });
  };
  const walkList = (path: string, field: string, a: readonly Record<string, unknown>[], b: readonly Record<string, unknown>[]) => {
    const index = (list: readonly Record<string, unknown>[]) => new Map(list.map((item) => [nameOf(path, field, item), item]));
    const left = index(a);
    const right = index(b);
    for (const key of [...new Set([...left.keys(), ...right.keys()])].sort()) {
      const [one, other] = [left.get(key), right.get(key)];
      const place = `${path}[${key}]`;
      if (one === undefined || other === undefined) {
        found.push({ path: place, from: null, to: null, said: `${place} is ${one === undefined ? 'new' : 'gone'}` });
        continue;
      }
      const changed = path === 'volumes' ? files(String(other['source']), String(one['source'])) : [];
      if (changed.length > 0)
        found.push(...changed.map((file) => ({ path: `file ${file}`, from: null, to: null, said: `the file ${file} that it mounts changes` })));
      else walk(place, path, one, other);
    }
  };
  walk('', '', before, after);
  return found;
}

/** Reasons as one line for people. */
export function sentence(reasons: readonly PlanReason[]): string {
  const [first, second, ...rest] = reasons.map(({ said }) => said);
  if (first === undefined) return '';
  return [first, ...(second === undefined ? [] : [second])].join('; ') + (rest.length === 0 ? '' : ` and ${rest.length} more`);
}

function said(path: string, a: unknown, b: unknown, show: boolean): string {
  if (!show || a == null || b == null) return `${path} ${a == null ? 'is new' : b == null ? 'is gone' : 'changes'}`;
  return `${path} changes from ${text(a)} to ${text(b)}`;
}

function nameOf(path: string, field: string, item: Record<string, unknown>): string {
  if (path !== 'ports') return String(item[field]);
  return [item['host_ip'], item['published'], item['target']].filter((part) => part !== undefined).join(':');
}

function text(value: unknown): string | null {
  if (value == null) return null;
  return (typeof value === 'string' ? value : canonical(value)).slice(0, 300);
}

function asList(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
