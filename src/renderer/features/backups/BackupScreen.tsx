import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { BackupHealth, BackupSet } from '../../../shared/model/backup.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { formatBytes, formatElapsed } from '../../ui/format.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { type PlainColumn, PlainTable } from '../../ui/PlainTable.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { backupStates, placeWords } from './backupWords.ts';

const route = getRouteApi('/backups/$server/$stack');

/** The backups of one stack on one server: how they stand, every set, and what can be done with each. */
export function BackupScreen() {
  const { server, stack } = route.useParams();
  const navigate = useNavigate();
  const id = stack as StackId;
  const health = useQuery({
    ...orpc.backups.health.queryOptions({ input: { id, selector: server } }),
    refetchInterval: 15_000,
    select: (data) => data.health[0] ?? null,
  });
  const sets = useQuery({ ...orpc.backups.list.queryOptions({ input: { id, server, refresh: false } }), refetchInterval: 15_000, select: (data) => data.sets });
  const [restoring, setRestoring] = useState<BackupSet | null>(null);
  const follow = ({ operation }: { operation: Operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } });
  const run = useAction(client.backups.run, follow);
  const verify = useAction(client.backups.verify, follow);
  const trial = useAction(client.backups.test, follow);
  const restore = useAction(client.backups.restore, follow);
  const target = { id, selector: server };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={`Backups of ${stack} on ${server}`}
        actions={
          <>
            <Button busy={verify.busy} onClick={() => void verify.run({ ...target, deep: true })}>
              Verify
            </Button>
            <Button busy={trial.busy} onClick={() => void trial.run({ ...target, services: [] })}>
              Try a restore
            </Button>
            <Button variant="primary" busy={run.busy} onClick={() => void run.run({ ...target, services: [], acceptSmaller: false })}>
              Back up now
            </Button>
          </>
        }
      >
        <Link to="/backups" search={{}} className="hover:underline">
          All backups
        </Link>
      </PageHeader>
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 pt-1 pb-6">
        <Loaded query={health} label="Loading how they stand" rows={4}>
          {(found) => (found === null ? <EmptyState title="Nothing of this stack is known on this server" /> : <Standing health={found} />)}
        </Loaded>
        {/* Comes once what is above it has its height. */}
        {health.data !== undefined && (
          <Section title="Sets" aside={sets.data === undefined ? '' : `${sets.data.length}`}>
            <Loaded query={sets} label="Loading sets" rows={6}>
              {(all) =>
                all.length === 0 ? (
                  <EmptyState title="There is no set yet">
                    A backup keeps every service by its recipe, and the release with its secrets, as one set with checksums and counts.
                  </EmptyState>
                ) : (
                  <PlainTable label="Sets" columns={setColumns(server, setRestoring)} rows={all} rowKey={({ manifest }) => manifest.id} />
                )
              }
            </Loaded>
          </Section>
        )}
      </div>
      <ConfirmDialog
        open={restoring !== null && restore.confirmation === null}
        title={`Restore ${stack} on ${server}`}
        effect={
          restoring === null ? (
            ''
          ) : (
            <>
              The data of {restoring.manifest.parts.filter(({ service }) => service !== 'release').length} services is replaced by that of{' '}
              <span className="font-mono text-sm">{restoring.manifest.id}</span>, which is <RelativeTime atMs={restoring.manifest.startedAtMs} /> old. What is
              there now is kept first, as a set of its own, and comes back by itself where this fails.
            </>
          )
        }
        expected={null}
        action="Restore"
        busy={restore.busy}
        onConfirm={() => {
          if (restoring !== null) void restore.run({ ...target, set: restoring.manifest.id, services: [], fresh: false, whole: false });
          setRestoring(null);
        }}
        onClose={() => setRestoring(null)}
      />
      <ActionConfirm action={run} title="Back up" verb="Back up" />
      <ActionConfirm action={verify} title="Verify" verb="Verify" />
      <ActionConfirm action={trial} title="Try a restore" verb="Try" />
      <ActionConfirm action={restore} title="Restore" verb="Restore" />
    </div>
  );
}

