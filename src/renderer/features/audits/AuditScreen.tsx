import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import type { Audit, AuditStanding } from '../../../shared/model/audit.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { count, formatExact } from '../../ui/format.ts';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { ReportMenu } from '../evidence/ReportMenu.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { AuditFindings } from './AuditFindings.tsx';
import { serverToShow } from './auditView.ts';
import { ScoreMark } from './ScoreMark.tsx';

const route = getRouteApi('/audits/$id');

/** One audit: every server with its score, and of one of them the findings, their proof and what mends them. */
export function AuditScreen() {
  const { id } = route.useParams();
  const { server } = route.useSearch();
  const audit = useQuery({
    ...orpc.audits.get.queryOptions({ input: { id: id as OperationId } }),
    refetchInterval: (query) => (query.state.data?.ended === false ? 3000 : false),
  });
  return (
    <Loaded query={audit} label="Loading the audit">
      {(found) => {
        const shown = serverToShow(found, server);
        const result = found.results.find(({ serverId }) => serverId === shown?.serverId);
        return (
          <div className="flex min-h-0 flex-1 flex-col">
            <PageHeader
              title={`Audit: ${found.title}`}
              actions={
                <>
                  <Link to="/operations/$id" params={{ id: found.id }}>
                    <Button icon={ListChecks}>Run</Button>
                  </Link>
                  <ReportMenu id={found.id} />
                </>
              }
            >
              <span title={formatExact(found.atMs)}>
                {found.ended ? <RelativeTime atMs={found.atMs} suffix=" ago" /> : 'under way'} by {found.who}
              </span>
              <span>version {found.version}; nothing was changed</span>
            </PageHeader>
            <div className="grid min-h-0 flex-1 grid-cols-[minmax(190px,250px)_minmax(0,1fr)] border-t border-line">
              <ServerList audit={found} shown={shown} />
              {shown && result && <AuditFindings audit={found} standing={shown} items={result.items} drift={result.drift} />}
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

function ServerList({ audit, shown }: { audit: Audit; shown: AuditStanding | null }) {
  return (
    <nav aria-label="Servers of the audit" className="min-h-0 overflow-y-auto border-r border-line bg-surface py-1">
      {audit.servers.map((standing) => (
        <Link
          key={standing.serverId}
          to="/audits/$id"
          params={{ id: audit.id }}
          search={{ server: standing.server }}
          replace
          aria-current={standing === shown ? 'true' : undefined}
          className={cx('flex items-center gap-2 px-3 py-1.5 hover:bg-raised', standing === shown && 'bg-accent-bg')}
        >
          <span className="min-w-0 flex-1">
            <b className="block truncate font-medium">{standing.server}</b>
            <span className="block truncate text-sm text-muted">{standing.findings === 0 ? 'no findings' : count(standing.findings, 'finding')}</span>
          </span>
          <ScoreMark standing={standing} />
        </Link>
      ))}
    </nav>
  );
}
