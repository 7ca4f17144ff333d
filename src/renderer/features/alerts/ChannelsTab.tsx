import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { ChannelDialog } from './ChannelDialog.tsx';
import { ChannelRow } from './ChannelRow.tsx';
import { HeartbeatSection } from './HeartbeatSection.tsx';
import { TimesSection } from './TimesSection.tsx';

const route = getRouteApi('/alerts');

/** Who is told, by which way, and whether it arrives. */
export function ChannelsTab() {
  const { dialog, item } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const channels = useQuery({ ...orpc.alerts.channels.list.queryOptions({ input: {} }), refetchInterval: 10_000 });
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.alerts.channels.key() });
  const show = (next: { dialog?: 'channel' | undefined; item?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, dialog: next.dialog, item: next.item }), replace: true });
  const edited = channels.data?.channels.find(({ id }) => id === item) ?? null;
  const add = (
    <Button variant="primary" icon={Plus} onClick={() => show({ dialog: 'channel' })}>
      New channel
    </Button>
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto px-4 pt-3 pb-6">
      <section className="min-w-0">
        <div className="flex min-h-[26px] items-center border-b border-line pb-2">
          <h2 className="text-sm font-semibold text-muted">Channels</h2>
          <span className="ml-auto">{channels.data !== undefined && channels.data.channels.length > 0 && add}</span>
        </div>
        <div className="-mx-4">
          <Loaded query={channels} label="Loading the channels" rows={4}>
            {({ channels: list }) =>
              list.length === 0 ? (
                <div className="px-4">
                  <EmptyState title="Nobody is told" actions={add}>
                    Alerts stand here and in the window. A channel tells them elsewhere: to a chat, a pager, a mailbox, or a program of your own.
                  </EmptyState>
                </div>
              ) : (
                <ul aria-label="Channels" className="px-4">
                  {list.map((channel) => (
                    <ChannelRow key={channel.id} channel={channel} onEdit={() => show({ dialog: 'channel', item: channel.id })} onChanged={refresh} />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </div>
      </section>
      {!channels.isPending && <TimesSection />}
      {!channels.isPending && <HeartbeatSection />}
      {dialog === 'channel' && (item === undefined || edited !== null) && (
        <ChannelDialog key={item ?? 'new'} channel={edited} onClose={() => show({})} onDone={refresh} />
      )}
    </div>
  );
}