function Standing({ health }: { health: BackupHealth }) {
  const { policy, newest, lastRestore, reasons, state, uncovered, serverName } = health;
  const rules = policy === null ? [] : Object.entries(policy.retention).flatMap(([rule, many]) => (many > 0 ? [`${rule} ${many}`] : []));
  return (
    <div className="grid gap-5 wide:grid-cols-2">
      <Section title="How it stands">
        <KeyValue
          rows={[
            [
              'State',
              <StateMark key="state" tone={backupStates[state].tone}>
                {backupStates[state].word}
              </StateMark>,
            ],
            reasons.length === 0
              ? null
              : [
                  'Why',
                  <ul key="why" className="flex flex-col gap-0.5">
                    {reasons.map((reason) => (
                      <li key={reason}>{reason}</li>
                    ))}
                  </ul>,
                ],
            ['Newest', newest === null ? 'none' : <RelativeTime key="newest" atMs={newest.manifest.startedAtMs} suffix=" ago" />],
            [
              'Last restore',
              lastRestore === null
                ? 'never tried'
                : `${lastRestore.ok ? 'well' : 'failed'}, took ${formatElapsed(lastRestore.durationMs)}, of data ${formatElapsed(lastRestore.dataAgeMs)} old`,
            ],
            uncovered.length === 0 ? null : ['Not in it', uncovered.join(', ')],
          ]}
        />
      </Section>
      <Section title="Policy">
        {policy === null ? (
          <p className="text-muted">
            Nothing is said of how often, where to and how long.{' '}
            <span className="font-mono text-sm">
              pilothouse backups policy {health.stackId} --on {serverName} --to …
            </span>{' '}
            says it.
          </p>
        ) : (
          <KeyValue
            rows={[
              [
                'Lies at',
                <ul key="places">
                  {policy.places.map((place) => (
                    <li key={placeWords(place, serverName)}>{placeWords(place, serverName)}</li>
                  ))}
                </ul>,
              ],
              ['Keeps', `${rules.join(', ')}; the newest good one always`],
              ['Sealed', policy.sealedBy === null ? 'no' : `by the secret ${policy.sealedBy}`],
              ['At most', `${policy.pointHours} h old; back within ${policy.timeMinutes} min; tried every ${policy.drillDays} days`],
            ]}
          />
        )}
      </Section>
    </div>
  );
}

function setColumns(serverName: string, onRestore: (set: BackupSet) => void): readonly PlainColumn<BackupSet>[] {
  return [
    { id: 'id', title: 'Set', width: '232px', cell: ({ manifest }) => <span className="font-mono text-sm">{manifest.id}</span> },
    { id: 'age', title: 'Age', width: '72px', align: 'end', cell: ({ manifest }) => <RelativeTime atMs={manifest.startedAtMs} /> },
    {
      id: 'kind',
      title: 'Of',
      width: '108px',
      cell: ({ manifest }) => (manifest.kind === 'backup' ? <span className="font-mono text-sm">{manifest.release}</span> : 'before a restore'),
    },
    {
      id: 'size',
      title: 'Size',
      width: '84px',
      align: 'end',
      cell: ({ manifest }) => <span className="tabular-nums">{formatBytes(manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0))}</span>,
    },
    {
      id: 'parts',
      title: 'Holds',
      wide: true,
      cell: ({ manifest }) => <span className="text-muted">{manifest.parts.map(({ service }) => service).join(', ')}</span>,
    },
    {
      id: 'places',
      title: 'Lies at',
      wide: true,
      cell: ({ places }) => <span className="text-muted">{places.map((place) => placeWords(place, serverName)).join('; ')}</span>,
    },
    {
      id: 'looked',
      title: 'Looked at',
      width: '120px',
      cell: ({ checks: [last] }) =>
        last === undefined ? (
          <span className="text-faint">never</span>
        ) : (
          <StateMark tone={last.ok ? 'good' : 'bad'} title={last.problems.join('\n')}>
            {last.ok ? 'whole' : 'damaged'}
          </StateMark>
        ),
    },
    {
      id: 'restore',
      title: '',
      width: '92px',
      align: 'end',
      cell: (set) => (
        <Button onClick={() => onRestore(set)} aria-label={`Restore ${set.manifest.id}`}>
          Restore…
        </Button>
      ),
    },
  ];
}
