import { previewSilence } from '../../src/main/features/alerts/service/silencePreview.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Alert, Silence } from '../../src/shared/model/alert.ts';
import type { AlertRule } from '../../src/shared/model/alertRule.ts';
import { newRandomHex } from './newRandomHex.ts';
import type { World } from './world.ts';

const minute = 60_000;

/** Implements `alerts.silences` of the contract: one is active, one planned, two are over. */
export function silencesHandlers(world: World, rules: readonly AlertRule[]) {
  const { alerts } = world;
  const now = Date.now();
  const silences = new Map<string, Silence>();
  const serversOf = (selector: string | null) => (selector === null ? [] : world.select(selector).map(({ server }) => server.name));
  const put = (silence: Omit<Silence, 'servers' | 'holds' | 'state'>) => {
    const state = silence.untilMs <= Date.now() ? 'over' : silence.fromMs > Date.now() ? 'planned' : 'active';
    silences.set(silence.id, { ...silence, state, holds: 0, servers: serversOf(silence.selector) });
  };
  const held = alerts.values().find(({ hold }) => hold?.reason === 'silence');
  const usual = { rules: [], subjects: [], selector: null, endedBy: null };
  if (held !== undefined) {
    put({
      ...{
        ...usual,
        id: 'sil_00000000000000a1',
        reason: 'index is rebuilt until noon',
        who: 'Mara',
        createdAtMs: now - 63 * minute,
        fromMs: now - 63 * minute,
      },
      ...{ untilMs: now + 142 * minute, rules: [held.cause], selector: held.servers[0]?.name ?? null },
    });
    put({
      ...{ ...usual, id: 'sil_00000000000000a2', reason: 'power of rack 4 is worked on', who: 'Jonas', createdAtMs: now - 300 * minute },
      ...{ fromMs: now + 320 * minute, untilMs: now + 440 * minute, selector: 'env:staging' },
    });
    put({
      ...{ ...usual, id: 'sil_00000000000000a3', reason: 'load test', who: 'Mara', createdAtMs: now - 2_000 * minute, fromMs: now - 2_000 * minute },
      ...{ untilMs: now - 1_760 * minute, rules: ['gpu-heat', 'queue'], selector: 'env:staging' },
    });
    put({
      ...{ ...usual, id: 'sil_00000000000000a4', reason: 'new disks', who: 'Jonas', createdAtMs: now - 4_000 * minute, fromMs: now - 4_000 * minute },
      ...{ untilMs: now - 3_900 * minute, rules: ['disk-full'], subjects: ['disk:/data'], endedBy: 'Mara' },
    });
  }
  const fits = ({ cause, rules, servers, subjects }: Alert, silence: Silence) =>
    (silence.rules.length === 0 || silence.rules.includes(cause) || rules.some((rule) => silence.rules.includes(rule))) &&
    (silence.selector === null || (servers.length > 0 && servers.every(({ name }) => silence.servers.includes(name)))) &&
    (silence.subjects.length === 0 || subjects.every(({ subject }) => silence.subjects.includes(subject)));
  const hold = (silence: Silence) => {
    for (const alert of alerts.values()) {
      if (alert.hold !== null || !fits(alert, silence)) continue;
      const { id, who, reason: text, untilMs } = silence;
      alerts.set(alert.key, { ...alert, escalatesAtMs: null, hold: { reason: 'silence', id, who, text, untilMs } });
    }
  };
  const shown = (silence: Silence): Silence => ({ ...silence, holds: alerts.values().filter((alert) => alert.hold?.id === silence.id).length });
  const order = { active: 0, planned: 1, over: 2 };
  const { list, add, end, preview } = os.alerts.silences;
  return {
    list: list.handler(() => ({
      silences: [...silences.values()].map(shown).sort((a, b) => order[a.state] - order[b.state] || b.untilMs - a.untilMs),
    })),
    add: add.handler(({ input: { fields } }) => {
      const { reason, fromMs = Date.now(), untilMs, rules = [], selector = null, subjects = [] } = fields;
      const id = `sil_${newRandomHex()}`;
      put({ id, reason, who: world.settings.displayName, createdAtMs: Date.now(), fromMs, untilMs, rules, selector, subjects, endedBy: null });
      const silence = silences.get(id);
      if (silence === undefined) throw new AppError('alert.silence-not-found', { id });
      if (silence.state === 'active') hold(silence);
      return { silence: shown(silence) };
    }),
    preview: preview.handler(({ input: { scope } }) => ({
      preview: previewSilence(scope, { servers: [...world.rows.values()].map(({ server }) => server), rules, alerts: [...alerts.values()] }),
    })),
    end: end.handler(({ input: { id } }) => {
      const before = silences.get(id);
      if (before === undefined) throw new AppError('alert.silence-not-found', { id });
      const silence: Silence = { ...before, state: 'over', untilMs: Date.now(), endedBy: world.settings.displayName };
      silences.set(id, silence);
      for (const alert of alerts.values()) if (alert.hold?.id === id) alerts.set(alert.key, { ...alert, state: 'open', hold: null, raisedAtMs: Date.now() });
      return { silence };
    }),
  };
}
