import { type IncidentLevel, incidentLevels, type TimelineItem } from '../../../shared/model/incident.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** The tone in which a level is shown while it is open. */
export const levelTones: Record<IncidentLevel, Tone> = { 1: 'info', 2: 'warn', 3: 'bad' };

/** A level as a choice. */
export type LevelChoice = '1' | '2' | '3';

/** Levels to choose from. */
export const levelOptions = ([1, 2, 3] as const).map((level) => ({
  value: String(level) as LevelChoice,
  label: `${level}, ${incidentLevels[level].word}`,
  hint: incidentLevels[level].meaning,
}));

/** What stands before a line of the timeline. */
export const kindWords: Record<TimelineItem['kind'], string> = {
  opened: 'opened',
  note: 'note',
  level: 'level',
  contacted: 'told',
  evidence: 'evidence',
  run: 'runbook',
  change: 'change',
  closed: 'closed',
};
