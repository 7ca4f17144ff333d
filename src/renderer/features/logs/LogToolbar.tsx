import { ChevronDown, ChevronUp, Funnel, ListTree, Pause, Play, Regex, Search, WrapText } from 'lucide-react';
import { type RefObject, useMemo } from 'react';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { compareLines, lowerBound } from './heldLines.ts';
import { JumpButton } from './JumpButton.tsx';
import { LevelMenu } from './LevelMenu.tsx';
import { LogMenu } from './LogMenu.tsx';
import type { LogRowsHandle } from './LogRows.tsx';
import type { LogViewState } from './logAddress.ts';
import { filterTest, noFilter } from './logFilter.ts';
import type { LogLane } from './logLanes.ts';
import { useLogLooks } from './logLooks.ts';
import type { LogModel } from './logModel.ts';
import type { LogQuery } from './logQuery.ts';
import { SourcesButton } from './SourcesButton.tsx';
import type { useLogView } from './useLogView.ts';

interface LogToolbarProps {
  model: LogModel | null;
  query: LogQuery;
  view: LogViewState;
  onView(changes: Partial<LogViewState>): void;
  state: ReturnType<typeof useLogView>;
  filterBox: RefObject<HTMLInputElement | null>;
  findBox: RefObject<HTMLInputElement | null>;
  rows: RefObject<LogRowsHandle | null>;
  isMain: boolean;
  lanes: readonly LogLane[];
}

function PatternToggle({ isOn, what, onChange }: { isOn: boolean; what: string; onChange(isOn: boolean): void }) {
  return (
    <IconButton
      icon={Regex}
      size="small"
      label={`${what}: a regular expression`}
      aria-pressed={isOn}
      onClick={() => onChange(!isOn)}
      className="absolute top-[3px] right-[3px]"
    />
  );
}

/** Where among what was found the current line is. */
function FoundPlace({ model, state }: Pick<LogToolbarProps, 'model' | 'state'>) {
  if (model === null || state.find.text === '') return null;
  if (model.badFind) return null;
  const { lines, isBusy } = model.found;
  const at = state.current === null ? -1 : lowerBound(lines, state.current);
  const hit = at < 0 ? undefined : lines[at];
  const isOn = hit !== undefined && state.current !== null && compareLines(hit, state.current) === 0;
  return (
    <span
      role="status"
      aria-label="Found"
      className={cx('shrink-0 whitespace-nowrap tabular-nums', lines.length === 0 && !isBusy ? 'text-warn' : 'text-muted')}
    >
      {lines.length === 0 ? (isBusy ? 'looking' : 'none') : `${isOn ? `${(at + 1).toLocaleString('en')} of ` : ''}${lines.length.toLocaleString('en')}`}
    </span>
  );
}

