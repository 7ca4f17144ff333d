import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AuditResult, AuditComparison as Comparison } from '../../../shared/model/audit.ts';
import { orpc } from '../../client/client.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { severityTones } from './auditView.ts';
import { ScoreMark } from './ScoreMark.tsx';

const looks: Record<AuditResult, { tone: Tone; word: string }> = {
  satisfied: { tone: 'good', word: 'fine' },
  finding: { tone: 'bad', word: 'finding' },
  'not-judged': { tone: 'unknown', word: 'not judged' },
  'not-applicable': { tone: 'off', word: 'not for it' },
  'not-checked': { tone: 'off', word: 'not checked' },
};

type Filter = 'found' | 'differs' | 'all';

/** Servers beside each other: findings down, servers across. */
export function AuditComparison({ workflow }: { workflow: string }) {
  const comparison = useQuery(orpc.audits.compare.queryOptions({ input: { workflow } }));
  const [filter, setFilter] = useState<Filter>('found');
  const isShown = (row: Comparison['rows'][number]) =>
    filter === 'all' || (filter === 'differs' ? row.differs : row.differs || row.cells.some((cell) => cell?.result === 'finding'));
  return (
    <Loaded query={comparison} label="Comparing servers">
      {({ servers, rows, title }) => (
        <>
          <div className="flex shrink-0 flex-wrap items-center gap-1.5 px-4 py-2">
            <Chip on={filter === 'found'} onClick={() => setFilter('found')}>
              Found anywhere
            </Chip>
            <Chip on={filter === 'differs'} onClick={() => setFilter('differs')} count={rows.filter((row) => row.differs).length}>
              Differs
            </Chip>
            <Chip on={filter === 'all'} onClick={() => setFilter('all')} count={rows.length}>
              Every check
            </Chip>
          </div>
          <section aria-label={`Servers by ${title}`} tabIndex={0} className="min-h-0 flex-1 overflow-auto px-4 pb-6">
            {rows.filter(isShown).length === 0 ? (
              <EmptyState title="No server has a finding">
                {filter === 'differs' ? 'What could be judged is alike everywhere.' : 'Every check that could be judged is as it should be.'}
              </EmptyState>
            ) : (
              <table aria-label="Findings by server" className="border-collapse">
                <thead>
                  <tr className="border-b border-line text-left text-sm">
                    <th scope="col" className="sticky left-0 min-w-[260px] bg-bg px-2 py-1 font-normal text-faint">
                      Check
                    </th>
                    {servers.map((server) => (
                      <th key={server.serverId} scope="col" className="min-w-[120px] px-2 py-1 align-bottom font-normal">
                        <Link
                          to="/audits/$id"
                          params={{ id: server.auditId }}
                          search={{ server: server.server }}
                          className="block truncate font-medium text-text hover:text-accent"
                        >
                          {server.server}
                        </Link>
                        <ScoreMark standing={server} />
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.filter(isShown).map((row) => (
                    <tr key={row.stepId} className="border-b border-hairline">
                      <th scope="row" className="sticky left-0 bg-bg px-2 py-1.5 text-left font-normal">
                        <span className="flex items-center gap-2">
                          <Badge tone={severityTones[row.severity]}>{row.severity}</Badge>
                          <span className="min-w-0">{row.title}</span>
                        </span>
                      </th>
                      {row.cells.map((cell, index) => (
                        <td key={servers[index]?.serverId ?? index} className="px-2 py-1.5">
                          {cell === null ? (
                            <span className="text-faint">—</span>
                          ) : (
                            <StateMark
                              tone={looks[cell.result].tone}
                              title={cell.proof ?? undefined}
                              className={cell.result === 'finding' ? 'text-text' : 'text-muted'}
                            >
                              {looks[cell.result].word}
                            </StateMark>
                          )}
                        </td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </section>
        </>
      )}
    </Loaded>
  );
}
