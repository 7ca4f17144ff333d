import type { FleetRow } from '../../../shared/contract/servers.ts';

/** Height of a plot among others on a server's screen, in px. */
export const serverPlotHeight = 110;
/** The same with title and legend: the room a chart takes before it is loaded. */
export const serverChartHeight = 24 + serverPlotHeight + 40;
export const chartGridClass = '-mx-3.5 grid grid-cols-[repeat(auto-fill,minmax(min(100%,280px),1fr))] gap-2 pt-2';

const ofGpus = ['gpu-used', 'vram', 'gpu-temperature', 'first-token'];
const ofHost = ['cpu', 'memory', 'network', 'disk'];

/** Which charts say most about a server. */
export function serverChartIds({ facts }: FleetRow): readonly string[] {
  return (facts?.gpu.devices.length ?? 0) > 0 ? [...ofGpus, ...ofHost] : ofHost;
}
