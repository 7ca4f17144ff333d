import { useState } from 'react';
import type { InputDefinition } from '../../../shared/model/inputDefinition.ts';
import { needsOf, type StackDefinition, type StackService } from '../../../shared/model/stackDefinition.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { formatMib } from '../../ui/format.ts';
import { type PlainColumn, PlainTable } from '../../ui/PlainTable.tsx';
import { exposures } from './exposures.ts';
import { defaultsOf, fillIn, type NeedsSum, sumsByProfile } from './stackNeeds.ts';

const dash = <span className="text-faint">—</span>;
const size = (mib: number | undefined) => (mib ? formatMib(mib) : dash);
const cores = (number: number | undefined) => (number ? Number(number.toFixed(2)) : dash);

function Disk({ now, later }: { now: number | undefined; later: number | undefined }) {
  if (!now) return dash;
  return (
    <>
      {formatMib(now)}
      {later !== undefined && later > now && (
        <span className="block text-sm text-faint" title="After three months">
          → {formatMib(later)}
        </span>
      )}
    </>
  );
}

function Ports({ stack, service, values }: { stack: StackDefinition; service: StackService; values: Record<string, string> }) {
  const ports = stack.ports.filter((each) => each.service === service.name);
  if (ports.length === 0) return <span className="text-faint">none</span>;
  const published = ports.filter(({ exposure }) => exposure !== 'internal');
  const inside = ports.filter(({ exposure }) => exposure === 'internal').map(({ port }) => fillIn(port, values));
  return (
    <span className="flex flex-wrap items-center gap-x-1.5 gap-y-1">
      {published.map(({ port, exposure }) => (
        <span key={`${port}-${exposure}`} title={`${exposures[exposure].means} may reach it`}>
          <Badge tone={exposures[exposure].tone}>
            {fillIn(port, values)} {exposures[exposure].word}
          </Badge>
        </span>
      ))}
      {inside.length > 0 && (
        <span className="text-faint" title="Only containers of the stack may reach it">
          {inside.join(', ')}
        </span>
      )}
    </span>
  );
}

function sumCells(sum: NeedsSum): Record<string, React.ReactNode> {
  return { cores: cores(sum.cores), memory: size(sum.memoryMib), vram: size(sum.vramMib), disk: <Disk now={sum.diskMib} later={sum.diskMibLater} /> };
}

/** What a stack is made of: image, place, what each service takes and the sums by profile, data and ports. */
export function ServicesTable({ stack }: { stack: StackDefinition }) {
  const defaults = defaultsOf(stack);
  // One parameter may decide what services take: then it is chosen here, to look.
  const deciding = stack.parameters.find(({ name }) => stack.services.some((service) => service.needsBy?.parameter === name));
  const [chosen, setChosen] = useState<string | null>(null);
  const values = deciding ? { ...defaults, [deciding.name]: chosen ?? defaults[deciding.name] ?? '' } : defaults;
  const roles = new Map(stack.roles.map((role) => [role.id, role.title]));
  const needs = (service: StackService) => needsOf(service, values);
  const columns: PlainColumn<StackService>[] = [
    {
      ...{ id: 'service', title: 'Service' },
      cell: (service) => (
        <>
          <span className="flex min-w-0 items-baseline gap-2">
            <span className="truncate font-semibold">{service.title}</span>
            {service.stateful && <Badge>keeps data</Badge>}
          </span>
          {service.purpose && (
            <span className="line-clamp-2 text-sm text-muted wide:line-clamp-1" title={service.purpose}>
              {service.purpose}
            </span>
          )}
          <code className="block truncate font-mono text-xs text-faint wide:hidden" title={service.image}>
            {fillIn(service.image, values)}
          </code>
        </>
      ),
    },
    {
      ...{ id: 'image', title: 'Image', width: '23%', wide: true },
      cell: (service) => (
        <code className="block truncate pt-px font-mono text-sm text-muted" title={service.image}>
          {fillIn(service.image, values)}
        </code>
      ),
    },
    ...(stack.roles.length > 0
      ? [
          {
            id: 'role',
            title: 'Role',
            width: '88px',
            cell: (service: StackService) => <span className="text-muted">{roles.get(service.role ?? '') ?? stack.roles[0]?.title}</span>,
          },
        ]
      : []),
    ...(stack.profiles.length > 0
      ? [
          {
            ...{ id: 'profile', title: 'Profile', width: '116px' },
            cell: (service: StackService) =>
              service.profiles?.length ? (
                <code className="block truncate font-mono text-sm text-muted">{service.profiles.join(' ')}</code>
              ) : (
                <span className="text-faint">always</span>
              ),
          },
        ]
      : []),
    { ...{ id: 'cores', title: 'Cores', width: '54px', align: 'end' }, cell: (service) => cores(needs(service).cores) },
    { ...{ id: 'memory', title: 'Memory', width: '76px', align: 'end' }, cell: (service) => size(needs(service).memoryMib) },
    { ...{ id: 'vram', title: 'VRAM', width: '72px', align: 'end' }, cell: (service) => size(needs(service).vramMib) },
    {
      ...{ id: 'disk', title: 'Disk', width: '82px', align: 'end' },
      cell: (service) => <Disk now={needs(service).diskMib} later={needs(service).diskMibLater} />,
    },
    { ...{ id: 'ports', title: 'Ports', width: '148px' }, cell: (service) => <Ports stack={stack} service={service} values={values} /> },
  ];
  const foot = sumsByProfile(stack, values).map(({ title, sum }) => {
    const cells = sumCells(sum);
    const heading = (
      <>
        {title} <span className="text-faint">· {sum.services}</span>
      </>
    );
    return { key: title, cells: columns.map((column, index) => (index === 0 ? heading : (cells[column.id] ?? ''))) };
  });
  return (
    <>
      {deciding && <Deciding parameter={deciding} value={values[deciding.name] ?? ''} onChange={setChosen} />}
      <PlainTable label="Services" columns={columns} rows={stack.services} rowKey={(service) => service.name} foot={foot} />
    </>
  );
}

function Deciding({ parameter, value, onChange }: { parameter: InputDefinition; value: string; onChange(value: string): void }) {
  return (
    <div role="toolbar" aria-label={`What services take by ${parameter.title}`} className="flex flex-wrap items-center gap-1.5 pb-1.5">
      <span className="mr-1 text-sm text-muted" title={parameter.help}>
        {parameter.title}
      </span>
      {parameter.choices?.map((choice) => (
        <Chip key={choice} on={choice === value} onClick={() => onChange(choice)}>
          {choice}
        </Chip>
      ))}
    </div>
  );
}
