import { memo, type ReactNode } from 'react';
import { type ChartGroup, groupTitles } from './chartGroups.ts';
import { type ChartSpec, chartSpecs } from './chartSpecs.ts';
import { mostLines } from './chooseLines.ts';
import { type ChartView, HealthChart } from './HealthChart.tsx';

/** So many servers are shown one by one; more are named as left out. */
export const mostApart = 60;

function Group({ title, aside, children }: { title: string; aside?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 pt-3">
      <h2 className="flex items-baseline gap-2 border-b border-hairline px-3.5 pb-1 text-sm font-semibold text-muted">
        {title}
        {aside && <span className="font-normal text-faint">{aside}</span>}
      </h2>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,360px),1fr))] gap-x-4 gap-y-3 pt-2">{children}</div>
    </section>
  );
}

interface HealthChartsProps {
  groups: readonly ChartGroup[];
  selector: string;
  /** Names of the servers that it picks. */
  names: readonly string[];
  isApart: boolean;
  view: ChartView;
  onServers(chart: string, names: readonly string[]): void;
}

const specsOf = (group: ChartGroup): ChartSpec[] => chartSpecs.filter((spec) => spec.group === group);

/** Charts in their groups: one for each figure with a line for each server, or one for each server. */
export const HealthCharts = memo(function HealthCharts({ groups, selector, names, isApart, view, onServers }: HealthChartsProps) {
  if (isApart)
    return groups.flatMap(specsOf).map((spec) => (
      <Group
        key={spec.id}
        title={`${groupTitles[spec.group]}: ${spec.title}`}
        {...(names.length > mostApart ? { aside: `the first ${mostApart} of ${names.length} servers` } : {})}
      >
        {names.slice(0, mostApart).map((name) => (
          <HealthChart key={name} spec={spec} title={name} selector={name} servers={1} view={view} height={104} onServers={onServers} />
        ))}
      </Group>
    ));
  return groups.map((group) => (
    <Group key={group} title={groupTitles[group]}>
      {specsOf(group).map((spec) => (
        <HealthChart
          key={spec.id}
          spec={spec}
          selector={selector}
          servers={names.length}
          view={view}
          legendRows={names.length > 1 ? mostLines / 2 : 2}
          onServers={onServers}
        />
      ))}
    </Group>
  ));
});
