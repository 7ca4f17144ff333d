import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { LocalKey } from '../../src/shared/model/sshKey.ts';
import type { World } from './world.ts';

const fingerprint = (letter: string) => `SHA256:${letter.repeat(6)}iVztksCsDhcc0u9e8BrXJXBQVuB9WtT1Jqkzc`;
const directory = '/home/mara/.local/share/pilothouse/keys';

function localKey(name: string, letter: string, differences: Partial<LocalKey> = {}): LocalKey {
  const publicKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${letter.repeat(43)} ${name}`;
  const about = { type: 'ssh-ed25519', bits: 256, fingerprint: fingerprint(letter), comment: name, publicKey };
  return { ...about, name, path: `${directory}/${name}`, encrypted: false, own: true, usedBy: [], ...differences };
}

/** Implements `keys` of the contract. */
export function keysHandlers(world: World) {
  const keys = [
    localKey('laptop', 'm', { usedBy: ['prod-01', 'prod-02'] }),
    localKey('id_rsa', 'r', { type: 'ssh-rsa', bits: 3072, own: false, encrypted: true, path: '/home/mara/.ssh/id_rsa' }),
  ];
  const find = (key: string) => {
    const found = keys.find(({ name, path }) => name === key || path === key);
    if (found === undefined) throw new AppError('key.not-found', { key });
    return found;
  };
  const start = (selector: string, confirm: string | undefined, kind: 'key-install' | 'key-remove', title: string) => {
    const rows = world.select(selector);
    world.guard(rows, confirm, selector, title);
    return { operation: world.operations.start({ kind, title, subject: null, rows, steps: [{ id: 'key', title }], who: 'Mara' }) };
  };
  return {
    list: os.keys.list.handler(() => ({ directory, keys })),
    generate: os.keys.generate.handler(({ input }) => {
      const path = input.path ?? `${directory}/${input.name}`;
      if (keys.some((key) => key.path === path)) throw new AppError('key.exists', { path });
      const key = localKey(input.name, 'n', { path, encrypted: input.passphrase !== undefined, own: input.path === undefined });
      keys.push(key);
      return { key };
    }),
    authorized: os.keys.authorized.handler(({ input }) => {
      const user = input.user ?? world.byName(input.name).server.user;
      const key = { type: 'ssh-ed25519', bits: 256, options: '', carriesUs: false };
      return {
        user,
        file: `/home/${user}/.ssh/authorized_keys`,
        keys: [
          { ...key, line: 1, fingerprint: fingerprint('m'), comment: 'mara@laptop', carriesUs: true },
          { ...key, line: 2, type: 'ssh-rsa', bits: 2048, fingerprint: fingerprint('o'), comment: 'old-workstation' },
          { ...key, line: 4, fingerprint: fingerprint('b'), comment: 'backup@nas', options: 'restrict,command="/usr/local/bin/backup"' },
        ],
      };
    }),
    install: os.keys.install.handler(({ input }) => start(input.selector, input.confirm, 'key-install', `Let the key ${find(input.key).name} log in`)),
    remove: os.keys.remove.handler(({ input }) => {
      if (input.takeOver !== undefined) find(input.takeOver);
      return start(input.selector, input.confirm, 'key-remove', `Remove the key ${input.fingerprint.slice(0, 19)}…`);
    }),
  };
}
