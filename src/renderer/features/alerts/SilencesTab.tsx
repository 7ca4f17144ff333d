import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { BellOff } from 'lucide-react';
import type { Silence } from '../../../shared/model/alert.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatExact } from '../../ui/format.ts';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { Until } from './AlertLine.tsx';
import { SilenceDialog } from './SilenceDialog.tsx';
import { capital, scopeSentence } from './silenceForm.ts';

const route = getRouteApi('/alerts');

const states: Record<Silence['state'], { tone: Tone; word: string }> = {
  active: { tone: 'info', word: 'active' },
  planned: { tone: 'off', word: 'planned' },
  over: { tone: 'off', word: 'over' },
};

function When({ silence: { state, fromMs, untilMs, endedBy } }: { silence: Silence }) {
  if (state === 'planned') {
    return (
      <>
        begins <Until atMs={fromMs} />
      </>
    );
  }
  if (state === 'active') {
    return (
      <span title={formatExact(untilMs)}>
        ends <Until atMs={untilMs} />
      </span>
    );
  }
  return (
    <span className="text-muted">
      {endedBy === null ? 'ended' : `ended by ${endedBy}`} <RelativeTime atMs={untilMs} suffix=" ago" />
    </span>
  );
}

/** What somebody wants to hear nothing of: who, why, until when. */
export function SilencesTab() {
  const silences = useQuery({ ...orpc.alerts.silences.list.queryOptions({ input: {} }), refetchInterval: 10_000 });
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.alerts.silences.key() });
  const { dialog } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: 'silence' | undefined) => void navigate({ search: (before) => ({ ...before, dialog: next }), replace: true });
  const end = useAction(client.alerts.silences.end, refresh);
  const add = (
    <Button variant="primary" icon={BellOff} onClick={() => show('silence')}>
      New silence
    </Button>
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto pb-6">
      <Loaded query={silences} label="Loading the silences" rows={4}>
        {({ silences: list }) => (
          <div className="flex flex-col gap-3 px-4 pt-2">
            {end.error && <ErrorPanel error={end.error} />}
            {list.length === 0 ? (
              <EmptyState title="Nothing is silenced" actions={add}>
                A silence has an end and a reason. What it holds is judged all the same, and told when it ends while it is still so. Maintenance windows hold
                alerts by themselves.
              </EmptyState>
            ) : (
              <>
                <div className="flex justify-end">{add}</div>
                <PlainTable<Silence>
                  label="Silences"
                  rows={list}
                  rowKey={({ id }) => id}
                  columns={[
                    {
                      id: 'what',
                      title: 'What',
                      width: '30%',
                      cell: (silence) => (
                        <span className={silence.state === 'over' ? 'text-muted' : 'font-semibold'} title={silence.servers.join(', ') || undefined}>
                          {capital(scopeSentence({ ...silence, selector: silence.selector ?? '' }))}
                        </span>
                      ),
                    },
                    { id: 'why', title: 'Why', cell: ({ reason }) => <span className="break-words">{reason}</span> },
                    { id: 'who', title: 'Who', width: '90px', cell: ({ who }) => <span className="text-muted">{who}</span> },
                    {
                      id: 'state',
                      title: 'State',
                      width: '92px',
                      cell: ({ state }) => <StateMark tone={states[state].tone}>{states[state].word}</StateMark>,
                    },
                    { id: 'when', title: 'Until', width: '150px', cell: (silence) => <When silence={silence} /> },
                    {
                      id: 'holds',
                      title: 'Holds',
                      width: '80px',
                      wide: true,
                      cell: ({ holds, state }) => (state === 'active' ? count(holds, 'alert') : <span className="text-faint">—</span>),
                    },
                    {
                      id: 'end',
                      title: '',
                      width: '92px',
                      align: 'end',
                      cell: ({ id, state, reason }) =>
                        state === 'over' ? null : (
                          <Button disabled={end.busy} aria-label={`End now: ${reason}`} onClick={() => void end.run({ id })}>
                            End now
                          </Button>
                        ),
                    },
                  ]}
                />
              </>
            )}
          </div>
        )}
      </Loaded>
      {dialog === 'silence' && <SilenceDialog alerts={[]} onClose={() => show(undefined)} onDone={refresh} />}
    </div>
  );
}
