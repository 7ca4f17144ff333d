import { authSchema, type Server, type ServerFields, sshOptionsSchema, sudoSchema } from '../../../../shared/model/server.ts';
import { type AnsibleInventory, groupsByHost, hostVariables, type Variables, vaulted } from './ansibleModel.ts';
import { parseSshArguments, type SshArguments } from './ansibleSshArgs.ts';
import { checkCount, environmentOf, freeName, type ImportedSource, nameFrom, type ServerDraft } from './importDraft.ts';
import { expandHome } from './sshConfigFile.ts';
import { type Hop, parseHops } from './sshConfigJump.ts';

/** What an inventory's hosts are put together with. */
export interface AnsibleContext {
  existing: readonly Server[];
  homeDirectory: string;
  /** Login that ssh takes where nothing is said. */
  localUser: string;
}

/** Servers of an Ansible inventory, in the order in which they are first named, then hops that are named nowhere else. */
export function ansibleDrafts(inventory: AnsibleInventory, path: string, context: AnsibleContext): ImportedSource {
  checkCount(path, inventory.hosts.size);
  const groups = groupsByHost(inventory);
  const drafting = new Drafting(context);
  for (const [host, { source }] of inventory.hosts) {
    const own = groups.get(host) ?? [];
    drafting.host(host, new Reader(hostVariables(inventory, host, own)), own, source);
  }
  drafting.linkHops();
  const empty = [...inventory.groups].filter(([name, group]) => name !== 'all' && group.hosts.size === 0 && group.children.size === 0);
  const remarks = [...inventory.remarks, ...empty.map(([name]) => ({ source: path, text: `the group “${name}” has no hosts` }))];
  return { path, drafts: drafting.drafts, remarks };
}

/** Hands variables out by name and knows which were never asked for. Values of theirs are in no note: any may be a secret. */
class Reader {
  readonly notes: string[] = [];
  readonly #vars: Variables;
  readonly #asked = new Set<string>();

  constructor(vars: Variables) {
    this.#vars = vars;
  }

  /** The first of these that has a value that can be used. */
  text(...names: string[]): string | undefined {
    let found: string | undefined;
    for (const name of names) {
      this.#asked.add(name);
      found ??= this.#usable(name);
    }
    return found;
  }

  bool(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (['true', 'yes', 'on', '1', 'y', 't'].includes(value)) return true;
    if (['false', 'no', 'off', '0', 'n', 'f'].includes(value)) return false;
    this.notes.push(`${name} is neither yes nor no`);
    return undefined;
  }

  has(name: string): boolean {
    this.#asked.add(name);
    return this.#vars.has(name);
  }

