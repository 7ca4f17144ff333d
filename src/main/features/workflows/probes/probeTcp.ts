import type { LocalProbe } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { fillText } from '../steps/stepText.ts';
import { portList } from './portList.ts';
import { blindness, probeAddress } from './probeAddress.ts';
import type { ProbeAnswer, ProbeRun } from './probeAnswer.ts';
import { tcpConnect } from './tcpConnect.ts';

/** Tries ports of a host; all must be as expected. That the server's own are closed counts only where SSH answers from here. */
export async function probeTcp(probe: Extract<LocalProbe, { type: 'tcp' }>, run: ProbeRun, context: CellContext): Promise<ProbeAnswer> {
  const timeoutS = probe.timeoutS ?? 5;
  const address = probe.host === undefined ? await probeAddress(run, context) : { host: fillText(probe.host, run), sshPorts: [] };
  const { host } = address;
  const ports = portList(probe.ports, run);
  if (ports.length === 0) return { holds: true, proof: 'there are no ports to try', lines: ['no ports'] };
  const blind = probe.expect === 'closed' && address.sshPorts.length > 0 ? await blindness(address, timeoutS, context.signal) : null;
  if (blind !== null) return { holds: false, proof: blind, lines: [blind] };
  const states = await Promise.all(ports.map(async (port) => ({ port, state: await tcpConnect(host, port, timeoutS, context.signal) })));
  const wrong = states.filter(({ state }) => state === 'unresolved' || (state === 'open') !== (probe.expect === 'open'));
  const lines = states.map(({ port, state }) => `${host}:${port} ${state}`);
  const wanted = probe.expect === 'open' ? 'open' : 'closed from here';
  const proof =
    wrong.length === 0 ? `${ports.join(', ')} ${wanted}` : `${wrong.map(({ port, state }) => `${port} is ${state}`).join(', ')}; ${wanted} is wanted`;
  return { holds: wrong.length === 0, proof, lines };
}
