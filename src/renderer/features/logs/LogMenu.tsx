import { useRouter } from '@tanstack/react-router';
import { Clipboard, Download, Ellipsis, Link as LinkIcon, Maximize2, PanelBottom } from 'lucide-react';
import type { RefObject } from 'react';
import { toast } from 'sonner';
import { openLogQuery } from '../../app/dock/openTerminal.ts';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import type { HeldLine } from './heldLines.ts';
import type { LogRowsHandle } from './LogRows.tsx';
import { type LogViewState, searchOf } from './logAddress.ts';
import { useLogLooks } from './logLooks.ts';
import type { LogModel } from './logModel.ts';
import { type LogQuery, queryTitle } from './logQuery.ts';
import { lineJson, linesFile, lineText, logFileName } from './logText.ts';
import type { useLogView } from './useLogView.ts';

interface LogMenuProps {
  model: LogModel | null;
  query: LogQuery;
  view: LogViewState;
  state: ReturnType<typeof useLogView>;
  rows: RefObject<LogRowsHandle | null>;
  isMain: boolean;
}

async function save(query: LogQuery, lines: readonly HeldLine[], format: 'log' | 'jsonl'): Promise<void> {
  const blob = await linesFile(lines, format === 'log' ? lineText : lineJson, format === 'log' ? 'text/plain;charset=utf-8' : 'application/x-ndjson');
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = logFileName(queryTitle(query), Date.now(), format);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Times, saving, sharing, and the other place where the same can be shown. */
export function LogMenu({ model, query, view, state, rows, isMain }: LogMenuProps) {
  const router = useRouter();
  const looks = useLogLooks();
  const held = model?.feed.buffer.lines ?? [];
  const shown = model?.shown.lines ?? [];
  const isFiltered = held !== shown;
  /** The address of what is seen: paused, of this place in it. */
  const search = () => {
    const line = state.isFollowing ? null : (state.current ?? rows.current?.first() ?? null);
    return searchOf(query, { ...view, atMs: line?.atMs ?? (state.isFollowing ? null : view.atMs) });
  };
  const copyLink = async () => {
    const { href } = router.buildLocation({ to: '/logs', search: search() });
    await navigator.clipboard.writeText(new URL(`#${href}`, window.location.href).href);
    toast.success(state.isFollowing ? 'The link is copied.' : 'The link to this place in the logs is copied.');
  };
  const time = (label: string, times: 'local' | 'utc' | 'off') => ({
    kind: 'check' as const,
    label,
    checked: looks.times === times,
    onChange: () => looks.change({ times }),
  });
  return (
    <Menu
      trigger={<IconButton icon={Ellipsis} label="More" />}
      entries={[
        time('Local times', 'local'),
        time('Times in UTC', 'utc'),
        time('No times', 'off'),
        { kind: 'separator' },
        { label: 'Copy the link', icon: LinkIcon, onSelect: () => void copyLink() },
        {
          label: 'Copy the line',
          icon: Clipboard,
          hint: 'y',
          disabled: state.current === null,
          onSelect: () => state.current && void navigator.clipboard.writeText(lineText(state.current)),
        },
        { kind: 'separator' },
        ...(isFiltered
          ? [{ label: 'Save what is filtered', hint: count(shown.length, 'line'), icon: Download, onSelect: () => void save(query, shown, 'log') }]
          : []),
        {
          label: 'Save all that is held',
          hint: count(held.length, 'line'),
          icon: Download,
          disabled: held.length === 0,
          onSelect: () => void save(query, held, 'log'),
        },
        {
          label: `Save ${isFiltered ? 'what is filtered' : 'it'} as JSON lines`,
          icon: Download,
          disabled: shown.length === 0,
          onSelect: () => void save(query, shown, 'jsonl'),
        },
        { kind: 'separator' },
        isMain
          ? { label: 'Follow in the dock', icon: PanelBottom, onSelect: () => openLogQuery(query) }
          : { label: 'Open large', icon: Maximize2, onSelect: () => void router.navigate({ to: '/logs', search: search() }) },
      ]}
    />
  );
}
