import { type Auth, type Environment, type Server, type ServerFields, type Sudo, serverFieldsSchema } from '../../../shared/model/server.ts';
import { recordParts } from '../../../shared/model/serverRecord.ts';
import { type RecordForm, recordChanges, recordFormOf, startOfRecord, toRecord } from './recordForm.ts';

/** A server as it is being typed. */
export interface ServerForm extends RecordForm {
  name: string;
  host: string;
  port: string;
  user: string;
  auth: Auth['kind'];
  keyPath: string;
  password: string;
  passphrase: string;
  sudo: Sudo;
  sudoPassword: string;
  environment: Environment;
  jump: string;
  tags: string;
  groups: string;
  roles: string;
  /** One path on each line. */
  otherKeys: string;
  certificate: string;
  transport: 'built-in' | 'system';
  proxyCommand: string;
  hostKeyAlias: string;
}

/** What is wrong with a form, by field. */
export type FormProblems = { [K in keyof ServerForm]?: string };

/** An empty form with what is usual filled in. */
export const startOfForm: ServerForm = {
  name: '',
  host: '',
  port: '22',
  user: '',
  auth: 'agent',
  keyPath: '',
  password: '',
  passphrase: '',
  sudo: 'nopasswd',
  sudoPassword: '',
  environment: 'development',
  jump: '',
  tags: '',
  groups: '',
  roles: '',
  ...{ otherKeys: '', certificate: '', transport: 'built-in', proxyCommand: '', hostKeyAlias: '' },
  ...startOfRecord,
};

/** The form of a server that is there. Secrets are never read back: their fields are empty. */
export function formOf(server: Server): ServerForm {
  const { name, host, user, environment, sudo } = server;
  return {
    ...startOfForm,
    ...{ name, host, user, environment, sudo },
    port: String(server.port),
    auth: server.auth.kind,
    keyPath: server.auth.kind === 'key' ? server.auth.path : '',
    jump: server.jump ?? '',
    tags: server.tags.join(' '),
    groups: server.groups.join(' '),
    roles: (server.roles ?? []).join(' '),
    otherKeys: server.auth.kind === 'key' ? (server.auth.others ?? []).join('\n') : '',
    certificate: server.auth.kind === 'key' ? (server.auth.certificate ?? '') : '',
    transport: server.ssh?.transport ?? 'built-in',
    proxyCommand: server.ssh?.proxyCommand ?? '',
    hostKeyAlias: server.ssh?.hostKeyAlias ?? '',
    ...recordFormOf(server),
  };
}

/** Labels of a line, separated by spaces or commas. */
export function labelsOf(line: string): string[] {
  return [...new Set(line.split(/[\s,]+/).filter(Boolean))];
}

/** Whether enough is there to be sent. */
export function isComplete(form: ServerForm): boolean {
  return form.name.trim() !== '' && form.host.trim() !== '' && form.user.trim() !== '' && (form.auth !== 'key' || form.keyPath.trim() !== '');
}

