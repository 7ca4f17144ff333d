import { type ChartSpec, chartSpecs } from './chartSpecs.ts';
import { HealthChart } from './HealthChart.tsx';
import { chartGridClass, serverPlotHeight } from './serverChartIds.ts';
import type { ServerHealthState } from './useServerHealth.ts';

/** The charts of one server that say most about it. */
export function ServerCharts({ name, ids, health }: { name: string; ids: readonly string[]; health: ServerHealthState }) {
  const specs = ids.flatMap((id): ChartSpec[] => chartSpecs.filter((spec) => spec.id === id));
  return (
    <div className={chartGridClass}>
      {specs.map((spec) => (
        <HealthChart key={spec.id} spec={spec} selector={name} servers={1} view={health.view} height={serverPlotHeight} />
      ))}
    </div>
  );
}
