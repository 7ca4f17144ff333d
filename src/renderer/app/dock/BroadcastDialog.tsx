import { useRef, useState } from 'react';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useBroadcast } from '../../terminal/broadcast.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useDock } from './dockStore.ts';
import { paneIds } from './splitTree.ts';

/** Chooses the terminals that get every key. Those of the tab in front are proposed. */
export function BroadcastDialog({ onClose }: { onClose(): void }) {
  const { panes, groups, current } = useDock();
  const fleet = useStateStream(fleetStore);
  const terminals = Object.values(panes).filter((pane) => pane.kind === 'terminal');
  const inFront = new Set(paneIds(groups.find((group) => group.id === current)?.root ?? { kind: 'pane', id: '' }));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(terminals.filter((pane) => inFront.has(pane.id)).map((pane) => pane.terminalId)));
  const isProduction = (server: string) => fleet.list.some((row) => row.server.name === server && row.server.environment === 'production');
  const inProduction = terminals.filter((pane) => chosen.has(pane.terminalId) && isProduction(pane.serverName));
  // The terminal gets the keyboard then.
  const handedOn = useRef(false);
  const start = () => {
    if (chosen.size < 2) return;
    useBroadcast.getState().start(chosen);
    const first = terminals.find((pane) => chosen.has(pane.terminalId));
    handedOn.current = true;
    onClose();
    if (first) useDock.getState().show(first.id);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={start}
      returnsFocus={() => !handedOn.current}
      title="Type into several terminals"
      description="Every key typed or pasted into one of them goes to all of them, until it is stopped."
      footer={
        <>
          {inProduction.length > 0 && (
            <span className="mr-auto min-w-0 text-sm text-bad">{[...new Set(inProduction.map((pane) => pane.serverName))].join(', ')}: production</span>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" disabled={chosen.size < 2}>
            {chosen.size < 2 ? 'Choose two or more' : `Type into ${chosen.size}`}
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-0.5 pb-2">
        {terminals.map((pane) => (
          <li key={pane.id} className="flex h-7 items-center gap-2">
            <Checkbox
              checked={chosen.has(pane.terminalId)}
              onChange={(on) => setChosen(new Set(on ? [...chosen, pane.terminalId] : [...chosen].filter((id) => id !== pane.terminalId)))}
            >
              {pane.title}
            </Checkbox>
            {isProduction(pane.serverName) && <Badge tone="bad">production</Badge>}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
