import { useState } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { client } from '../../client/client.ts';
import { tunnelsStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { ServicesSection } from './ServicesSection.tsx';
import { type NewTunnel, TunnelDialog } from './TunnelDialog.tsx';
import { TunnelsSection } from './TunnelsSection.tsx';

/** What a server offers to the network, and the ports of this computer that lead there. `ports` shows what it listens on. */
export function ServerNetwork({ row, ports }: { row: FleetRow; ports: React.ReactNode }) {
  const server = row.server.name;
  const state = useStateStream(tunnelsStore);
  const tunnels = state.list.filter((tunnel) => tunnel.serverId === row.server.id);
  const [asked, setAsked] = useState<Partial<NewTunnel> | null>(null);
  const add = useAction(client.tunnels.add, () => setAsked(null));
  return (
    <div className="grid min-h-0 flex-1 auto-rows-min grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-5 overflow-y-auto px-4 py-3 min-[1180px]:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <TunnelsSection state={state} tunnels={tunnels} onAdd={() => setAsked({})} onKeep={setAsked} />
      {/* The parts follow each other: none is shown before the length of those above it is known. */}
      {state.status !== 'loading' && (
        <>
          <div className="min-w-0 min-[1180px]:col-start-2 min-[1180px]:row-span-2 min-[1180px]:row-start-1">{ports}</div>
          <ServicesSection server={server} tunnels={tunnels} onKeep={setAsked} />
        </>
      )}
      {asked !== null && (
        <TunnelDialog
          {...{ server, first: asked, busy: add.busy, error: add.error }}
          onAdd={(tunnel) => void add.run({ server, ...tunnel })}
          onClose={() => {
            setAsked(null);
            add.reset();
          }}
        />
      )}
    </div>
  );
}
