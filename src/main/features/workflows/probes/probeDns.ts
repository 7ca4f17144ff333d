import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LocalProbe } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { fillText } from '../steps/stepText.ts';
import { probeAddress } from './probeAddress.ts';
import type { ProbeAnswer, ProbeRun } from './probeAnswer.ts';

/** Whether a name resolves, here, to what is expected. */
export async function probeDns(probe: Extract<LocalProbe, { type: 'dns' }>, run: ProbeRun, context: CellContext): Promise<ProbeAnswer> {
  const name = fillText(probe.name, run);
  const expected = probe.expect === undefined ? await addressesOf((await probeAddress(run, context)).host) : await addressesOf(fillText(probe.expect, run));
  const found = await addressesOf(name);
  const holds = found.some((address) => expected.includes(address));
  const seen = found.length === 0 ? 'does not resolve' : `resolves to ${found.join(', ')}`;
  return { holds, proof: `${name} ${seen}${holds ? '' : `; ${expected.join(', ') || 'an address'} is wanted`}`, lines: [`${name} ${seen}`] };
}

async function addressesOf(name: string): Promise<string[]> {
  if (isIP(name) !== 0) return [name];
  return (await lookup(name, { all: true }).catch(() => [])).map(({ address }) => address);
}
