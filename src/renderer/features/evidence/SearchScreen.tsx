import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useState } from 'react';
import type { OutputHit } from '../../../shared/model/evidence.ts';
import { client, orpc } from '../../client/client.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Input } from '../../ui/Field.tsx';
import { count, formatBytes, formatExact } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { WorkflowPlaces } from '../audits/WorkflowPlaces.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { hitGroups, sinceMs, spans } from './searchView.ts';

const route = getRouteApi('/search');

/** Finds a text in the output of every run, and leads to the place. */
export function SearchScreen() {
  const { q = '', server, since = 'any' } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q);
  const servers = useStateStream(fleetStore).list;
  const show = (changes: { q?: string; server?: string; since?: string }) =>
    void navigate({
      search: (before) => Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== '' && value !== 'any')),
      replace: true,
    });
  const serverId = servers.find((row) => row.server.name === server)?.server.id;
  const query = useQuery({
    queryKey: [...orpc.evidence.search.key(), q, serverId ?? server ?? null, since],
    queryFn: ({ signal }) =>
      client.evidence.search(
        { text: q, limit: 200, ...(serverId !== undefined && { serverId }), ...(since !== 'any' && { sinceMs: sinceMs(since, Date.now()) }) },
        { signal },
      ),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Search output" actions={<WorkflowPlaces />}>
        <span>What any step printed on any server</span>
      </PageHeader>
      <form
        role="search"
        className="flex shrink-0 flex-wrap items-center gap-1.5 px-4 pb-2"
        onSubmit={(event) => {
          event.preventDefault();
          show({ q: typed.trim() });
        }}
      >
        <Input
          aria-label="Text to find"
          placeholder="For example Xid 79, or no space left"
          value={typed}
          data-filter
          className="w-80!"
          onChange={(event) => setTyped(event.target.value)}
        />
        <Select
          label="Server"
          value={server ?? ''}
          options={[{ value: '', label: 'Every server' }, ...servers.map((row) => ({ value: row.server.name, label: row.server.name }))]}
          onChange={(value) => show({ server: value })}
        />
        <Select label="Since" value={since} options={spans} onChange={(value) => show({ since: value })} />
        <Button type="submit" variant="primary" icon={Search} busy={query.isFetching} disabled={typed.trim().length < 2}>
          Search
        </Button>
      </form>
      {q.length < 2 ? (
        <div className="px-4">
          <EmptyState title="What are you looking for?">
            Output is kept whole, for every run. Letters match in either case; a line is found also where it was printed in pieces.
          </EmptyState>
        </div>
      ) : (
        <Loaded query={query} label="Searching the output">
          {({ hits, searched, cut }) =>
            hits.length === 0 ? (
              <div className="px-4">
                <EmptyState title={`No output says “${q}”`}>
                  {count(searched.runs, 'run')} with {formatBytes(searched.bytes)} were looked through
                  {cut === 'time' ? ', and older ones were not; say since when' : ''}.
                </EmptyState>
              </div>
            ) : (
              <section aria-label="Found lines" className="min-h-0 flex-1 overflow-y-auto px-4 pb-6" tabIndex={-1}>
                <p role="status" className="pb-2 text-sm text-muted">
                  {count(hits.length, 'line')} in {formatBytes(searched.bytes)} of {count(searched.runs, 'run')}, {(searched.elapsedMs / 1000).toFixed(1)} s
                  {cut === 'limit' && <span className="text-warn"> · there are more: narrow it down</span>}
                  {cut === 'time' && <span className="text-warn"> · older runs were not looked at</span>}
                </p>
                {hitGroups(hits).map((group) => (
                  <section key={group.operationId} className="mb-4" aria-label={group.title}>
                    <h2 className="flex items-baseline gap-2 border-b border-line pb-1">
                      <Link to="/operations/$id" params={{ id: group.operationId }} className="truncate font-semibold hover:text-accent">
                        {group.title}
                      </Link>
                      <span className="text-sm whitespace-nowrap text-faint">
                        {group.state} · <RelativeTime atMs={group.atMs} suffix=" ago" />
                      </span>
                    </h2>
                    <ul>
                      {group.hits.map((hit) => (
                        <li key={`${hit.seq}-${hit.from}-${hit.line}`}>
                          <HitLink hit={hit} />
                        </li>
                      ))}
                    </ul>
                  </section>
                ))}
              </section>
            )
          }
        </Loaded>
      )}
    </div>
  );
}

function HitLink({ hit }: { hit: OutputHit }) {
  const end = hit.from + hit.length;
  return (
    <Link
      to="/operations/$id"
      params={{ id: hit.operationId }}
      search={{ ...(hit.serverId !== null && { server: hit.serverId }), ...(hit.stepId !== null && { step: hit.stepId }), find: hit.line.slice(hit.from, end) }}
      title={formatExact(hit.atMs)}
      className="grid grid-cols-[minmax(120px,220px)_minmax(0,1fr)] items-baseline gap-3 border-b border-hairline px-2 py-1 hover:bg-raised/60"
    >
      <span className="truncate text-sm text-muted">{[hit.server, hit.stepId].filter((part) => part !== null).join(' · ')}</span>
      <code className="truncate font-mono text-sm">
        {hit.line.slice(0, hit.from)}
        <mark className="rounded-sm bg-warn/25 text-text">{hit.line.slice(hit.from, end)}</mark>
        {hit.line.slice(end)}
      </code>
    </Link>
  );
}
