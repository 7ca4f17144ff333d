import { LoginSessions } from '../../src/main/features/access/loginSessions.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { translatingErrors } from '../../src/main/rpc/rpcErrors.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { ConnectionDetails, HostKey } from '../../src/shared/model/server.ts';
import type { World } from './world.ts';

const key = (type: string, letter: string): HostKey => ({ type, fingerprint: `SHA256:${letter.repeat(6)}iVztksCsDhcc0u9e8BrXJXBQVuB9WtT1Jqkzc` });
const usual = { type: 'ssh-ed25519', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrXJXBQVuB9WtT1JqkzcbXPo' };
const authority = key('ssh-ed25519', 'c');

/** Each server is in one of the cases that the trust dialog knows, always the same one; an untrusted one is new. */
const cases = ['usual', 'changed', 'certified', 'revoked'] as const;
const caseOf = ({ server }: FleetRow) => (server.hostKeys.length === 0 ? 'new' : (cases[Number(/\d+/.exec(server.name)?.[0] ?? 0) % 4] ?? 'usual'));

/** What a look at the host key of a simulated server finds. */
export function scanOf(row: FleetRow) {
  const kind = caseOf(row);
  const file = '/home/mara/.ssh/known_hosts';
  const plain = { offered: usual, pinned: row.server.hostKeys, knownHosts: 'absent' as const, certificate: null, vouchedBy: null, recorded: [] };
  if (kind === 'changed') {
    return { ...plain, offered: key('ssh-ed25519', 'z'), knownHosts: 'mismatch' as const, recorded: [{ key: usual, marker: 'none' as const, file, line: 12 }] };
  }
  if (kind === 'revoked') return { ...plain, knownHosts: 'revoked' as const, recorded: [{ key: usual, marker: 'revoked' as const, file, line: 3 }] };
  if (kind !== 'certified') return plain;
  const names = { keyId: `host ${row.server.name}`, serial: '42', principals: [row.server.host, '*.example.org'] };
  const certificate = { ...names, authority, validFromMs: null, validUntilMs: Date.now() + 90 * 86_400_000, flaw: null, authorityKnown: true };
  return { ...plain, certificate, vouchedBy: authority, recorded: [{ key: authority, marker: 'authority' as const, file, line: 1 }] };
}

function connectionOf({ server }: FleetRow, lane: string): ConnectionDetails {
  return {
    lane,
    sinceMs: Date.now() - 1_260_000,
    user: server.user,
    login: [{ method: 'publickey', key: { ...key('ssh-ed25519', 'm'), path: null, comment: 'mara@laptop', certificate: null } }],
    hostKey: server.hostKeys[0] ?? usual,
    authority: null,
    serverVersion: 'OpenSSH_9.6p1',
    keyExchange: 'curve25519-sha256',
    cipher: 'aes128-gcm@openssh.com',
    mac: null,
    via: server.jump === null ? [] : [server.jump],
  };
}

/** Implements `access` of the contract. */
export function accessHandlers(world: World) {
  const sessions = new LoginSessions();
  const find = (name: string) => world.byName(name);
  const fresh = [key('ssh-ed25519', 'n'), key('ssh-rsa', 'r')];
  return {
    connection: os.access.connection.handler(({ input }) => {
      const row = find(input.name);
      const connections = row.connection === 'connected' ? ['control', 'interactive'].map((lane) => connectionOf(row, lane)) : [];
      return { state: row.connection, error: row.connectionError, connections };
    }),
    login: os.access.login.handler(({ input, context, signal }) => {
      const row = find(input.name);
      const { name, user, host, port } = row.server;
      const logIn = sessions.run(async (ask, ends) => {
        const about = { server: name, user, title: 'Two-factor', instructions: 'Use the app on your phone.' };
        const [code] = await ask({ ...about, prompts: [{ text: 'Verification code: ', echo: false }] }, ends);
        if (code !== '123456') throw new AppError('ssh.auth-answers-refused', { server: name, user, host, port });
        return connectionOf(row, 'person');
      }, signal);
      return translatingErrors(context.client, logIn);
    }),
    answer: os.access.answer.handler(({ input }) => {
      sessions.answer(input.questionId, input.answers);
      return {};
    }),
    hostKeys: os.access.hostKeys.handler(({ input }) => {
      const { hostKeys: pinned } = find(input.name).server;
      if (pinned.length === 0) return { pinned, told: null, fresh: [], gone: [] };
      const news = fresh.filter((one) => !pinned.some(({ fingerprint }) => fingerprint === one.fingerprint));
      return { pinned, told: { keys: [...pinned, ...fresh], atMs: Date.now() - 1_260_000 }, fresh: news, gone: [] };
    }),
    rotate: os.access.rotate.handler(({ input }) => {
      const row = find(input.name);
      world.guard([row], input.confirm, input.name, `change the host keys by which ${input.name} is trusted`);
      const added = fresh.filter(({ fingerprint }) => input.add.includes(fingerprint));
      const hostKeys = [...row.server.hostKeys, ...added].filter(({ fingerprint }) => !input.remove.includes(fingerprint));
      const server = { ...row.server, hostKeys };
      world.rows.set(server.id, { ...row, server });
      return { server };
    }),
  };
}