  /** Names of the variables that mean nothing to a server here; those about connecting apart from the person's own. */
  rest(): string[] {
    const left = [...this.#vars.keys()].filter((name) => !this.#asked.has(name)).toSorted();
    const sealed = left.filter((name) => this.#vars.get(name) === vaulted);
    const connecting = left.filter((name) => name.startsWith('ansible_') && !sealed.includes(name));
    const own = left.filter((name) => !name.startsWith('ansible_') && !sealed.includes(name));
    return [
      ...connecting.map((name) => `${name} is not honoured`),
      ...(sealed.length === 0 ? [] : [`sealed by Ansible Vault, not opened: ${sealed.join(', ')}`]),
      ...(own.length === 0 ? [] : [`variables that mean nothing here: ${own.join(', ')}`]),
    ];
  }

  #usable(name: string): string | undefined {
    const value = this.#vars.get(name);
    if (value === undefined || value === null) return undefined;
    if (value === vaulted) this.notes.push(`${name} is sealed by Ansible Vault and not opened`);
    else if (typeof value === 'object') this.notes.push(`${name} is not honoured: it is not one value`);
    else if (/\{\{|\{%/.test(String(value))) this.notes.push(`${name} is not honoured: it is a template`);
    else if (String(value).trim() !== '') return String(value).trim();
    return undefined;
  }
}

/** Connections of Ansible that are ssh. */
const sshConnections = new Set([
  'ssh',
  'smart',
  'paramiko',
  'paramiko_ssh',
  'ansible.builtin.ssh',
  'ansible.builtin.paramiko_ssh',
  'community.general.paramiko',
]);

class Drafting {
  readonly drafts: ServerDraft[] = [];
  readonly #context: AnsibleContext;
  readonly #taken = new Set<string>();
  readonly #byHost = new Map<string, string>();
  readonly #ways: { draft: ServerDraft; text: string; hops: Hop[] }[] = [];

  constructor(context: AnsibleContext) {
    this.#context = context;
  }

  host(title: string, vars: Reader, groups: readonly string[], source: string): void {
    const notes: string[] = [];
    const problems: string[] = [];
    const name = freeName(title, this.#taken);
    if (name === null) problems.push(`“${title.slice(0, 100)}” has nothing that a name could be made of`);
    else if (name !== title) notes.push(`named ${name} here: “${title.slice(0, 100)}” is not free or not possible as a name`);
    const connection = vars.text('ansible_connection') ?? 'ssh';
    if (!sshConnections.has(connection)) problems.push(`it is not reached by SSH: ansible_connection is ${connection.slice(0, 60)}`);
    const args = argumentsOf(vars);
    const host = vars.text('ansible_host', 'ansible_ssh_host') ?? title;
    const port = vars.text('ansible_port', 'ansible_ssh_port') ?? args.port;
    const user = vars.text('ansible_user', 'ansible_ssh_user', 'ansible_remote_user') ?? args.user;
    const auth = this.#auth(vars, args);
    const sudo = sudoOf(vars);
    const environment = vars.text('pilothouse_environment');
    const tags = vars.text('pilothouse_tags');
    const roles = vars.text('pilothouse_roles');
    const transport = sshOptionsSchema.shape.transport.safeParse(vars.text('pilothouse_transport')).data;
    const proxy =
      args.proxyCommand === null || args.proxyCommand.toLowerCase() === 'none' ? {} : { transport: 'system' as const, proxyCommand: args.proxyCommand };
    const ssh = { ...proxy, ...(transport === undefined ? {} : { transport }), ...(args.hostKeyAlias === null ? {} : { hostKeyAlias: args.hostKeyAlias }) };
    const draft: ServerDraft = {
      ...{ title: title.slice(0, 200), source, notes, problems },
      stated: {
        ...(name === null ? {} : { name }),
        ...{ host, port: port === null ? 22 : Number(port), jump: null, groups: groupLabels(groups, notes) },
        ...(user === null ? {} : { user }),
        ...(auth === null ? {} : { auth }),
        ...(sudo === null ? {} : { sudo }),
        ...(environment === undefined ? {} : { environment: environment as ServerFields['environment'] }),
        ...(tags === undefined ? {} : { tags: tags.split(/[\s,]+/) }),
        ...(roles === undefined ? {} : { roles: roles.split(/[\s,]+/) }),
        ...(Object.keys(ssh).length === 0 ? {} : { ssh }),
      },
      suggested: {
        user: this.#context.localUser,
        sudo: 'nopasswd',
        ...(environment === undefined ? { environment: environmentOf([title, ...groups].join(' '), notes) } : {}),
      },
    };
    if (args.proxyJump !== null && args.proxyCommand === null) this.#wantJump(draft, args.proxyJump);
    const jump = vars.text('pilothouse_jump');
    if (jump !== undefined) this.#stateJump(draft, jump);
    notes.push(...vars.notes, ...args.notes, ...vars.rest());
    if (name !== null) this.#byHost.set(title, name);
    this.drafts.push(draft);
  }

  /** Finds or makes the servers of each way, once all hosts are known. */
  linkHops(): void {
    for (const { draft, text, hops } of this.#ways) {
      let jump: string | null = null;
      for (const hop of hops) {
        jump = this.#hop(hop, jump, draft);
        if (jump === null) {
          draft.problems.push(`ProxyJump ${text.slice(0, 200)} names a host that no server can be called after`);
          break;
        }
      }
      draft.stated.jump = jump;
    }
  }

  #stateJump(draft: ServerDraft, jump: string): void {
    const at = this.#ways.findIndex((way) => way.draft === draft);
    if (at >= 0) this.#ways.splice(at, 1);
    draft.stated.jump = jump;
  }

  #wantJump(draft: ServerDraft, text: string): void {
    const hops = parseHops(text);
    if (hops === null) draft.problems.push(`ProxyJump names no hosts: ${text.slice(0, 200)}`);
    else if (hops.length > 0) this.#ways.push({ draft, text, hops });
  }

  #hop(hop: Hop, before: string | null, from: ServerDraft): string | null {
    const user = hop.user ?? this.#context.localUser;
    const port = hop.port ?? 22;
    const isSame = (other: Partial<ServerFields>) =>
      other.host === hop.host &&
      (hop.user === null || other.user === user) &&
      (hop.port === null || other.port === port) &&
      (before === null || other.jump === before);
    const isPlain = hop.user === null && hop.port === null && before === null;
    const present =
      (isPlain ? this.#byHost.get(hop.host) : undefined) ??
      this.drafts.find((other) => other !== from && isSame({ ...other.suggested, ...other.stated }))?.stated.name ??
      this.#context.existing.find((server) => isSame(server) || (isPlain && server.name === hop.host))?.name;
    if (present !== undefined) return present;
    const name = freeName(hop.host, this.#taken);
    if (name === null) return null;
    const notes = [`a hop on the way to ${from.title}, with no entry of its own`];
    this.drafts.push({
      ...{ title: hop.host, source: from.source, notes, problems: [] },
      stated: { name, host: hop.host, port, jump: before, ...(hop.user === null ? {} : { user }) },
      suggested: { user, sudo: 'none', environment: environmentOf(hop.host, notes) },
    });
    return name;
  }

  #auth(vars: Reader, args: SshArguments): ServerFields['auth'] | null {
    for (const name of ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password']) {
      if (vars.has(name)) vars.notes.push(`${name} is not taken over: secrets come from no file`);
    }
    const hasPassword = ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'].some((name) => vars.has(name));
    const key = vars.text('ansible_ssh_private_key_file', 'ansible_private_key_file');
    const [path, ...others] = [...new Set([...(key === undefined ? [] : [key]), ...args.identityFiles])].map((file) =>
      expandHome(file, this.#context.homeDirectory),
    );
    const stated = authSchema.safeParse({ kind: vars.text('pilothouse_auth') });
    if (path === undefined) {
      if (args.certificateFile !== null) vars.notes.push('CertificateFile is not honoured without a key');
      if (stated.success) return stated.data;
      return hasPassword ? { kind: 'password' } : null;
    }
    if (others.length > 8) vars.notes.push(`only the first 9 of ${others.length + 1} keys are tried`);
    const certificate = args.certificateFile === null ? {} : { certificate: expandHome(args.certificateFile, this.#context.homeDirectory) };
    return { kind: 'key', path, ...(others.length === 0 ? {} : { others: others.slice(0, 8) }), ...certificate };
  }
}

function argumentsOf(vars: Reader): SshArguments {
  const names = ['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args'];
  // All three are arguments of one ssh; of an option that is given twice the first counts.
  const parts = names.map((name) => parseSshArguments(vars.text(name) ?? '', name));
  const first = <T>(pick: (part: SshArguments) => T | null) => parts.map(pick).find((value) => value !== null) ?? null;
  return {
    ...{ proxyJump: first((part) => part.proxyJump), proxyCommand: first((part) => part.proxyCommand), hostKeyAlias: first((part) => part.hostKeyAlias) },
    ...{ certificateFile: first((part) => part.certificateFile), port: first((part) => part.port), user: first((part) => part.user) },
    ...{ identityFiles: parts.flatMap((part) => part.identityFiles), notes: parts.flatMap((part) => part.notes) },
  };
}

function sudoOf(vars: Reader): ServerFields['sudo'] | null {
  const stated = sudoSchema.safeParse(vars.text('pilothouse_sudo'));
  const become = vars.bool('ansible_become');
  const secrets = ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'].filter((name) => vars.has(name));
  for (const name of secrets) vars.notes.push(`${name} is not taken over: secrets come from no file`);
  const method = vars.text('ansible_become_method') ?? 'sudo';
  const user = vars.text('ansible_become_user') ?? 'root';
  if (method !== 'sudo' && method !== 'ansible.builtin.sudo') vars.notes.push(`ansible_become_method is not honoured: ${method.slice(0, 60)}`);
  if (user !== 'root') vars.notes.push(`ansible_become_user is not honoured: ${user.slice(0, 60)}`);
  if (stated.success) return stated.data;
  if (become === undefined) return secrets.length > 0 ? 'password' : null;
  if (!become) return 'none';
  return secrets.length > 0 ? 'password' : 'nopasswd';
}

function groupLabels(groups: readonly string[], notes: string[]): string[] {
  const labels = groups.flatMap((group) => {
    const label = nameFrom(group);
    if (label !== group)
      notes.push(
        label === null ? `the group “${group.slice(0, 100)}” is not possible as a label` : `the group “${group.slice(0, 100)}” is named ${label} here`,
      );
    return label === null ? [] : [label];
  });
  const unique = [...new Set(labels)].toSorted();
  if (unique.length > 32) notes.push(`only 32 groups are taken, not ${unique.slice(32).join(', ')}`);
  return unique.slice(0, 32);
}
