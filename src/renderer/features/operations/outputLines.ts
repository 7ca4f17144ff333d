import type { OutputEntry } from '../../../shared/model/operation.ts';
import type { LogEntry } from '../../client/logStore.ts';
import { formatAge } from '../../ui/format.ts';
import type { LogLine } from '../../ui/LogView.tsx';

const phaseTitles: Record<NonNullable<OutputEntry['phase']>, string> = {
  check: 'check',
  apply: 'apply',
  verify: 'verify',
  gate: 'prove health',
  rollback: 'roll back',
  run: 'run',
};

/** Text of an entry. Bytes that were not valid UTF-8 are shown with replacement characters. */
export function textOf(entry: Pick<OutputEntry, 'encoding' | 'data'>): string {
  if (entry.encoding === 'utf8') return entry.data;
  return new TextDecoder().decode(Uint8Array.from(atob(entry.data), (character) => character.charCodeAt(0)));
}

/**
 * Turns the entries of one cell into lines: a heading where the phase changes, marks where something is missing, and pieces
 * joined until their line ends. Feed it entries in order; the last line may still grow.
 */
export function createOutputLines(): { push(entry: LogEntry<OutputEntry>): void; lines(): LogLine[] } {
  const done: LogLine[] = [];
  let open: LogLine | null = null;
  let phase: OutputEntry['phase'] = null;
  let key = 0;
  const close = () => {
    if (open) done.push(open);
    open = null;
  };
  const add = (kind: LogLine['kind'], text: string) => {
    close();
    done.push({ key: key++, kind, text });
  };
  return {
    push(entry) {
      if (entry.kind === 'gap') return add('gap', `— ${entry.toSeq - entry.fromSeq + 1} pieces are no longer held: ${entry.reason} —`);
      if (entry.kind === 'reconnected') return add('mark', `— reconnected after ${formatAge(entry.lostMs)}, nothing is missing —`);
      const { item } = entry;
      if (item.phase !== phase && item.phase) {
        add('heading', `$ ${phaseTitles[item.phase]}`);
        phase = item.phase;
      }
      const kind = item.stream === 'note' ? 'mark' : item.stream === 'stderr' ? 'error' : 'line';
      const pieces = textOf(item).split('\n');
      pieces.forEach((piece, index) => {
        if (open && open.kind !== kind) close();
        open = open ? { ...open, text: open.text + piece } : piece === '' && index === pieces.length - 1 ? null : { key: key++, kind, text: piece };
        if (index < pieces.length - 1) close();
      });
      if (kind === 'mark') close();
    },
    lines: () => (open ? [...done, open] : [...done]),
  };
}
