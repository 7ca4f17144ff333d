import type { Alert, SilenceFields, SilencePreview, SilenceScope } from '../../../shared/model/alert.ts';
import { count } from '../../ui/format.ts';
import { causeText } from './alertView.ts';
import { subjectText } from './metricWords.ts';

/** For how long a silence is. `morning` is eight o'clock on this computer's wall clock. */
export type SilenceSpan = '1h' | '4h' | 'morning' | 'custom';

/** What is filled in to silence something. Empty texts do not narrow it. */
export interface SilenceForm {
  span: SilenceSpan;
  /** Of `custom`: `2026-11-24T06:00` on this computer's wall clock. */
  until: string;
  reason: string;
  /** Ids or causes of rules. */
  rules: readonly string[];
  /** A selector of servers. */
  selector: string;
  subjects: readonly string[];
}

const hourMs = 3_600_000;

/** When the next morning begins, eight o'clock local. */
export function nextMorningMs(nowMs: number): number {
  const morning = new Date(nowMs);
  morning.setHours(8, 0, 0, 0);
  if (morning.getTime() <= nowMs) morning.setDate(morning.getDate() + 1);
  return morning.getTime();
}

/** When a silence ends; null: what was typed is no time, or is over. */
export function silenceEndMs({ span, until }: Pick<SilenceForm, 'span' | 'until'>, nowMs: number): number | null {
  if (span === '1h') return nowMs + hourMs;
  if (span === '4h') return nowMs + 4 * hourMs;
  if (span === 'morning') return nextMorningMs(nowMs);
  const typed = new Date(until).getTime();
  return Number.isFinite(typed) && typed > nowMs ? typed : null;
}

/** A moment as a field for date and time wants it, on this computer's wall clock. */
export function fieldTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What to fill in for alerts: their causes on their servers, and of one alert its only subject. */
export function silenceFormOf(alerts: readonly Pick<Alert, 'cause' | 'servers' | 'subjects'>[], nowMs: number): SilenceForm {
  const servers = [...new Set(alerts.flatMap((alert) => alert.servers.map(({ name }) => name)))];
  const subjects = alerts.length === 1 ? [...new Set(alerts[0]?.subjects.map(({ subject }) => subject))] : [];
  return {
    ...{ span: '1h', until: fieldTime(nowMs + 24 * hourMs), reason: '' },
    ...{ rules: [...new Set(alerts.map(({ cause }) => cause))], selector: servers.join(','), subjects: subjects.length === 1 ? subjects : [] },
  };
}

/** What is to be silent, as the core takes it. */
export function silenceScopeOf({ rules, selector, subjects }: Pick<SilenceForm, 'rules' | 'selector' | 'subjects'>): SilenceScope {
  return {
    ...(rules.length > 0 && { rules: [...rules] }),
    ...(selector.trim() !== '' && { selector: selector.trim() }),
    ...(subjects.length > 0 && { subjects: [...subjects] }),
  };
}

/** The fields of a silence; null: it has no end, or nothing narrows it. */
export function silenceFieldsOf(form: SilenceForm, nowMs: number): SilenceFields | null {
  const untilMs = silenceEndMs(form, nowMs);
  const scope = silenceScopeOf(form);
  if (untilMs === null || Object.keys(scope).length === 0) return null;
  return { reason: form.reason.trim(), untilMs, ...scope };
}

/** What will be silent, as the middle of a sentence: `Disk full of disk:/data on gpu-1`. */
export function scopeSentence({ rules, selector, subjects }: Pick<SilenceForm, 'rules' | 'selector' | 'subjects'>): string {
  const what = rules.length === 0 ? 'anything' : rules.map(causeText).join(', ');
  const of = subjects.length === 0 ? '' : ` of ${subjects.map(subjectText).join(', ')}`;
  const where = selector.trim() === '' ? 'anywhere' : `on ${selector.trim().replaceAll(/\s*,\s*/g, ', ')}`;
  return `${what}${of} ${where}`;
}

/** What a silence would hold now, in a sentence; and what may not be as it was meant. */
export function previewSentences({ alerts, servers, rules, unknownRules }: SilencePreview): { held: string; warnings: string[] } {
  const whole = alerts.filter((alert) => alert.whole).length;
  const part = alerts.length - whole;
  const held = `${count(whole, 'open alert')} of now ${whole === 1 ? 'is' : 'are'} held by it${part === 0 ? '' : `, and of ${count(part, 'other')} a part`}.`;
  const warnings = [
    ...unknownRules.map((name) => `There is no rule and no cause "${name}".`),
    ...(rules === 0 && unknownRules.length === 0 ? ['The rules that it is about are switched off.'] : []),
    ...(servers?.length === 0 ? ['No server is picked by that.'] : []),
  ];
  return { held: servers === null || servers.length === 0 ? held : `${count(servers.length, 'server')}; ${held}`, warnings };
}

/** The same with a capital at its beginning. */
export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
