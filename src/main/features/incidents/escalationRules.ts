import { AppError } from '../../../shared/errors.ts';
import {
  type Contact,
  type Escalation,
  type Incident,
  type IncidentLevel,
  type IncidentPlan,
  incidentLevels,
  type OnCall,
  onCallContact,
  type Rotation,
} from '../../../shared/model/incident.ts';

const dayMs = 86_400_000;

/** What is there before anybody filled it in: the path without people. */
export const emptyPlan: IncidentPlan = {
  contacts: [],
  levels: ([1, 2, 3] as const).map((level) => ({
    level,
    when: incidentLevels[level].meaning,
    contacts: level === 1 ? [onCallContact] : [],
    withinMin: level === 3 ? null : 30,
  })),
  rotation: null,
};

/** Throws `input.invalid` where the plan names somebody who is not among its contacts, or a contact twice. */
export function checkPlan({ contacts, levels, rotation }: IncidentPlan): void {
  const ids = contacts.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw invalid('contacts', `"${twice}" is there twice`);
  if (ids.includes(onCallContact)) throw invalid('contacts', `"${onCallContact}" stands for whoever is on call`);
  const known = (path: string, id: string) => {
    if (!ids.includes(id) && !(path.startsWith('levels') && id === onCallContact)) throw invalid(path, `"${id}" is not among the contacts`);
  };
  for (const [index, step] of levels.entries()) {
    if (step.level !== index + 1) throw invalid(`levels.${index}`, `level ${index + 1} is expected here`);
    for (const id of step.contacts) known(`levels.${index}`, id);
  }
  for (const id of rotation?.people ?? []) known('rotation.people', id);
  for (const { contact, from, to } of rotation?.standIns ?? []) {
    known('rotation.standIns', contact);
    if (to < from) throw invalid('rotation.standIns', `${from} is after ${to}`);
  }
}

/** Who is on call at a time, and until when; null where nobody is named, or the rotation has not begun. */
export function onCallAt({ contacts, rotation }: IncidentPlan, atMs: number): OnCall | null {
  if (rotation === null || rotation.people.length === 0) return null;
  const find = (id: string | undefined) => contacts.find((contact) => contact.id === id) ?? null;
  const [from, untilMs] = turn(rotation, atMs);
  if (from < 0) return null;
  const day = new Date(atMs - rotation.handoverHourUtc * 3_600_000).toISOString().slice(0, 10);
  const standIn = rotation.standIns.find((each) => each.from <= day && day <= each.to);
  const regular = rotation.people[from % rotation.people.length];
  const contact = find(standIn?.contact ?? regular);
  if (contact === null) return null;
  const endMs = standIn === undefined ? untilMs : Date.parse(`${standIn.to}T00:00:00Z`) + dayMs + rotation.handoverHourUtc * 3_600_000;
  return { contact, untilMs: endMs, next: find(standIn === undefined ? rotation.people[(from + 1) % rotation.people.length] : regular) };
}

/** The number of the turn at a time, from 0, and its end. */
function turn({ startsOn, everyDays, handoverHourUtc }: Rotation, atMs: number): [number, number] {
  const firstMs = Date.parse(`${startsOn}T00:00:00Z`) + handoverHourUtc * 3_600_000;
  const number = Math.floor((atMs - firstMs) / (everyDays * dayMs));
  return [number, firstMs + (number + 1) * everyDays * dayMs];
}

/** Where an open incident stands: who has it, who is next and from when. */
export function escalationOf(plan: IncidentPlan, incident: Pick<Incident, 'level' | 'levelSinceMs'>, atMs: number): Escalation {
  const { level, levelSinceMs: sinceMs } = incident;
  const people = (of: IncidentLevel): Contact[] => {
    const ids = plan.levels.find((step) => step.level === of)?.contacts ?? [];
    return ids.flatMap((id) => (id === onCallContact ? (onCallAt(plan, atMs)?.contact ?? []) : (plan.contacts.find((contact) => contact.id === id) ?? [])));
  };
  const withinMin = plan.levels.find((step) => step.level === level)?.withinMin ?? null;
  const nextLevel = level === 3 ? null : ((level + 1) as IncidentLevel);
  return {
    ...{ level, sinceMs, contacts: people(level) },
    dueAtMs: nextLevel === null || withinMin === null ? null : sinceMs + withinMin * 60_000,
    next: nextLevel === null ? null : { level: nextLevel, contacts: people(nextLevel) },
  };
}

function invalid(path: string, message: string): AppError {
  return new AppError('input.invalid', { issues: [{ path, message }] });
}
