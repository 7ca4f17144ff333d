import type { MetricDefinition } from './metricDefinition.ts';

const gpu = ['gpu'] as const;
const host = ['host'] as const;

/** Metrics of GPUs, and of a server as to its GPUs. Instances of a divided GPU (MIG) have their own subject and only its memory. */
export const gpuMetrics = {
  gpuCount: { label: 'GPUs that answer', unit: 'count', kind: 'level', subjects: host, bad: 'low' },
  gpuVanishedCount: { label: 'GPUs that are gone', unit: 'count', kind: 'level', subjects: host, bad: 'high' },
  gpuQueryFailed: { label: 'nvidia-smi fails or hangs', unit: 'flag', kind: 'state', subjects: host, bad: 'high' },
  driverMismatch: { label: 'Driver library and loaded module differ', unit: 'flag', kind: 'state', subjects: host, bad: 'high' },
  gpuUsedRatio: { label: 'GPU used', unit: 'ratio', kind: 'level', subjects: gpu, bad: 'high' },
  gpuMemoryBusyRatio: { label: 'Time in which GPU memory was read or written', unit: 'ratio', kind: 'level', subjects: gpu, bad: 'high' },
  vramTotalBytes: { label: 'GPU memory', unit: 'bytes', kind: 'level', subjects: gpu, bad: 'none' },
  vramUsedBytes: { label: 'GPU memory used', unit: 'bytes', kind: 'level', subjects: gpu, bad: 'high' },
  vramUsedRatio: { label: 'Share of GPU memory used', unit: 'ratio', kind: 'level', subjects: gpu, bad: 'high' },
  gpuTemperatureCelsius: { label: 'GPU temperature', unit: 'celsius', kind: 'level', subjects: gpu, bad: 'high' },
  gpuMemoryTemperatureCelsius: { label: 'GPU memory temperature', unit: 'celsius', kind: 'level', subjects: gpu, bad: 'high' },
  gpuPowerWatts: { label: 'GPU power', unit: 'watts', kind: 'level', subjects: gpu, bad: 'high' },
  gpuPowerLimitWatts: { label: 'GPU power cap', unit: 'watts', kind: 'level', subjects: gpu, bad: 'none' },
  gpuPowerUsedRatio: { label: 'GPU power against its cap', unit: 'ratio', kind: 'level', subjects: gpu, bad: 'high' },
  gpuClockHertz: { label: 'GPU clock', unit: 'hertz', kind: 'level', subjects: gpu, bad: 'low' },
  gpuClockRatio: { label: 'GPU clock against its highest', unit: 'ratio', kind: 'level', subjects: gpu, bad: 'low' },
  gpuMemoryClockHertz: { label: 'GPU memory clock', unit: 'hertz', kind: 'level', subjects: gpu, bad: 'low' },
  gpuFanRatio: { label: 'GPU fan', unit: 'ratio', kind: 'level', subjects: gpu, bad: 'none' },
  gpuPerformanceState: { label: 'GPU performance state', unit: 'code', kind: 'state', subjects: gpu, bad: 'none' },
  gpuThrottleReasons: { label: 'Why the GPU clock is held down', unit: 'mask', kind: 'state', subjects: gpu, bad: 'none' },
  gpuThrottledByHeat: { label: 'GPU slowed down by heat', unit: 'flag', kind: 'state', subjects: gpu, bad: 'high' },
  gpuThrottledByPower: { label: 'GPU slowed down by its power cap', unit: 'flag', kind: 'state', subjects: gpu, bad: 'high' },
  gpuThrottledByHardware: { label: 'GPU slowed down by its hardware', unit: 'flag', kind: 'state', subjects: gpu, bad: 'high' },
  eccCorrectedErrors: { label: 'GPU memory errors corrected since the boot', unit: 'count', kind: 'total', subjects: gpu, bad: 'high' },
  eccUncorrectedErrors: { label: 'GPU memory errors not corrected since the boot', unit: 'count', kind: 'total', subjects: gpu, bad: 'high' },
  xidErrorsRecent: { label: 'Xid errors in 10 minutes', unit: 'count', kind: 'level', subjects: ['gpu', 'host'], bad: 'high' },
  xidLastCode: { label: 'Number of the last Xid in 10 minutes', unit: 'code', kind: 'state', subjects: gpu, bad: 'none' },
  gpuProcessCount: { label: 'Processes on the GPU', unit: 'count', kind: 'level', subjects: gpu, bad: 'none' },
  gpuMigEnabled: { label: 'GPU is divided (MIG)', unit: 'flag', kind: 'state', subjects: gpu, bad: 'none' },
  gpuMigInstanceCount: { label: 'Instances of the GPU (MIG)', unit: 'count', kind: 'level', subjects: gpu, bad: 'none' },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
