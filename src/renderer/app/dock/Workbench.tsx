import { BroadcastBar } from './BroadcastBar.tsx';
import { DockPane } from './DockPane.tsx';
import { type PaneGroup, useDock } from './dockStore.ts';
import { PaneSpace } from './PaneSpace.tsx';

/** The panes of the current tab: the same along the bottom and on the screen of terminals. */
export function Workbench({ group }: { group: PaneGroup }) {
  const panes = useDock((state) => state.panes);
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <BroadcastBar />
      <PaneSpace
        group={group}
        renderPane={(id) => {
          const tab = panes[id];
          return tab ? <DockPane group={group} tab={tab} /> : null;
        }}
      />
    </div>
  );
}
