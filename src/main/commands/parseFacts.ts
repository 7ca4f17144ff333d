import type { Facts } from '../../shared/model/facts.ts';
import { splitFactsSections } from './factsSections.ts';
import { parseDisks, parseMounts } from './parseDisks.ts';
import { parseDocker } from './parseDocker.ts';
import { parseGpu } from './parseGpu.ts';
import { parseInterfaces, parseMachine, parseUpdates } from './parseMachine.ts';
import { parseRaid } from './parseRaid.ts';
import { parseSockets } from './parseSockets.ts';
import { parseCpu, parseLine, parseMemory, parseOs, parsePrivilege, parseTime, parseVirtualization } from './parseSystem.ts';
import { numberOrNull } from './text.ts';

/**
 * Facts out of the output of `factsScript`. What could not be read is null (or empty, or 0 where null is not possible) and named in
 * `unknowns` with the reason. Throws `remote.unparsable` when the output is not the script's, or not whole.
 */
export function parseFacts(output: string, about: { server: string; collectedAtMs: number }): Facts {
  const sections = splitFactsSections(output, about.server);
  const uptime = parseLine(sections, 'uptime', 'uptime', '/proc/uptime');
  const docker = parseDocker(sections);
  return {
    collectedAtMs: about.collectedAtMs,
    hostname: parseLine(sections, 'hostname', 'host name', 'uname') ?? 'unknown',
    os: parseOs(sections),
    kernel: parseLine(sections, 'kernel', 'kernel', 'uname') ?? 'unknown',
    architecture: parseLine(sections, 'architecture', 'architecture', 'uname') ?? 'unknown',
    bootId: parseLine(sections, 'boot-id', 'boot id', 'the kernel'),
    uptimeS: numberOrNull(uptime?.split(' ')[0]),
    virtualization: parseVirtualization(sections),
    init: parseLine(sections, 'init', 'init system', '/proc/1') ?? 'unknown',
    machine: parseMachine(sections),
    cpu: parseCpu(sections),
    memory: parseMemory(sections),
    disks: parseDisks(sections),
    raid: parseRaid(sections),
    mounts: parseMounts(sections, docker.rootDirectory),
    interfaces: parseInterfaces(sections),
    gpu: parseGpu(sections),
    docker,
    updates: parseUpdates(sections),
    ports: parseSockets(sections),
    privilege: parsePrivilege(sections),
    time: parseTime(sections),
    unknowns: sections.unknowns,
  };
}
