import { X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { closePane } from './DockPane.tsx';
import { type PaneGroup, useDock } from './dockStore.ts';
import { PaneName } from './PaneName.tsx';
import { paneIds } from './splitTree.ts';

function Tab({ group, current }: { group: PaneGroup; current: boolean }) {
  const tab = useDock((state) => state.panes[group.focus]);
  const { showGroup } = useDock.getState();
  if (!tab) return null;
  const others = paneIds(group.root).length - 1;
  return (
    <span className={cx('flex h-[22px] min-w-0 shrink-0 items-center rounded-sm text-sm', current ? 'bg-raised text-text' : 'text-muted hover:text-text')}>
      <button
        type="button"
        data-dock-tab
        aria-selected={current}
        role="tab"
        tabIndex={current ? 0 : -1}
        onClick={() => showGroup(group.id)}
        className="flex h-full items-center gap-1.5 rounded-sm pr-1 pl-2"
      >
        <PaneName tab={tab} />
        {others > 0 && <span className="text-faint">+{others}</span>}
      </button>
    </span>
  );
}

/** The tabs of the dock. Arrow keys go through them; Delete ends the pane that a tab is named by. */
export function TabBar({ shown }: { shown: boolean }) {
  const { groups, current, panes } = useDock();
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const at = groups.findIndex((group) => group.id === current);
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = by === undefined ? undefined : groups[(at + by + groups.length) % groups.length];
    if (next) {
      event.preventDefault();
      useDock.setState({ current: next.id });
      const tabs = event.currentTarget.querySelectorAll<HTMLElement>('[data-dock-tab]');
      requestAnimationFrame(() => tabs[groups.indexOf(next)]?.focus());
    }
    if (event.key === 'Delete') {
      const tab = panes[groups[at]?.focus ?? ''];
      if (tab) closePane(tab);
    }
  };
  const group = groups.find((each) => each.id === current);
  const named = group && panes[group.focus];
  return (
    <div className="flex min-w-0 flex-1 items-center gap-1">
      <div role="tablist" aria-label="Terminals and logs" className="flex min-w-0 items-center gap-1 overflow-x-auto" onKeyDown={onKeyDown}>
        {groups.map((each) => (
          <Tab key={each.id} group={each} current={shown && each.id === current} />
        ))}
      </div>
      {shown && named && (
        <IconButton icon={X} label={`${named.kind === 'terminal' ? 'End' : 'Stop following'} ${named.title}`} size="small" onClick={() => closePane(named)} />
      )}
    </div>
  );
}
