import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { Facts } from '../../../shared/model/facts.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { formatAge, formatMib } from '../../ui/format.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { GpuList } from './GpuList.tsx';
import { MountList } from './MountList.tsx';
import { PortTable } from './PortTable.tsx';
import { isCurrent } from './serverState.ts';

const unknown = <span className="text-faint">unknown</span>;
const dockerStates: Record<Facts['docker']['state'], string> = {
  missing: 'not installed',
  'daemon-down': 'the daemon does not answer',
  denied: 'this login may not use it',
  ok: 'answers',
};
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
  return (
    <KeyValue
      className="pt-1"
      rows={[
        ['System', facts.os.prettyName],
        ['Kernel', `${facts.kernel} · ${facts.architecture}`],
        ['CPU', facts.cpu.model ?? unknown],
        ['Memory', `${formatMib(facts.memory.totalMib)}${facts.memory.swapTotalMib > 0 ? `, ${formatMib(facts.memory.swapTotalMib)} swap` : ', no swap'}`],
        ['Machine', facts.virtualization === 'none' ? 'bare metal' : (facts.virtualization ?? unknown)],
        ['Init', facts.init],
        ['Becomes root', privileges[facts.privilege]],
        [
          'Docker',
          <StateMark key="docker" tone={facts.docker.state === 'ok' ? 'good' : 'warn'}>
            {facts.docker.state === 'ok'
              ? `${facts.docker.serverVersion ?? 'unknown version'}, compose ${facts.docker.composeVersion ?? 'missing'}`
              : dockerStates[facts.docker.state]}
          </StateMark>,
        ],
      ]}
    />
  );
}

function gpuTitle({ gpu }: Facts): string {
  return ['GPUs', gpu.driverVersion && `driver ${gpu.driverVersion}`, gpu.cudaVersion && `CUDA ${gpu.cudaVersion}`].filter(Boolean).join(' · ');
}

/** Facts and live figures of a server, and what could not be found out. */
export function ServerOverview({ row }: { row: FleetRow }) {
  const { facts, vitals } = row;
  if (!facts) {
    return (
      <div className="px-4">
        <EmptyState title="Nothing is known of this server yet">
          Facts are read with the first connection: system, memory, disks, GPUs, Docker and open ports.
        </EmptyState>
      </div>
    );
  }
  return (
    <section
      // Scrolls with the keyboard too: nothing in it takes the focus by itself.
      tabIndex={0}
      aria-label={`Overview of ${row.server.name}`}
      className="grid min-h-0 flex-1 auto-rows-min grid-cols-1 gap-x-8 gap-y-5 overflow-y-auto px-4 py-3 wide:grid-cols-2"
    >
      <div className="flex min-w-0 flex-col gap-5">
        <Section title={gpuTitle(facts)}>
          <GpuList facts={facts} vitals={vitals} current={isCurrent(row)} />
          {row.utilizationHistory.length > 1 && (
            <div className="mt-3 flex items-end gap-3">
              <Sparkline values={row.utilizationHistory} width={420} height={40} label="GPU utilisation over the last 15 minutes, mean of all" />
              <span className="text-sm whitespace-nowrap text-faint">mean use, 15 min</span>
            </div>
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
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <Section title="Now">
          <Now row={row} facts={facts} />
        </Section>
        <Section title="File systems">
          <MountList facts={facts} />
        </Section>
        <Section title="Listening ports" aside={`${facts.ports.length} sockets`}>
          <PortTable ports={facts.ports} />
        </Section>
        {facts.unknowns.length > 0 && (
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
        )}
      </div>
    </section>
  );
}
