import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { CellContext } from '../../../operations/operations.ts';
import type { ProbeRun } from './probeAnswer.ts';
import { tcpConnect } from './tcpConnect.ts';

/** Where a server can be tried from this laptop. */
export interface ProbeAddress {
  host: string;
  /** Where SSH listens there: the control without which "closed" says nothing. */
  sshPorts: number[];
}

/**
 * The address of a server for attempts outside of the SSH connection: its host, or, where that is a name of the person's ssh configuration,
 * the address that the server itself sees its connection come to.
 */
export async function probeAddress(run: ProbeRun, context: CellContext): Promise<ProbeAddress> {
  const { host, port } = run.server;
  if (isIP(host) !== 0 || (await lookup(host).catch(() => null)) !== null) return { host, sshPorts: [port] };
  const { stdout } = await context.remote.exec({ script: 'printf "%s\\n" "$SSH_CONNECTION"', timeoutMs: 20_000, signal: context.signal });
  const [, , address = '', ownPort = ''] = stdout.trim().split(' ');
  return isIP(address) === 0 ? { host, sshPorts: [port] } : { host: address, sshPorts: [...new Set([port, Number(ownPort)])] };
}

/**
 * Why a port that does not answer at this address would prove nothing: not even SSH, by which we are on the server, answers there, as behind
 * a jump host. Null: it does.
 */
export async function blindness({ host, sshPorts }: ProbeAddress, timeoutS: number, signal: AbortSignal): Promise<string | null> {
  const states = await Promise.all(sshPorts.map((port) => tcpConnect(host, port, timeoutS, signal)));
  if (states.includes('open')) return null;
  return `this laptop has no way of its own to ${host}: port ${sshPorts.join(' and ')} (SSH) is ${states.join(' and ')} from here, so what is closed from here proves nothing`;
}
