import { stringify } from 'yaml';
import type { ServerFields } from '../../../../shared/model/server.ts';
import { shellQuoted } from './shellWords.ts';

type Vars = [string, string | number | boolean][];

/** Servers as an Ansible inventory in INI form; `notes` names what it cannot say. Jump hosts may be any of `inventory`. */
export function writeAnsibleIni(servers: readonly ServerFields[], inventory: readonly ServerFields[]): { text: string; notes: string[] } {
  const { byName, notes } = prepare(servers, inventory);
  const lines = servers.map((server) => [server.name, ...varsOf(server, byName).map(([key, value]) => `${key}=${shellQuoted(String(value))}`)].join(' '));
  const groups = [...membersOf(servers)].flatMap(([group, members]) => ['', `[${group}]`, ...members]);
  return { text: `${[...lines, ...groups].join('\n')}\n`, notes };
}

/** Servers as an Ansible inventory in YAML form; `notes` names what it cannot say. Jump hosts may be any of `inventory`. */
export function writeAnsibleYaml(servers: readonly ServerFields[], inventory: readonly ServerFields[]): { text: string; notes: string[] } {
  const { byName, notes } = prepare(servers, inventory);
  // Maps keep their order even where names are numbers.
  const hosts = new Map(servers.map((server) => [server.name, Object.fromEntries(varsOf(server, byName))]));
  const children = new Map([...membersOf(servers)].map(([group, members]) => [group, { hosts: new Map(members.map((name) => [name, null])) }]));
  const all = { hosts, ...(children.size === 0 ? {} : { children }) };
  return { text: stringify({ all }, { lineWidth: 0, nullStr: '' }), notes };
}

function prepare(servers: readonly ServerFields[], inventory: readonly ServerFields[]): { byName: ReadonlyMap<string, ServerFields>; notes: string[] } {
  const notes: string[] = [];
  const strange = [...membersOf(servers).keys()].filter((group) => !/^[A-Za-z_]\w*$/.test(group));
  if (strange.length > 0) notes.push(`Ansible warns of group names with other marks than letters, digits and “_”: ${strange.join(', ')}`);
  for (const { name, groups } of servers) {
    if (groups.some((group) => group === 'all' || group === 'ungrouped'))
      notes.push(`${name}: the groups “all” and “ungrouped” are Ansible's own and are left out`);
    if (/[[\]:]/.test(name)) notes.push(`${name}: Ansible takes this name for a range`);
  }
  const kept = servers.filter(({ record }) => record !== undefined).map(({ name }) => name);
  if (kept.length > 0) notes.push(`Ansible has no place for provider, plan, owner, cost and notes: left out for ${kept.join(', ').slice(0, 500)}`);
  return { byName: new Map(inventory.map((server) => [server.name, server])), notes };
}

function membersOf(servers: readonly ServerFields[]): Map<string, string[]> {
  const members = new Map<string, string[]>();
  for (const { name, groups } of servers) {
    for (const group of groups) if (group !== 'all' && group !== 'ungrouped') members.set(group, [...(members.get(group) ?? []), name]);
  }
  return new Map([...members].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What Ansible has no word for is kept in variables of our own, so that an import finds it again. */
function varsOf(server: ServerFields, byName: ReadonlyMap<string, ServerFields>): Vars {
  const { auth, ssh } = server;
  const args = sshArguments(server, byName);
  return [
    ...([
      ['ansible_host', server.host],
      ['ansible_port', server.port],
      ['ansible_user', server.user],
    ] satisfies Vars),
    ...(auth.kind === 'key' ? ([['ansible_ssh_private_key_file', auth.path]] satisfies Vars) : []),
    ...(args === '' ? [] : ([['ansible_ssh_common_args', args]] satisfies Vars)),
    ...([
      ['ansible_become', server.sudo !== 'none'],
      ['pilothouse_sudo', server.sudo],
      ['pilothouse_environment', server.environment],
    ] satisfies Vars),
    ...(auth.kind === 'key' ? [] : ([['pilothouse_auth', auth.kind]] satisfies Vars)),
    ...(server.tags.length === 0 ? [] : ([['pilothouse_tags', server.tags.join(',')]] satisfies Vars)),
    ...(server.roles === undefined || server.roles.length === 0 ? [] : ([['pilothouse_roles', server.roles.join(',')]] satisfies Vars)),
    ...(server.jump === null ? [] : ([['pilothouse_jump', server.jump]] satisfies Vars)),
    ...(ssh?.transport === undefined ? [] : ([['pilothouse_transport', ssh.transport]] satisfies Vars)),
  ];
}

function sshArguments({ auth, jump, ssh }: ServerFields, byName: ReadonlyMap<string, ServerFields>): string {
  const options: string[] = [];
  const hops = hopsTo(jump, byName);
  if (ssh?.proxyCommand !== undefined) options.push(`ProxyCommand=${ssh.proxyCommand}`);
  else if (hops.length > 0) options.push(`ProxyJump=${hops.join(',')}`);
  if (ssh?.hostKeyAlias !== undefined) options.push(`HostKeyAlias=${ssh.hostKeyAlias}`);
  if (auth.kind === 'key' && auth.certificate !== undefined) options.push(`CertificateFile=${auth.certificate}`);
  if (auth.kind === 'key') options.push(...(auth.others ?? []).map((path) => `IdentityFile=${path}`));
  return options.map((option) => `-o ${shellQuoted(option)}`).join(' ');
}

/** The way to a jump host, first hop first. */
function hopsTo(jump: string | null, byName: ReadonlyMap<string, ServerFields>): string[] {
  const hops: string[] = [];
  for (let name = jump; name !== null && hops.length < 16; ) {
    const hop = byName.get(name);
    if (hop === undefined) return [name, ...hops];
    hops.unshift(`${hop.user}@${hop.host.includes(':') ? `[${hop.host}]` : hop.host}:${hop.port}`);
    name = hop.jump;
  }
  return hops;
}