/** Filter, levels, search, and what else can be done with the lines. */
export function LogToolbar({ model, query, view, onView, state, filterBox, findBox, rows, isMain, lanes }: LogToolbarProps) {
  const looks = useLogLooks();
  const { text, isPattern } = view;
  // Known before anything is followed.
  const badFilter = useMemo(() => {
    const test = filterTest({ ...noFilter, text, isPattern });
    return test !== null && 'message' in test ? test.message : null;
  }, [text, isPattern]);
  const badFind = model?.badFind?.message ?? null;
  const toRows = () => rows.current?.focus();
  return (
    <div role="toolbar" aria-label="Logs" className={cx('flex shrink-0 flex-wrap items-center gap-1.5', isMain ? 'px-4 pb-2' : 'px-2 py-1')}>
      <Button
        icon={state.isFollowing ? Pause : Play}
        title={state.isFollowing ? 'Stay here while lines come (f)' : 'Go to the end and follow it (f)'}
        onClick={() => state.follow(!state.isFollowing)}
        className={cx('justify-start', isMain && 'min-w-[92px]', !state.isFollowing && 'border-accent text-text')}
      >
        <span className="sr-only @min-[540px]:not-sr-only">{state.isFollowing ? 'Pause' : 'Follow'}</span>
        {!state.isFollowing && (model?.fresh ?? 0) > 0 && <span className="text-accent tabular-nums">{model?.fresh.toLocaleString('en')} new</span>}
      </Button>
      <div className="relative min-w-[90px] flex-[2_1_90px]">
        <Funnel aria-hidden size={12} className="absolute top-[8px] left-2 text-faint" />
        <Input
          ref={filterBox}
          aria-label="Filter lines"
          title="Show only lines with this; with ! before it, only those without (&)"
          placeholder="Filter lines"
          value={view.text}
          aria-invalid={badFilter !== null || undefined}
          onChange={(event) => onView({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') toRows();
            if (event.key === 'Escape') {
              onView({ text: '' });
              toRows();
            }
          }}
          className="h-[26px] pr-7 pl-6.5 font-mono text-sm"
        />
        <PatternToggle isOn={view.isPattern} what="Filter" onChange={(isPattern) => onView({ isPattern })} />
      </div>
      <LevelMenu levels={view.levels} counts={model?.feed.buffer.levels ?? null} onChange={(levels) => onView({ levels })} />
      <div className="relative flex min-w-[100px] flex-[1_1_100px] items-center gap-1">
        <div className="relative min-w-0 flex-1">
          <Search aria-hidden size={12} className="absolute top-[8px] left-2 text-faint" />
          <Input
            ref={findBox}
            data-filter={isMain || undefined}
            aria-label="Find in the lines"
            title="Find in the lines that are shown (/). Enter goes up, Shift Enter down; among the lines n goes down, N up"
            placeholder="Find"
            value={state.find.text}
            aria-invalid={badFind !== null || undefined}
            onChange={(event) => state.setFind({ ...state.find, text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter') state.stepFound(event.shiftKey ? 1 : -1);
              if (event.key === 'Escape') {
                state.setFind({ ...state.find, text: '' });
                toRows();
              }
            }}
            className="h-[26px] pr-7 pl-6.5 font-mono text-sm"
          />
          <PatternToggle isOn={state.find.isPattern} what="Find" onChange={(isPattern) => state.setFind({ ...state.find, isPattern })} />
        </div>
        <FoundPlace model={model} state={state} />
        {state.find.text !== '' && (
          <>
            <IconButton icon={ChevronUp} size="small" label="The one before" shortcut="N" onClick={() => state.stepFound(-1)} />
            <IconButton icon={ChevronDown} size="small" label="The next one" shortcut="n" onClick={() => state.stepFound(1)} />
          </>
        )}
      </div>
      <div className="flex items-center">
        {!isMain && <SourcesButton model={model} lanes={lanes} off={view.off} onOff={(off) => onView({ off })} />}
        {isMain && (
          <IconButton
            icon={ListTree}
            label={looks.sources ? 'Hide the sources' : 'Show the sources'}
            aria-pressed={looks.sources}
            onClick={() => looks.change({ sources: !looks.sources })}
          />
        )}
        <JumpButton times={looks.times} atMs={state.current?.atMs ?? view.atMs} onJump={state.jump} />
        <IconButton icon={WrapText} label="Wrap lines" shortcut="w" aria-pressed={looks.wrap} onClick={() => looks.change({ wrap: !looks.wrap })} />
        <LogMenu model={model} query={query} view={view} state={state} rows={rows} isMain={isMain} />
      </div>
      {(badFilter ?? badFind) !== null && (
        <p role="alert" className="w-full text-sm text-bad">
          {badFilter !== null ? `The filter is no pattern: ${badFilter}. What was shown before stays.` : `What is looked for is no pattern: ${badFind}.`}
        </p>
      )}
      {model?.shown.isBusy && (
        <p role="status" className="sr-only">
          Filtering {count(model.feed.buffer.lines.length, 'line')}
        </p>
      )}
    </div>
  );
}
