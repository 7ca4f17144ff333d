import type { Auth, Environment, ServerFields, Sudo } from '../../../shared/model/server.ts';

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

/** Labels of a line, separated by spaces or commas. */
export function labelsOf(line: string): string[] {
  return [...new Set(line.split(/[\s,]+/).filter(Boolean))];
}

/** Whether enough is there to be sent; whether it is right is judged by the core. */
export function isComplete(form: ServerForm): boolean {
  return form.name.trim() !== '' && form.host.trim() !== '' && form.user.trim() !== '' && (form.auth !== 'key' || form.keyPath.trim() !== '');
}

/** The fields that the contract takes. A port that is no number becomes 0, which the core refuses by name. */
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
