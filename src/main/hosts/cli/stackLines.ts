import type { ServiceNeeds, StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { type Output, table } from './terminalText.ts';

type Style = Pick<Output, 'style'>;

/** What a stack is made of, as blocks of lines: services with what they need, ports, profiles, roles, models, volumes, backups, order of start. */
export function stackLines(stack: StackDefinition, output: Style): string[][] {
  const block = (header: string[], rows: string[][]) => (rows.length === 0 ? [] : [table(header, rows, output)]);
  return [
    ...block(
      ['SERVICE', 'IMAGE', 'NEEDS', 'KEEPS DATA', 'PROFILE', 'ROLE', 'WHAT'],
      stack.services.map((service) => [
        ...[service.name, service.image, needsText(service.needs), service.stateful ? 'yes' : 'no'],
        ...[(service.profiles ?? []).join(','), service.role ?? stack.roles[0]?.id ?? '', service.title],
      ]),
    ),
    ...block(
      ['PORT', 'SERVICE', 'REACHED BY'],
      stack.ports.map(({ port, service, exposure, across }) => [port, service, `${reach[exposure]}${across ? ', and other servers of the stack' : ''}`]),
    ),
    ...block(
      ['PROFILE', 'WHAT', ''],
      stack.profiles.map(({ name, title, help = '' }) => [name, title, help]),
    ),
    ...block(
      ['ROLE', 'WHAT', 'SERVERS'],
      stack.roles.map(({ id, title, maxServers }) => [id, title, maxServers === undefined ? 'as many as you like' : `${maxServers} at most`]),
    ),
    ...block(
      ['ENVIRONMENT', 'PROFILES', 'PARAMETERS'],
      Object.entries(stack.environments).map(([name, { profiles, parameters }]) => [
        ...[name, profiles === undefined ? '' : profiles.join(',') || 'none'],
        Object.entries(parameters)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
      ]),
    ),
    ...block(
      ['MODEL', 'SERVICE', 'DOWNLOAD', 'TOKEN', 'WHAT'],
      stack.models.map(({ name, service, downloadMib, gated, title }) => [name, service, size(downloadMib), gated ? 'needed' : 'no', title]),
    ),
    ...block(
      ['VOLUME', 'PLACE IN IT', 'HOLDS'],
      stack.volumes.map(({ service, path, holds }) => [service, path, holds]),
    ),
    ...block(
      ['BACKUP', 'WHAT', 'CHECKED BY'],
      stack.backups.map(({ service, title, verify }) => [service, title, verify === undefined ? 'nothing' : 'what it says before and after']),
    ),
    ...block(
      ['START', 'WHAT', ''],
      stack.start.map((phase, index) => [
        ...[String(index + 1), phase.title],
        'run' in phase ? `${phase.run.command.join(' ')} in ${phase.run.service}${dumped(phase.dump)}` : phase.services.join(', '),
      ]),
    ),
    ...block(
      ['EXPECTED', 'FIGURE', 'WHEN'],
      stack.expected.map(({ what, unit, min, max, when }) => [what, figure(min, max, unit), when]),
    ),
  ];
}

const reach = { internal: 'the stack alone', loopback: 'its server', private: 'the address that it is bound to', public: 'everybody' };

function needsText(needs: ServiceNeeds = {}): string {
  const { cores, memoryMib, vramMib, diskMib, diskMibLater } = needs;
  return [
    ...(cores === undefined ? [] : [`${cores} ${cores === 1 ? 'core' : 'cores'}`]),
    ...(memoryMib === undefined ? [] : [`${size(memoryMib)} memory`]),
    ...(vramMib === undefined ? [] : [`${size(vramMib)} VRAM`]),
    ...(diskMib === undefined ? [] : [`${size(diskMib)} disk${diskMibLater === undefined || diskMibLater === diskMib ? '' : `, ${size(diskMibLater)} later`}`]),
  ].join(', ');
}

function dumped(services: readonly string[]): string {
  return services.length === 0 ? '' : `, after a dump of ${services.join(', ')}`;
}

function figure(min: number | undefined, max: number | undefined, unit: string): string {
  if (min === undefined) return `at most ${max ?? '?'} ${unit}`;
  return max === undefined ? `at least ${min} ${unit}` : `${min} to ${max} ${unit}`;
}

function size(mib: number): string {
  return mib < 1024 ? `${mib} MiB` : `${Number((mib / 1024).toFixed(1))} GiB`;
}
