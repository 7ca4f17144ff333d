import { SlidersHorizontal } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import type { LevelKey } from './logBuffer.ts';

const names: Record<LevelKey, string> = { fatal: 'Fatal', error: 'Error', warn: 'Warning', info: 'Info', debug: 'Debug', none: 'No level' };
const keys: readonly LevelKey[] = ['fatal', 'error', 'warn', 'info', 'debug', 'none'];

/** The words for what levels are shown. */
export function levelsWords(levels: readonly LevelKey[] | null): string {
  if (levels === null) return 'All levels';
  const shown = keys.filter((key) => levels.includes(key));
  if (shown.length === 0) return 'No levels';
  if (shown.length === 2 && shown[1] === 'error') return 'Errors';
  if (shown.length === 3 && shown[2] === 'warn') return 'Warnings and errors';
  return shown.length > 2 ? `${shown.length} levels` : shown.map((key) => names[key]).join(', ');
}

/** Chooses by level, with how many of each are held. */
export function LevelMenu({
  levels,
  counts,
  onChange,
}: {
  levels: readonly LevelKey[] | null;
  counts: Record<LevelKey, number> | null;
  onChange(levels: readonly LevelKey[] | null): void;
}) {
  const set = (next: readonly LevelKey[]) => onChange(next.length === keys.length ? null : keys.filter((key) => next.includes(key)));
  const shown = levels ?? keys;
  return (
    <Menu
      align="start"
      trigger={
        <Button icon={SlidersHorizontal} aria-label={`Levels: ${levelsWords(levels)}`} className={levels === null ? '' : 'border-accent text-text'}>
          <span className="hidden @min-[700px]:inline">{levelsWords(levels)}</span>
        </Button>
      }
      entries={[
        { label: 'All levels', onSelect: () => onChange(null) },
        { label: 'Warnings and errors', onSelect: () => onChange(['fatal', 'error', 'warn']) },
        { label: 'Errors', onSelect: () => onChange(['fatal', 'error']) },
        { kind: 'separator' },
        ...keys.map((key) => ({
          kind: 'check' as const,
          label: names[key],
          hint: (counts?.[key] ?? 0).toLocaleString('en'),
          checked: shown.includes(key),
          onChange: (checked: boolean) => set(checked ? [...shown, key] : shown.filter((each) => each !== key)),
        })),
      ]}
    />
  );
}
