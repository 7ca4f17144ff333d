import type { Attachment, RunNote, TimelineEvent } from '../../../shared/model/evidence.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Operation, OutputEntry } from '../../../shared/model/operation.ts';
import type { PersonAnswer } from '../../../shared/model/question.ts';

/** What a timeline is made from. */
export interface TimelineSource {
  operation: Operation;
  answers: readonly { serverId: ServerId; stepId: string; answer: PersonAnswer }[];
  notes: readonly RunNote[];
  attachments: readonly Attachment[];
  /** What Pilothouse itself said in the output. */
  said: readonly OutputEntry[];
}

const order: Record<TimelineEvent['kind'], number> = {
  ...{ made: 0, begun: 1, 'cell-begun': 2, said: 3, answered: 4, note: 5, attachment: 6, 'cell-ended': 7, ended: 8 },
};

/** Everything that happened in a run, by time; what happened in the same millisecond in the order in which such things follow. */
export function timelineOf({ operation, answers, notes, attachments, said }: TimelineSource): TimelineEvent[] {
  const events: TimelineEvent[] = [event(operation.createdAtMs, 'made', `Asked for: ${operation.title}`, { who: operation.who })];
  if (operation.startedAtMs !== null) events.push(event(operation.startedAtMs, 'begun', 'The run began', {}));
  for (const cell of operation.cells) {
    const place = { serverId: cell.serverId, stepId: cell.stepId };
    const attempt = cell.attempt > 1 ? ` (attempt ${cell.attempt})` : '';
    if (cell.startedAtMs !== null) events.push(event(cell.startedAtMs, 'cell-begun', `Began${attempt}`, place));
    if (cell.finishedAtMs !== null) events.push(event(cell.finishedAtMs, 'cell-ended', endOf(cell), place));
  }
  for (const { serverId, stepId, answer } of answers) {
    const note = answer.note?.trim() ?? '';
    events.push(event(answer.atMs, 'answered', `Answered ${answer.value}${note === '' ? '' : `: ${note}`}`, { serverId, stepId, who: answer.who }));
  }
  for (const { atMs, serverId, stepId, who, text } of notes) events.push(event(atMs, 'note', text, { serverId, stepId, who }));
  for (const { atMs, serverId, stepId, who, name, size } of attachments)
    events.push(event(atMs, 'attachment', `Attached ${name} (${size} bytes)`, { serverId, stepId, who }));
  for (const { atMs, serverId, stepId, data } of said) {
    if (isAnswer(data, serverId, stepId, answers)) continue;
    for (const line of data.split('\n')) if (line.trim() !== '') events.push(event(atMs, 'said', line.trim(), { serverId, stepId }));
  }
  if (operation.finishedAtMs !== null) events.push(event(operation.finishedAtMs, 'ended', `The run ended: ${operation.state}`, {}));
  return events.sort((one, other) => one.atMs - other.atMs || order[one.kind] - order[other.kind]);
}

function event(
  atMs: number,
  kind: TimelineEvent['kind'],
  text: string,
  { serverId = null, stepId = null, who = null }: { serverId?: ServerId | null; stepId?: string | null; who?: string | null },
): TimelineEvent {
  return { atMs, kind, serverId, stepId, text, who };
}

function endOf(cell: Operation['cells'][number]): string {
  const detail = cell.detail === null ? '' : `: ${cell.detail}`;
  const code = cell.exitCode === null || cell.exitCode === 0 ? '' : ` (exit ${cell.exitCode})`;
  return `${cell.state}${detail}${code}`;
}

/** A question step repeats in the output what was answered. */
function isAnswer(data: string, serverId: ServerId | null, stepId: string | null, answers: TimelineSource['answers']): boolean {
  return answers.some((each) => each.serverId === serverId && each.stepId === stepId && data.startsWith(`${each.answer.who}: ${each.answer.value}`));
}
