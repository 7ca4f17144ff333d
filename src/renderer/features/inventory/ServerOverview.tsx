import { useQuery } from '@tanstack/react-query';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { Facts, FactsChange } from '../../../shared/model/facts.ts';
import { dockerWords, runtimeWords } from '../../../shared/model/factsWords.ts';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { samePlaceholder } from '../../client/samePlaceholder.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatAge, formatMib } from '../../ui/format.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { FitSection } from '../fit/FitSection.tsx';
import { parseTarget, targetText } from '../fit/fitTarget.ts';
import { useFit } from '../fit/useFit.ts';
import { ServerContainers } from '../health/ServerContainers.tsx';
import { ServerEngines } from '../health/ServerEngines.tsx';
import { ServerGpus } from '../health/ServerGpus.tsx';
import { ServerHealth } from '../health/ServerHealth.tsx';
import { type ServerHealthState, useServerHealth } from '../health/useServerHealth.ts';
import { ServerRecordSection, useRecordPending } from '../records/ServerRecordSection.tsx';
import { FactsChangeList } from './FactsChangeList.tsx';
import { FactsNotices } from './FactsNotices.tsx';
import { GpuList } from './GpuList.tsx';
import { GpuTraits } from './GpuTraits.tsx';
import { HardwareFacts } from './HardwareFacts.tsx';
import { MountList } from './MountList.tsx';
import { PortTable } from './PortTable.tsx';
import { isCurrent } from './serverState.ts';

const unknown = <span className="text-faint">unknown</span>;
const privileges: Record<Facts['privilege'], string> = { root: 'is root', nopasswd: 'without a password', password: 'with a password', none: 'cannot' };

function Now({ row, facts }: { row: FleetRow; facts: Facts }) {
  const { vitals } = row;
  const memoryRatio = vitals?.memoryUsedMib != null && vitals.memoryTotalMib ? vitals.memoryUsedMib / vitals.memoryTotalMib : null;
  return (
    <KeyValue
      className="pt-1"
      rows={[
        ['Load', vitals?.load1 == null ? unknown : `${vitals.load1.toFixed(2)} on ${facts.cpu.logicalCores} cores`],
        [
          'Memory',
          <span key="memory" className="flex items-center gap-2">
            <Meter ratio={memoryRatio} label="Memory" tone={memoryRatio !== null && memoryRatio > 0.9 ? 'warn' : 'normal'} />
            <span className="text-muted">of {formatMib(facts.memory.totalMib)}</span>
          </span>,
        ],
        ['Up', facts.uptimeS === null ? unknown : formatAge(facts.uptimeS * 1000)],
        [
          'Clock',
          facts.time.synchronized === null ? (
            unknown
          ) : facts.time.synchronized ? (
            'synchronised'
          ) : (
            <StateMark key="clock" tone="warn">
              not synchronised
            </StateMark>
          ),
        ],
      ]}
    />
  );
}

function System({ facts }: { facts: Facts }) {
  const { updates, docker } = facts;
  const flag = (value: boolean | null, yes: string, no: string) => (value === null ? unknown : value ? yes : no);
  return (
    <KeyValue
      className="pt-1"
      rows={[
        ['System', facts.os.prettyName],
        ['Kernel', `${facts.kernel} · ${facts.architecture}`],
        ['Init', facts.init],
        ['Becomes root', privileges[facts.privilege]],
        ['Updates', <span key="updates">{flag(updates.unattended, 'by themselves', 'by hand')}</span>],
        [
          'Docker',
          <StateMark key="docker" tone={docker.state === 'ok' ? 'good' : 'warn'} title={dockerWords(facts)}>
            {dockerWords(facts)}
          </StateMark>,
        ],
        docker.state === 'ok' ? ['Runtimes', `${runtimeWords(facts) ?? 'unknown'} · storage ${docker.storageDriver ?? 'unknown'}`] : null,
      ]}
    />
  );
}

function gpuTitle({ gpu }: Facts): string {
  const versions = [gpu.driverVersion && `driver ${gpu.driverVersion}`, gpu.cudaVersion && `CUDA ${gpu.cudaVersion}`];
  return ['GPUs', ...versions, gpu.toolkitVersion && `container toolkit ${gpu.toolkitVersion}`].filter(Boolean).join(' · ');
}

interface ServerOverviewProps {
  row: FleetRow;
  /** What the server is set against, out of the address. */
  fit: string | undefined;
  onFit(fit: string): void;
}

