import { readFile } from 'node:fs/promises';
import { trustPaths } from './paths.ts';
import type { ServerSpec, ServerUser } from './serverSpec.ts';

/** Quotes a text as one word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function userScript(user: ServerUser, publicKey: string): string {
  const lines = [`useradd -m -s /bin/bash ${user.name}`];
  // `*` rather than the locked `!`: without PAM, sshd refuses a locked account its keys as well.
  if (user.password === undefined) lines.push(`usermod -p '*' ${user.name}`);
  else lines.push(`printf '%s\\n' ${quote(`${user.name}:${user.password}`)} | chpasswd`);
  if (user.key !== false) {
    const folder = `/home/${user.name}/.ssh`;
    lines.push(
      `install -d -m 700 -o ${user.name} -g ${user.name} ${folder}`,
      `printf '%s\\n' ${quote(publicKey)} >${folder}/authorized_keys`,
      `chown ${user.name}: ${folder}/authorized_keys`,
      `chmod 600 ${folder}/authorized_keys`,
    );
  }
  if (user.sudo === 'password') lines.push(`usermod -aG sudo ${user.name}`);
  if (user.sudo === 'nopasswd') {
    const file = `/etc/sudoers.d/90-${user.name}`;
    lines.push(`printf '%s\\n' '${user.name} ALL=(ALL) NOPASSWD:ALL' >${file}`, `chmod 440 ${file}`);
  }
  return lines.join('\n');
}

/** Shell that makes sshd read its settings again, on a server with and without systemd. */
export const reloadSshd = `if [ -d /run/systemd/system ]; then systemctl reload ssh; else kill -HUP "$(cat /run/sshd.pid)"; fi`;

/** Script that gives a fresh server the users and sshd settings of its spec; empty when it has none. */
export async function setUpScript(spec: ServerSpec): Promise<string> {
  const publicKey = (await readFile(trustPaths.sshPublicKey, 'utf8')).trim();
  const parts = (spec.users ?? []).map((user) => userScript(user, publicKey));
  if (spec.sshdConfig !== undefined) {
    // The first value of a setting wins, and the files are read in the order of their names.
    parts.push(`printf '%s\\n' ${quote(spec.sshdConfig)} >/etc/ssh/sshd_config.d/05-test.conf`, 'sshd -t', reloadSshd);
  }
  return parts.length === 0 ? '' : ['set -eu', ...parts].join('\n');
}