/** The fields that the contract takes. A port that is no number becomes 0, which is refused by name. */
export function toServerFields(form: ServerForm): ServerFields {
  const roles = labelsOf(form.roles);
  const ssh = sshOf(form);
  const record = Object.fromEntries(Object.entries(toRecord(form)).filter(([, value]) => value !== null));
  return {
    name: form.name.trim(),
    host: form.host.trim(),
    port: /^\d+$/.test(form.port.trim()) ? Number(form.port.trim()) : 0,
    user: form.user.trim(),
    auth: form.auth === 'key' ? keyOf(form) : { kind: form.auth },
    jump: form.jump.trim() || null,
    environment: form.environment,
    tags: labelsOf(form.tags),
    groups: labelsOf(form.groups),
    sudo: form.sudo,
    ...(Object.keys(ssh).length === 0 ? {} : { ssh }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(Object.keys(record).length === 0 ? {} : { record }),
  };
}

function keyOf({ keyPath, otherKeys, certificate }: ServerForm): Auth {
  const others = otherKeys
    .split('\n')
    .map((path) => path.trim())
    .filter(Boolean);
  return {
    kind: 'key',
    path: keyPath.trim(),
    ...(others.length === 0 ? {} : { others }),
    ...(certificate.trim() === '' ? {} : { certificate: certificate.trim() }),
  };
}

function sshOf({ transport, hostKeyAlias, proxyCommand }: ServerForm): NonNullable<ServerFields['ssh']> {
  return {
    ...(transport === 'built-in' ? {} : { transport }),
    ...(hostKeyAlias.trim() === '' ? {} : { hostKeyAlias: hostKeyAlias.trim() }),
    ...(proxyCommand.trim() === '' ? {} : { proxyCommand: proxyCommand.trim() }),
  };
}

/**
 * What a form changes of a server: only that is sent, so that what somebody else changed meanwhile stays. Of what is kept about it that
 * goes for each part.
 */
export function changesOf(before: Server, form: ServerForm): Partial<ServerFields> {
  const { record: _record, ...said } = toServerFields(form);
  const fields = { ...said, ssh: said.ssh ?? {}, roles: said.roles ?? [] };
  // The client built in is what is meant where nothing is said.
  const { transport, ...ways } = before.ssh ?? {};
  const present: ServerFields = { ...before, ssh: transport === 'system' ? { transport, ...ways } : ways, roles: before.roles ?? [] };
  const isChanged = (key: keyof typeof fields) => JSON.stringify(fields[key]) !== JSON.stringify(present[key]);
  const record = recordChanges(before, form);
  return {
    ...Object.fromEntries(Object.entries(fields).filter(([key]) => isChanged(key as keyof typeof fields))),
    ...(record === undefined ? {} : { record }),
  };
}

/** The secrets that were typed and belong to what is chosen. */
export function credentialsOf(form: ServerForm): { password?: string; passphrase?: string; sudoPassword?: string } {
  return {
    ...((form.auth === 'password' || form.auth === 'interactive') && form.password ? { password: form.password } : {}),
    ...(form.auth === 'key' && form.passphrase ? { passphrase: form.passphrase } : {}),
    ...(form.sudo === 'password' && form.sudoPassword ? { sudoPassword: form.sudoPassword } : {}),
  };
}

/** Fields of the contract as they are called in the form. */
const formNames: Record<string, keyof ServerForm> = {
  name: 'name',
  host: 'host',
  port: 'port',
  user: 'user',
  auth: 'keyPath',
  jump: 'jump',
  tags: 'tags',
  groups: 'groups',
  roles: 'roles',
  ...{ 'auth.others': 'otherKeys', 'auth.certificate': 'certificate', 'ssh.proxyCommand': 'proxyCommand', 'ssh.hostKeyAlias': 'hostKeyAlias' },
};
const required: readonly (keyof ServerForm)[] = ['name', 'host', 'user'];

/** What the contract and the rest of the inventory have against a form. `others` are the names of the other servers. */
export function problemsOf(form: ServerForm, others: ReadonlySet<string>): FormProblems {
  const problems: FormProblems = {};
  const parsed = serverFieldsSchema.safeParse(toServerFields(form));
  for (const { path, message, code } of parsed.error?.issues ?? []) {
    const [key = ''] = path.map(String);
    const field = key === 'record' ? recordParts.find((part) => part === path[1]) : (formNames[path.slice(0, 2).map(String).join('.')] ?? formNames[key]);
    if (field === undefined) continue;
    const labels = key === 'tags' || key === 'groups' || key === 'roles';
    problems[field] ??=
      field === 'cost'
        ? 'A price like 1.62 USD/hour or 180 EUR/month'
        : code === 'too_big' && labels
          ? `Too many: ${key === 'roles' ? 16 : 32} at most`
          : sentence(key, labels ? `${labelsOf(form[field])[Number(path[1])]}: ${message}` : message);
  }
  for (const field of required) if (form[field].trim() === '') problems[field] = 'Needed';
  if (form.auth === 'key' && form.keyPath.trim() === '') problems.keyPath = 'Needed';
  if (others.has(form.name.trim())) problems.name = 'Another server has this name';
  const jump = form.jump.trim();
  if (jump !== '' && form.proxyCommand.trim() !== '') problems.proxyCommand = 'Not beside a jump host: take one of them away';
  if (jump !== '' && jump === form.name.trim()) problems.jump = 'A server is not its own jump host';
  else if (jump !== '' && problems.jump === undefined && !others.has(jump)) problems.jump = 'No server has this name';
  return problems;
}

function sentence(key: string, message: string): string {
  if (key === 'port') return '1 to 65535';
  return message.charAt(0).toUpperCase() + message.slice(1);
}
