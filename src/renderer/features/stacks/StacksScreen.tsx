import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Rocket } from 'lucide-react';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StackMatrix } from './StackMatrix.tsx';

const route = getRouteApi('/stacks');

/** What runs where, which release? */
export function StacksScreen() {
  const { on } = route.useSearch();
  const catalog = useQuery(orpc.stacks.catalog.queryOptions({ input: {} }));
  const fleet = useStateStream(fleetStore);
  const stacks = catalog.data?.stacks ?? [];
  const placed = (id: string) => fleet.list.filter((row) => row.stacks.some((stack) => stack.stackId === id)).length;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Stacks">
        <span>
          {on ? (
            <>
              Choose what to deploy on <code className="font-mono text-sm text-text">{on}</code>
            </>
          ) : (
            'Compose projects with health gates; every release can be gone back to'
          )}
        </span>
      </PageHeader>
      <div className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto px-4 pb-6">
        <Section title="Catalogue">
          {catalog.isPending && <SkeletonRows count={5} label="Loading the catalogue" />}
          {catalog.error && <ErrorPanel error={toSerializedError(catalog.error)} actions={<Button onClick={() => void catalog.refetch()}>Try again</Button>} />}
          {catalog.data && stacks.length === 0 && (
            <EmptyState title="The catalogue is empty">Stack definitions are files of the catalogue; none could be read.</EmptyState>
          )}
          <ul>
            {stacks.map((stack) => (
              <li
                key={stack.id}
                className="grid min-h-10 grid-cols-[minmax(150px,220px)_minmax(0,1fr)_84px_92px_auto] items-center gap-4 border-b border-hairline px-2 py-1.5 hover:bg-raised/60"
              >
                <Link to="/stacks/$id" params={{ id: stack.id }} className="truncate font-semibold hover:underline">
                  {stack.title}
                </Link>
                <span className="text-muted">{stack.summary}</span>
                <span className="whitespace-nowrap text-faint">{count(stack.services.length, 'service')}</span>
                <span className="whitespace-nowrap text-muted">{placed(stack.id) > 0 ? `on ${count(placed(stack.id), 'server')}` : 'nowhere yet'}</span>
                <Link to="/stacks/$id/deploy" params={{ id: stack.id }} search={on ? { on } : {}} className={buttonClass(on ? 'primary' : 'secondary')}>
                  <Rocket aria-hidden size={13} strokeWidth={1.8} /> Deploy
                </Link>
              </li>
            ))}
          </ul>
        </Section>
        {stacks.length > 0 && fleet.list.length > 0 && (
          <Section title="What runs where">
            <StackMatrix stacks={stacks} rows={fleet.list} />
          </Section>
        )}
      </div>
    </div>
  );
}
