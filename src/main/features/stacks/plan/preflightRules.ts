import { AppError } from '../../../../shared/errors.ts';
import { versionAtLeast } from '../../../../shared/model/version.ts';
import type { RenderedStack } from '../definition/renderStack.ts';

/** What `preflightScript` found on a server. */
export interface Preflight {
  docker: 'ok' | 'missing' | 'down' | 'denied';
  user: string;
  reason: string;
  dockerVersion: string | null;
  composeVersion: string | null;
  memoryMib: number | null;
  /** Free where Docker keeps its data. */
  diskMib: number | null;
  /** `ADDRESS:PORT` of every listening socket; null: there was no tool to tell. */
  listening: string[] | null;
  /** `ADDRESS:PORT` that the stack itself publishes at this moment. */
  own: string[];
}

/** Reads the `key=value` lines of `preflightScript`; null where they are not what it prints. */
export function parsePreflight(output: string): Preflight | null {
  const lines = output.split('\n').map((line) => /^([a-zA-Z]+)=(.*)$/.exec(line));
  const all = (key: string) => lines.filter((match) => match?.[1] === key).map((match) => match?.[2] ?? '');
  const one = (key: string) => all(key)[0] || null;
  const number = (key: string) => (one(key) === null ? null : Number(one(key)));
  const docker = one('docker');
  if (docker !== 'ok' && docker !== 'missing' && docker !== 'down' && docker !== 'denied') return null;
  const listening = all('listen');
  return {
    docker,
    user: one('user') ?? '',
    reason: one('reason') ?? '',
    dockerVersion: one('server'),
    composeVersion: one('compose')?.replace(/^v/, '') ?? null,
    memoryMib: number('memoryMib'),
    diskMib: number('diskMib'),
    listening: listening.includes('unknown') ? null : listening,
    own: all('own').flatMap((ports) => [...ports.matchAll(/([^\s,]+:[0-9]+)->/g)].map((match) => match[1] ?? '')),
  };
}

/** Throws `docker.missing`, `docker.daemon-down` or `docker.denied` unless Docker answers and Compose is version 2 or later. */
export function requireDocker(found: Preflight, server: string): void {
  if (found.docker === 'missing') throw new AppError('docker.missing', { server, what: 'docker' });
  if (found.docker === 'down') throw new AppError('docker.daemon-down', { server, reason: found.reason.slice(0, 500) });
  if (found.docker === 'denied') throw new AppError('docker.denied', { server, user: found.user });
  if (found.composeVersion === null || !versionAtLeast(found.composeVersion, '2')) throw new AppError('docker.missing', { server, what: 'compose' });
}

/** What the server lacks for a stack, and what could not be found out; each one a phrase with have and need. */
export function judgePreflight(found: Preflight, stack: Pick<RenderedStack, 'requirements' | 'services'>): { shortfalls: string[]; unknowns: string[] } {
  const shortfalls: string[] = [];
  const unknowns: string[] = [];
  const { dockerVersion, composeVersion, memoryMib = 0, diskMib = 0 } = stack.requirements;
  const version = (what: string, have: string | null, need: string | undefined) => {
    if (need === undefined) return;
    if (have === null) unknowns.push(`the version of ${what}`);
    else if (!versionAtLeast(have, need)) shortfalls.push(`${what} is ${have}, ${need} is needed`);
  };
  const size = (what: string, have: number | null, need: number) => {
    if (need <= 0) return;
    if (have === null) unknowns.push(what);
    else if (have < need) shortfalls.push(`${what} is ${have} MiB, ${need} MiB is needed`);
  };
  version('Docker', found.dockerVersion, dockerVersion);
  version('Compose', found.composeVersion, composeVersion);
  size('memory', found.memoryMib, memoryMib);
  size('free disk', found.diskMib, diskMib);
  const wanted = stack.services.flatMap((service) => service.ports);
  if (found.listening === null && wanted.length > 0) unknowns.push('which ports are taken');
  for (const { address, port } of wanted) {
    const taken = (found.listening ?? []).find((socket) => clash(socket, address, port) && !found.own.some((own) => clash(own, address, port)));
    if (taken !== undefined) shortfalls.push(`port ${port} is taken by what listens on ${taken}`);
  }
  return { shortfalls, unknowns };
}

/** Whether a listening socket stands in the way of publishing `address:port`. */
function clash(socket: string, address: string, port: number): boolean {
  const match = /^(.*):([0-9]+)$/.exec(socket);
  if (match === null || Number(match[2]) !== port) return false;
  const bound = (match[1] ?? '').replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return everywhere(bound) || everywhere(address) || bound === address;
}

function everywhere(address: string): boolean {
  return address === '*' || address === '0.0.0.0' || address === '::' || address === '';
}
