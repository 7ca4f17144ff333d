/** One GPU of the nvidia-smi stand-in; what is left out comes from the card's model. */
interface Gpu {
  /** Product name; `NVIDIA L4`, `Tesla T4` and others known to the stand-in bring their own memory, power and clocks. */
  name?: string;
  uuid?: string;
  memoryTotalMib?: number;
  /** Memory in use besides that of the processes. */
  memoryUsedMib?: number;
  utilizationPercent?: number;
  memoryUtilizationPercent?: number;
  temperatureC?: number;
  powerW?: number;
  powerLimitW?: number;
  fanPercent?: number;
  /** Adds up to so many per cent to the utilization, anew each second. */
  jitter?: number;
  eccUncorrected?: number;
}

/** One process on a GPU. */
interface GpuProcess {
  /** Index into `gpus`. */
  gpu: number;
  pid: number;
  name: string;
  memoryMib: number;
}

/**
 * What the stand-in reads each time it runs. Modes: `noDriver` (the driver does not answer), `noDevices`, `hang` (never
 * ends, as with a wedged driver), `lost` (a card fell off the bus).
 */
export interface GpuState {
  mode?: 'ok' | 'noDriver' | 'noDevices' | 'hang' | 'lost';
  driverVersion?: string;
  cudaVersion?: string;
  gpus: readonly Gpu[];
  processes?: readonly GpuProcess[];
}

/** Where the stand-in's state lies on a server. */
export const gpuStateFile = '/var/lib/fleet/gpu.json';
