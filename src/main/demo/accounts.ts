import { readWorldFile } from './worldPath.ts';

/** A login of a demo server, as its /etc/passwd has it. */
export interface Account {
  user: string;
  home: string;
  shell: string;
}

/** The account named `user` in a demo server's root; null where there is none or its shell lets nobody in. */
export function findAccount(root: string, user: string): Account | null {
  for (const line of (readWorldFile(root, '/etc/passwd') ?? '').split('\n')) {
    const [name, , , , , home, shell] = line.split(':');
    if (name !== user || !home || !shell) continue;
    return /(nologin|false)$/.test(shell) ? null : { user, home, shell };
  }
  return null;
}

/** Base64 blobs of the keys that may log in as the account, by its authorized_keys; lines with options are read like plain ones. */
export function authorizedKeys(root: string, account: Account): string[] {
  const text = readWorldFile(root, `${account.home}/.ssh/authorized_keys`) ?? '';
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => /(?:^|\s)(?:ssh-|ecdsa-|sk-)[a-z0-9@.-]+ ([A-Za-z0-9+/=]+)/.exec(line)?.[1] ?? []);
}
