/** Charts that are looked at together. Apart from the charts themselves, as every address of the app is read with it. */
export const chartGroups = ['gpus', 'host', 'containers', 'engines', 'probes'] as const;
export type ChartGroup = (typeof chartGroups)[number];
export const groupTitles: Record<ChartGroup, string> = { gpus: 'GPUs', host: 'Host', containers: 'Containers', engines: 'Engines', probes: 'Probes' };
