import { type Auth, type Environment, type Server, type ServerFields, type Sudo, serverFieldsSchema } from '../../../shared/model/server.ts';

/** A server as it is being typed. */
export interface ServerForm {
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
  return {
    name: form.name.trim(),
    host: form.host.trim(),
    port: /^\d+$/.test(form.port.trim()) ? Number(form.port.trim()) : 0,
    user: form.user.trim(),
    auth: form.auth === 'key' ? { kind: 'key', path: form.keyPath.trim() } : { kind: form.auth },
    jump: form.jump.trim() || null,
    environment: form.environment,
    tags: labelsOf(form.tags),
    groups: labelsOf(form.groups),
    sudo: form.sudo,
  };
}

/**
 * What a form changes of a server: only that is sent, so that what somebody else changed meanwhile stays. Of a key what the form does
 * not show is kept.
 */
export function changesOf(before: Server, form: ServerForm): Partial<ServerFields> {
  const fields = toServerFields(form);
  if (fields.auth.kind === 'key' && before.auth.kind === 'key') fields.auth = { ...before.auth, path: fields.auth.path };
  const isChanged = (key: keyof ServerFields) => JSON.stringify(fields[key]) !== JSON.stringify(before[key]);
  return Object.fromEntries(Object.entries(fields).filter(([key]) => isChanged(key as keyof ServerFields)));
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
};
const required: readonly (keyof ServerForm)[] = ['name', 'host', 'user'];

/** What the contract and the rest of the inventory have against a form. `others` are the names of the other servers. */
export function problemsOf(form: ServerForm, others: ReadonlySet<string>): FormProblems {
  const problems: FormProblems = {};
  const parsed = serverFieldsSchema.safeParse(toServerFields(form));
  for (const { path, message, code } of parsed.error?.issues ?? []) {
    const [key = ''] = path.map(String);
    const field = formNames[key];
    if (field === undefined) continue;
    const labels = key === 'tags' || key === 'groups';
    problems[field] ??=
      code === 'too_big' && labels ? 'Too many: 32 at most' : sentence(key, labels ? `${labelsOf(form[field])[Number(path[1])]}: ${message}` : message);
  }
  for (const field of required) if (form[field].trim() === '') problems[field] = 'Needed';
  if (form.auth === 'key' && form.keyPath.trim() === '') problems.keyPath = 'Needed';
  if (others.has(form.name.trim())) problems.name = 'Another server has this name';
  const jump = form.jump.trim();
  if (jump !== '' && jump === form.name.trim()) problems.jump = 'A server is not its own jump host';
  else if (jump !== '' && problems.jump === undefined && !others.has(jump)) problems.jump = 'No server has this name';
  return problems;
}

function sentence(key: string, message: string): string {
  if (key === 'port') return '1 to 65535';
  return message.charAt(0).toUpperCase() + message.slice(1);
}
