import type { AlertHours, AlertRule, AlertScope, AlertSubject } from '../../../../shared/model/alertRule.ts';
import type { EvaluatorConfig, ServerInput } from './evaluatorTypes.ts';
import { hoursOpen } from './hoursRules.ts';

/** The server that stands for this computer in conditions about it. */
export const computerId = 'computer';

/** What kind of thing a subject is. */
export function kindOf(serverId: string, subject: string): AlertSubject | null {
  if (serverId === computerId) return 'computer';
  if (subject === '') return 'server';
  const kind = subject.slice(0, subject.indexOf(':'));
  return kinds.find((each) => each === kind) ?? null;
}
const kinds: readonly AlertSubject[] = ['gpu', 'disk', 'drive', 'nic', 'container', 'engine', 'probe'];

/** Stacks that a subject belongs to: its own, or those of its server where it has none of its own. */
export function stacksOf(server: ServerInput, subject: string): readonly string[] {
  const own = server.subjects[subject]?.stack;
  if (own !== undefined) return [own];
  return /^(container|engine|probe):/.test(subject) ? [] : server.stacks;
}

/** Whether a rule is for a subject of a server. */
export function applies({ appliesTo }: { appliesTo: AlertScope }, server: ServerInput, subject: string): boolean {
  const { environments, stacks, exceptStacks, engines, exceptEngines, hardware } = appliesTo;
  if (environments !== undefined && !environments.includes(server.environment)) return false;
  if (hardware !== undefined && server.hardware !== hardware) return false;
  if (stacks !== undefined || exceptStacks !== undefined) {
    const own = stacksOf(server, subject);
    if (stacks !== undefined && !own.some((stack) => stacks.includes(stack))) return false;
    if (exceptStacks !== undefined && own.some((stack) => exceptStacks.includes(stack))) return false;
  }
  if (engines === undefined && exceptEngines === undefined) return true;
  const engine = server.subjects[subject]?.engine;
  const own = engine === undefined ? server.engines : [engine];
  if (engines !== undefined && !own.some((each) => engines.includes(each))) return false;
  return !own.some((each) => exceptEngines?.includes(each) === true);
}

/** Tells whether a rule is judged on a server at a moment. Looks at a clock once a minute. */
export function createHoursClock({ hours, environmentHours, settings }: EvaluatorConfig): (rule: AlertRule, server: ServerInput, atMs: number) => boolean {
  const byId = new Map(hours.map((each) => [each.id, each]));
  const known = new Map<string, boolean>();
  const isOpen = (which: AlertHours, zone: string, atMs: number) => {
    const key = `${which.id}/${zone}/${Math.floor(atMs / 60_000)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const open = hoursOpen(which, zone, atMs);
    known.set(key, open);
    return open;
  };
  return ({ schedule }, server, atMs) => {
    if (schedule === 'always') return true;
    const id = schedule === 'environment' ? environmentHours[server.environment] : schedule;
    const which = id === undefined ? undefined : byId.get(id);
    return which === undefined || isOpen(which, server.zone ?? settings.zone, atMs);
  };
}
