import type { StepRun } from '../steps/stepRun.ts';

/** What a probe found: whether it is as wanted, the line that proves it, and everything that was tried. */
export interface ProbeAnswer {
  holds: boolean;
  proof: string;
  lines: string[];
}

/** What a probe works with. */
export type ProbeRun = Pick<StepRun, 'inputs' | 'server'>;
