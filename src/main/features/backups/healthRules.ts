import type { BackupHealth, BackupPolicy, BackupSet } from '../../../shared/model/backup.ts';
import type { ServerId, StackId } from '../../../shared/model/ids.ts';

/** What is known of the backups of one stack on one server. */
export interface HealthFacts {
  serverId: ServerId;
  serverName: string;
  stackId: StackId;
  policy: BackupPolicy | null;
  /** Newest first. */
  sets: readonly BackupSet[];
  /** Services that keep data, and those of them that have a recipe. */
  stateful: readonly string[];
  recipes: readonly string[];
  /** The last backup that ended: when, and whether well; null: none is known. */
  lastRun: { atMs: number; ok: boolean } | null;
}

const hourMs = 3_600_000;
const defaultPointHours = 24;
const defaultDrillDays = 90;

/** Judges backups: the worst that is found gives the state, and each finding is a sentence. */
export function judgeHealth(facts: HealthFacts, nowMs: number): BackupHealth {
  const { policy, serverId, serverName, stackId } = facts;
  const backups = facts.sets.filter(({ manifest }) => manifest.kind === 'backup');
  const newest = backups[0] ?? null;
  const restores = facts.sets.flatMap((set) => set.restores).sort((a, b) => b.atMs - a.atMs);
  const lastRestore = restores[0] ?? null;
  const uncovered = facts.stateful.filter(
    (service) => !(newest === null ? facts.recipes : newest.manifest.parts.map((part) => part.service)).includes(service),
  );
  const found: { state: BackupHealth['state']; reason: string }[] = [];
  const find = (state: BackupHealth['state'], reason: string) => void found.push({ state, reason });

  if (newest === null) find('missing', 'There is no backup.');
  else {
    const ageHours = (nowMs - newest.manifest.startedAtMs) / hourMs;
    const point = policy?.pointHours ?? defaultPointHours;
    if (ageHours > point) find('stale', `The newest backup is ${hours(ageHours)} old; it may be ${hours(point)}.`);
    const damaged = newest.places.filter((place) => newest.checks.find((check) => JSON.stringify(check.place) === JSON.stringify(place))?.ok === false);
    if (damaged.length > 0) find('bad', `The newest backup was found damaged at ${damaged.length} of ${newest.places.length} places.`);
    const places = policy?.places.length ?? 0;
    if (newest.places.length < places) find('bad', `The newest backup lies at ${newest.places.length} of ${places} places.`);
    if (newest.places.every(({ kind }) => kind === 'here')) find('untried', 'Every copy lies on the server itself: with it they are gone too.');
    judgeTrial(facts, restores, nowMs, find);
  }
  if (facts.lastRun?.ok === false && facts.lastRun.atMs > (newest?.manifest.finishedAtMs ?? 0)) find('bad', 'The last attempt failed.');
  if (policy === null) find(newest === null ? 'missing' : 'untried', 'Nothing is said of how often, where to and how long backups are kept.');
  for (const service of uncovered) find('untried', `${service} keeps data and is in no backup.`);
  const order = ['missing', 'bad', 'stale', 'untried', 'good'] as const;
  return {
    ...{ serverId, serverName, stackId, policy, newest, lastRestore, uncovered },
    state: order.find((state) => found.some((each) => each.state === state)) ?? 'good',
    reasons: found.map(({ reason }) => reason),
    sets: backups.length,
    bytes: facts.sets.reduce((sum, { manifest }) => sum + manifest.parts.reduce((all, { bytes }) => all + bytes, 0), 0),
  };
}

function judgeTrial(
  { policy }: HealthFacts,
  restores: readonly { ok: boolean; atMs: number; durationMs: number; dataAgeMs: number }[],
  nowMs: number,
  find: (state: BackupHealth['state'], reason: string) => void,
): void {
  const days = policy?.drillDays ?? defaultDrillDays;
  const last = restores[0];
  if (last === undefined) {
    find('untried', 'No restore was ever tried.');
    return;
  }
  const age = (nowMs - last.atMs) / (24 * hourMs);
  if (!last.ok) {
    find('bad', 'The restore that was tried last failed.');
    return;
  }
  if (age > days) find('untried', `The last restore was tried ${Math.floor(age)} days ago; it may be ${days}.`);
  if (policy !== null && last.durationMs > policy.timeMinutes * 60_000)
    find('untried', `The last restore took ${minutes(last.durationMs)}; it may take ${policy.timeMinutes} min.`);
  if (policy !== null && last.dataAgeMs > policy.pointHours * hourMs)
    find('untried', `The data of the last restore was ${hours(last.dataAgeMs / hourMs)} old; it may be ${hours(policy.pointHours)}.`);
}

function hours(value: number): string {
  return value >= 48 ? `${Math.round(value / 24)} days` : `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} h`;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 6000) / 10} min`;
}
