import type { LocalProbe } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import type { ProbeAnswer, ProbeRun } from './probeAnswer.ts';
import { probeDns } from './probeDns.ts';
import { probeExposure } from './probeExposure.ts';
import { probeHttp } from './probeHttp.ts';
import { probeTcp } from './probeTcp.ts';
import { probeTls } from './probeTls.ts';

/** Tries something from this laptop. `exposure` asks the server first which ports it listens on; its address is asked for where its host is no name that resolves. */
export function runLocalProbe(probe: LocalProbe, run: ProbeRun, context: CellContext): Promise<ProbeAnswer> {
  switch (probe.type) {
    case 'tcp':
      return probeTcp(probe, run, context);
    case 'exposure':
      return probeExposure(probe, run, context);
    case 'dns':
      return probeDns(probe, run, context);
    case 'tls':
      return probeTls(probe, run, context);
    case 'http':
      return probeHttp(probe, run, context.signal);
  }
}
