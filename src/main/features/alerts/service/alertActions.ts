import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { Alert } from '../../../../shared/model/alert.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import type { Incident, IncidentLevel } from '../../../../shared/model/incident.ts';
import type { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { AlertsPorts } from './alertsPorts.ts';
import { incidentText } from './incidentText.ts';
import type { Judge } from './judge.ts';

interface Keys {
  requestId: RequestId;
  keys: readonly string[];
}

/** What people do with alerts that are open. All throw `alert.not-found`, and then nothing was done; `acknowledge` `input.invalid`, too. */
export interface AlertActions {
  acknowledge(request: Keys & { untilMs?: number | undefined; note?: string | undefined }): Alert[];
  unacknowledge(request: Keys): Alert[];
  openIncident(
    request: Keys & { level: IncidentLevel; title?: string | undefined; collect: boolean },
  ): Promise<{ incident: Incident; evidence: string | null }>;
}

const keysAnswer = z.object({ keys: z.array(z.string()) });

/** Makes them. */
export function createAlertActions({ ports, requests, judge }: { ports: AlertsPorts; requests: RequestsRepo; judge: Judge }): AlertActions {
  const { nowMs, who } = ports;
  /** Each once, however often it was named. */
  const openKeys = (given: readonly string[]): string[] => {
    const keys = [...new Set(given)];
    const missing = keys.find((key) => !judge.isOpen(key));
    if (missing !== undefined) throw new AppError('alert.not-found', { key: missing });
    return keys;
  };
  const shown = (keys: readonly string[]) => keys.flatMap((key) => judge.alerts.get(key) ?? []);
  return {
    acknowledge({ requestId, keys: given, untilMs, note }) {
      const { keys } = requests.once(requestId, 'alerts.acknowledge', keysAnswer, () => {
        const keys = openKeys(given);
        if (untilMs !== undefined && untilMs <= nowMs())
          throw new AppError('input.invalid', { issues: [{ path: 'untilMs', message: 'it would be over before it begins' }] });
        judge.acknowledge(keys, { who: who(), untilMs: untilMs ?? null, note: note === undefined || note === '' ? null : note });
        return { keys };
      });
      judge.show();
      return shown(keys);
    },
    unacknowledge({ requestId, keys: given }) {
      const { keys } = requests.once(requestId, 'alerts.unacknowledge', keysAnswer, () => {
        const keys = openKeys(given);
        judge.unacknowledge(keys, who());
        return { keys };
      });
      judge.show();
      return shown(keys);
    },
    async openIncident({ requestId, keys: given, level, title, collect }) {
      const keys = openKeys(given);
      const alerts = shown(keys);
      const there = new Map(ports.servers().map(({ id, name }) => [id as string, name]));
      const names = [...new Set(alerts.flatMap(({ servers }) => servers.flatMap(({ id }) => there.get(id) ?? [])))];
      const text = incidentText(alerts);
      const opened = await ports.openIncident({
        ...{
          requestId,
          level,
          collect,
          title: title ?? text.title,
          note: text.note,
          stacks: [...new Set(alerts.flatMap(({ stacks }) => stacks))].slice(0, 50),
        },
        source: { kind: 'alert', name: text.title, alerts: text.alerts },
        ...(names.length === 0 ? {} : { selector: names.join(',') }),
      });
      for (const key of keys) {
        if (judge.alerts.get(key)?.incident === opened.incident.id) continue;
        judge.note(key, { kind: 'incident', who: who(), note: opened.incident.id, atMs: nowMs() });
        judge.linkIncident(key, opened.incident.id);
      }
      judge.show();
      return opened;
    },
  };
}
