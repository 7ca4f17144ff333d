import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { DeployPlan, PlannedService } from '../../../../shared/contract/stackPlans.ts';
import { Badge } from '../../../ui/Badge.tsx';
import { cx } from '../../../ui/cx.ts';
import { count, formatAge } from '../../../ui/format.ts';
import { IconButton } from '../../../ui/IconButton.tsx';
import { effects, sortedServices } from './planRules.ts';

const interrupts = (service: PlannedService) => service.effect === 'recreate' || service.effect === 'restart' || service.effect === 'remove';

function Impact({ service }: { service: PlannedService }) {
  if (!interrupts(service)) return null;
  const { downtime, requestsRunning } = service;
  return (
    <span className="flex items-center justify-end gap-3 text-sm">
      {requestsRunning !== undefined && (
        <span className={requestsRunning ? 'text-warn' : 'text-faint'}>
          {requestsRunning === null ? 'requests unknown' : count(requestsRunning, 'request')}
        </span>
      )}
      {downtime && (
        <span className="text-muted" title={downtime.why}>
          {downtime.seconds === null ? 'time unknown' : downtime.seconds === 0 ? 'no pause' : `~ ${formatAge(downtime.seconds * 1000)}`}
        </span>
      )}
    </span>
  );
}

function ServiceRow({ service }: { service: PlannedService }) {
  const [open, setOpen] = useState(false);
  const more = service.reasons.length > 0;
  const { containers } = service;
  return (
    <li className="border-b border-hairline">
      <div className="grid min-h-8 grid-cols-[20px_minmax(110px,170px)_84px_minmax(0,1fr)_auto] items-center gap-3 px-1">
        {more ? (
          <IconButton
            icon={ChevronRight}
            label={open ? `Hide what changes in ${service.name}` : `Show what changes in ${service.name}`}
            size="small"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            className={open ? '[&>svg]:rotate-90' : ''}
          />
        ) : (
          <span />
        )}
        <span className={cx('truncate', service.effect === 'keep' ? 'text-muted' : 'font-medium')}>{service.name}</span>
        <span>
          <Badge tone={effects[service.effect].tone}>{effects[service.effect].word}</Badge>
        </span>
        <span className="truncate text-muted" title={service.why}>
          {service.why}
          {containers && containers.now !== containers.after && containers.now > 0 && `, ${containers.now} → ${count(containers.after, 'container')}`}
        </span>
        <Impact service={service} />
      </div>
      {open && (
        <dl className="grid grid-cols-[minmax(120px,max-content)_1fr] gap-x-4 gap-y-1 pr-2 pb-2 pl-9 text-sm">
          {service.reasons.map((reason) => (
            <div key={reason.path} className="contents">
              <dt className="font-mono text-xs break-all text-muted">{reason.path}</dt>
              <dd className="min-w-0 break-words">
                {reason.from !== null || reason.to !== null ? (
                  <span className="font-mono text-xs">
                    <del className="text-bad no-underline">{reason.from ?? 'nothing'}</del> <span className="text-faint">→</span>{' '}
                    <ins className="text-good no-underline">{reason.to ?? 'nothing'}</ins>
                  </span>
                ) : (
                  reason.said
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

/** What happens to each service and why; those that stay are folded into a line. */
export function PlanServices({ plan }: { plan: DeployPlan }) {
  const [all, setAll] = useState(false);
  const sorted = sortedServices(plan);
  const kept = sorted.filter(({ effect }) => effect === 'keep');
  const shown = all ? sorted : sorted.filter(({ effect }) => effect !== 'keep');
  return (
    <>
      <ul aria-label={`Services on ${plan.serverName}`}>
        {shown.map((service) => (
          <ServiceRow key={service.name} service={service} />
        ))}
      </ul>
      {kept.length > 0 && (
        <button type="button" onClick={() => setAll(!all)} aria-expanded={all} className="flex h-7 items-center px-1 text-sm text-muted hover:text-text">
          {all
            ? 'Hide what stays'
            : `${count(kept.length, 'service')} ${kept.length === 1 ? 'stays as it is' : 'stay as they are'}: ${kept.map(({ name }) => name).join(', ')}`}
        </button>
      )}
    </>
  );
}
