import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { longestSilenceMs, type Silence, type SilenceFields } from '../../../../shared/model/alert.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import { resolveSelector } from '../../../../shared/model/selector.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { Database } from '../../../database/database.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { Silence as JudgedSilence } from '../evaluator/evaluatorTypes.ts';
import { SilencesRepo, type StoredSilence } from './silencesRepo.ts';
import { namedServers, silentServers } from './silentServers.ts';

/** How long one that is over is shown. */
const shownMs = 30 * 86_400_000;

/** What silences need from the rest of the core. */
export interface SilencesPorts {
  database: Database;
  servers(): readonly Server[];
  /** Whether there is a rule of this id or cause. */
  knowsRule(name: string): boolean;
  who(): string;
  nowMs(): number;
  /** Called after each change. */
  changed(): void;
}

/** What people want to hear nothing of. */
export interface SilencesService {
  /** `holds`: how many alerts each holds, by its id. */
  list(holds: ReadonlyMap<string, number>): Silence[];
  add(request: { requestId: RequestId; fields: SilenceFields }): Silence;
  end(request: { requestId: RequestId; id: string }): Silence;
  /** Those that count now or later, or counted at any time since, as the evaluator takes them: selectors pick the servers of this moment. */
  judged(sinceMs?: number): JudgedSilence[];
}

const idAnswer = z.object({ id: z.string() });

/** Makes the service. */
export function createSilencesService(ports: SilencesPorts): SilencesService {
  const repo = new SilencesRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  repo.forgetBefore(ports.nowMs() - shownMs);
  let current: StoredSilence[] | null = null;
  const alive = () => {
    current ??= repo.endingAfter(ports.nowMs());
    return current;
  };
  const picked = (stored: StoredSilence) => silentServers(stored, ports.servers());
  const find = (id: string) => {
    const found = repo.endingAfter(ports.nowMs() - shownMs).find((each) => each.id === id);
    if (found === undefined) throw new AppError('alert.silence-not-found', { id });
    return found;
  };
  const shown = (stored: StoredSilence, holds = 0): Silence => {
    const now = ports.nowMs();
    const { rules, subjects, named: _named, ...rest } = stored;
    return {
      ...{ ...rest, rules: rules ?? [], subjects: subjects ?? [], servers: (picked(stored) ?? []).map(({ name }) => name), holds },
      state: stored.untilMs <= now ? 'over' : stored.fromMs > now ? 'planned' : 'active',
    };
  };
  const changed = () => {
    current = null;
    ports.changed();
  };

  return {
    list(holds) {
      const all = repo.endingAfter(ports.nowMs() - shownMs).map((stored) => shown(stored, holds.get(stored.id)));
      const rank = { active: 0, planned: 1, over: 2 };
      return all.sort((a, b) => rank[a.state] - rank[b.state] || (a.state === 'over' ? b.untilMs - a.untilMs : a.untilMs - b.untilMs));
    },
    add({ requestId, fields }) {
      const { id } = requests.once(requestId, 'alerts.silences.add', idAnswer, () => {
        const now = ports.nowMs();
        const { reason, fromMs = now, untilMs, rules, selector, subjects } = fields;
        const refuse = (path: string, message: string) => new AppError('input.invalid', { issues: [{ path: `fields.${path}`, message }] });
        // What nobody has would be silent without anybody being told that it is a mistake in writing.
        if (selector !== undefined) resolveSelector(selector, ports.servers());
        const unknown = rules?.find((name) => !ports.knowsRule(name));
        if (unknown !== undefined) throw refuse('rules', `there is no rule "${unknown}" among those of alerts, nor a cause`);
        if (untilMs <= now || untilMs <= fromMs) throw refuse('untilMs', 'it would be over before it begins');
        if (untilMs - fromMs > longestSilenceMs) throw refuse('untilMs', 'a silence lasts 90 days at most; what is never wanted is a rule to be switched off');
        const made = `sil_${randomBytes(8).toString('hex')}`;
        const named = selector === undefined ? {} : namedServers(selector, ports.servers());
        const narrowed = { rules: rules ?? null, selector: selector ?? null, named, subjects: subjects ?? null };
        repo.save({ id: made, reason, who: ports.who(), createdAtMs: now, fromMs, untilMs, ...narrowed, endedBy: null });
        return { id: made };
      });
      changed();
      return shown(find(id));
    },
    end({ requestId, id }) {
      requests.once(requestId, 'alerts.silences.end', idAnswer, () => {
        const stored = find(id);
        const now = ports.nowMs();
        if (stored.untilMs > now) repo.save({ ...stored, fromMs: Math.min(stored.fromMs, now), untilMs: now, endedBy: ports.who() });
        return { id };
      });
      changed();
      return shown(find(id));
    },
    judged: (sinceMs) =>
      (sinceMs === undefined ? alive() : repo.endingAfter(sinceMs)).map((stored) => {
        const { id, who, reason, fromMs, untilMs, rules, subjects } = stored;
        const servers = picked(stored);
        return {
          ...{ id, who, reason, fromMs, untilMs },
          ...(rules === null ? {} : { rules }),
          ...(servers === null ? {} : { serverIds: servers.map((server) => server.id) }),
          ...(subjects === null ? {} : { subjects }),
        };
      }),
  };
}
