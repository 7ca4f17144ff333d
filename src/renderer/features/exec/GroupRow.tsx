import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ExecGroup } from '../../../shared/contract/exec.ts';
import { foldNames } from '../../../shared/model/foldNames.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatBytes } from '../../ui/format.ts';
import { Mark } from '../../ui/StateMark.tsx';
import { GroupDifference } from './GroupDifference.tsx';
import { GroupOutput } from './GroupOutput.tsx';
import { groupLines, groupState, isCut, namesOf } from './groupView.ts';

interface GroupRowProps {
  operation: Operation;
  group: ExecGroup;
  /** The group that it can be compared with; null: it is that one, or there is none. */
  base: ExecGroup | null;
  onPick(serverId: string): void;
}

function Body({ operation, group, base, comparing, onPick }: GroupRowProps & { comparing: boolean }) {
  const lines = useMemo(() => groupLines(group), [group]);
  const first = operation.targets[group.servers[0] ?? 0];
  const baseTarget = base && operation.targets[base.servers[0] ?? 0];
  if (!group.begun) return <p className="text-muted">The command did not begin there: nothing was changed on {group.servers.length === 1 ? 'it' : 'them'}.</p>;
  return (
    <>
      {group.error && <ErrorPanel error={group.error} />}
      {comparing && first && baseTarget ? (
        <GroupDifference id={operation.id} base={baseTarget} other={first} />
      ) : lines.length > 0 ? (
        <GroupOutput lines={lines} label={`Output of ${foldNames(namesOf(operation, group))}`} />
      ) : (
        !group.error && <p className="text-faint">It printed nothing.</p>
      )}
      {isCut(group) && first && (
        <p className="flex items-center gap-2 text-sm text-faint">
          The beginning of {formatBytes(group.stdout.bytes + group.stderr.bytes)}.
          <button type="button" className="text-accent hover:underline" onClick={() => onPick(first.serverId)}>
            All that {first.name} printed
          </button>
        </p>
      )}
      {!group.exact && group.exitCode !== null && <p className="text-sm text-faint">Alike but for colours, line ends or blanks at the end.</p>}
    </>
  );
}

/** Servers that ended alike: which, how, and what they printed. */
export function GroupRow(props: GroupRowProps) {
  const { operation, group, base } = props;
  const [open, setOpen] = useState(true);
  const [comparing, setComparing] = useState(false);
  const names = namesOf(operation, group);
  const state = groupState(group);
  const comparable = base !== null && group.begun && group.exitCode !== null;
  return (
    <li className="border-b border-hairline py-2">
      <div className="flex items-center gap-2">
        <button
          type="button"
          data-group
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded text-left hover:bg-raised/60"
        >
          <ChevronRight aria-hidden size={14} className={cx('shrink-0 text-faint transition-transform duration-100', open && 'rotate-90')} />
          <Mark tone={state.tone} />
          <span className="truncate font-semibold" title={names.join(', ')}>
            {foldNames(names)}
          </span>
          <span className="shrink-0 text-muted">{count(names.length, 'server')}</span>
          <span className={cx('text-muted', group.error && group.exitCode === null ? 'min-w-0 truncate' : 'shrink-0')}>
            {group.error && group.exitCode === null ? group.error.code : state.word}
          </span>
        </button>
        {comparable && (
          <Button
            variant="ghost"
            aria-pressed={comparing}
            onClick={() => {
              setOpen(true);
              setComparing(!comparing);
            }}
          >
            {comparing ? 'Show the output' : 'Show the difference'}
          </Button>
        )}
        {group.begun && group.stdout.bytes + group.stderr.bytes > 0 && (
          <CopyButton compact label="Copy the output" text={group.stdout.text + group.stderr.text} />
        )}
      </div>
      {open && (
        <div className="mt-1.5 flex flex-col gap-1.5 pl-[22px]">
          <Body {...props} comparing={comparing && comparable} />
        </div>
      )}
    </li>
  );
}