/** Facts and live figures of a server, for what it is enough, what changed on it, and what could not be found out. */
export function ServerOverview({ row, fit, onFit }: ServerOverviewProps) {
  const { facts } = row;
  const { name } = row.server;
  const target = parseTarget(fit);
  const readAtMs = facts?.collectedAtMs ?? null;
  const view = useFit(name, readAtMs, target);
  const changes = useQuery({
    queryKey: ['facts-changes', name, readAtMs],
    queryFn: () => client.servers.factsChanges({ name }),
    ...{ enabled: readAtMs !== null, placeholderData: samePlaceholder<{ changes: FactsChange[] }>(name) },
  });
  const isRecordPending = useRecordPending();
  const health = useServerHealth(row);
  if (!facts) {
    return (
      <section tabIndex={0} aria-label={`Overview of ${name}`} className="min-h-0 flex-1 overflow-y-auto px-4">
        <EmptyState title="Nothing is known of this server yet">
          Facts are read with the first connection: system, memory, disks, GPUs, Docker and open ports.
        </EmptyState>
        {!isRecordPending && <ServerRecordSection row={row} />}
      </section>
    );
  }
  // The parts follow each other: none is shown before the length of those above it is known.
  if ((view.tiers === undefined && view.isPending) || changes.isPending || isRecordPending || !health.isKnown) {
    return (
      <div className="px-4 py-3">
        <SkeletonRows count={8} label="Loading the overview" />
      </div>
    );
  }
  return (
    <section
      // Scrolls with the keyboard too: nothing in it takes the focus by itself.
      tabIndex={0}
      aria-label={`Overview of ${name}`}
      className="min-h-0 flex-1 overflow-y-auto px-4 py-3"
    >
      <FactsNotices facts={facts} />
      <div className="pt-3 first:pt-0">
        <ServerHealth row={row} health={health} />
      </div>
      <div className="grid auto-rows-min grid-cols-1 gap-x-8 gap-y-5 pt-4 wide:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-5">
          <Gpus row={row} facts={facts} health={health} />
          <Section title="Containers">
            <Containers health={health} />
          </Section>
          <FitSection view={view} factsReadAtMs={facts.collectedAtMs} target={target} onTarget={(next) => onFit(targetText(next))} />
          <Section title="File systems">
            <MountList facts={facts} />
          </Section>
          <Section title="Engines">
            <ServerEngines name={name} figures={health.figures} />
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <Section title="Now">
            <Now row={row} facts={facts} />
          </Section>
          <ServerRecordSection row={row} />
          <Section title="What changed" aside={changes.data && changes.data.changes.length > 0 ? 'seen' : undefined}>
            {changes.error ? (
              <ErrorPanel error={toSerializedError(changes.error)} actions={<Button onClick={() => void changes.refetch()}>Ask again</Button>} />
            ) : (
              <FactsChangeList changes={changes.data?.changes ?? []} />
            )}
          </Section>
          <Section
            title="System"
            aside={
              <>
                read <RelativeTime atMs={facts.collectedAtMs} suffix=" ago" />
              </>
            }
          >
            <System facts={facts} />
          </Section>
          <Section title="Hardware">
            <HardwareFacts facts={facts} />
          </Section>
          <Section title="Listening ports" aside={`${facts.ports.length} sockets`}>
            <PortTable ports={facts.ports} />
          </Section>
          {facts.unknowns.length > 0 && <Unknowns facts={facts} />}
        </div>
      </div>
    </section>
  );
}

function Gpus({ row, facts, health: { figures, isCurrent: isLive } }: { row: FleetRow; facts: Facts; health: ServerHealthState }) {
  const { devices, state } = facts.gpu;
  return (
    <Section title={gpuTitle(facts)}>
      {state === 'ok' && figures !== null && figures.observedAtMs !== null ? (
        <ServerGpus devices={devices} figures={figures} isCurrent={isLive} />
      ) : (
        <GpuList facts={facts} vitals={row.vitals} current={isCurrent(row)} />
      )}
      <GpuTraits devices={devices} />
    </Section>
  );
}

function Containers({ health: { figures } }: { health: ServerHealthState }) {
  if (figures === null || figures.observedAtMs === null) return <p className="py-1.5 text-muted">Nothing was read of them yet.</p>;
  return <ServerContainers figures={figures} />;
}

function Unknowns({ facts }: { facts: Facts }) {
  return (
    <Section title="Could not be found out">
      <KeyValue
        className="pt-1"
        rows={facts.unknowns.map(
          (each) =>
            [
              each.what,
              <span key={each.what} className="text-muted">
                {each.why}
              </span>,
            ] as const,
        )}
      />
    </Section>
  );
}
