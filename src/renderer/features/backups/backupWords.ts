import type { BackupHealth, BackupPlace } from '../../../shared/model/backup.ts';
import type { Tone } from '../../ui/StateMark.tsx';

/** How the backups of a stack stand, in a word and a tone. */
export const backupStates: Record<BackupHealth['state'], { word: string; tone: Tone }> = {
  good: { word: 'good', tone: 'good' },
  untried: { word: 'not proved', tone: 'info' },
  stale: { word: 'too old', tone: 'warn' },
  bad: { word: 'bad', tone: 'bad' },
  missing: { word: 'none', tone: 'bad' },
};

/** A place in words; `serverName`: the server whose sets these are. */
export function placeWords(place: BackupPlace, serverName: string): string {
  if (place.kind === 'computer') return `this computer, ${place.path}`;
  return `${place.kind === 'here' ? serverName : place.server}, ${place.path}`;
}

/** The worst first; then by name. */
export function bySeverity(a: BackupHealth, b: BackupHealth): number {
  const order = ['missing', 'bad', 'stale', 'untried', 'good'] as const;
  return order.indexOf(a.state) - order.indexOf(b.state) || a.serverName.localeCompare(b.serverName) || a.stackId.localeCompare(b.stackId);
}
