import type { Client, NegotiatedAlgorithms } from 'ssh2';
import type { ConnectionDetails, HostKey } from '../../shared/model/server.ts';
import { hostKeyOf } from './hostKeys.ts';
import type { Login } from './login.ts';
import type { RemoteTarget } from './remote.ts';
import type { SshCertificate } from './sshCertificate.ts';

/** What is kept of a connection. */
export type Noted = Omit<ConnectionDetails, 'lane' | 'via'> & { askedPerson: boolean };

const noted = new WeakMap<object, Noted>();

/** Keeps how a connection was made, at the moment in which it was. */
export function noteConnection(
  client: Client,
  made: { target: { user: string }; login: Login | undefined; agreed: NegotiatedAlgorithms; key: HostKey; certificate: SshCertificate | null },
): void {
  const { target, login, agreed, key, certificate } = made;
  const version = (client as unknown as { _remoteVer?: string })._remoteVer;
  noteDetails(client, {
    sinceMs: Date.now(),
    user: target.user,
    login: login?.steps() ?? [],
    hostKey: key,
    authority: certificate === null ? null : hostKeyOf(certificate.authority),
    serverVersion: version ?? '',
    keyExchange: agreed.kex,
    cipher: agreed.sc.cipher,
    mac: agreed.sc.mac || null,
    askedPerson: login?.askedPerson() ?? false,
  });
}

/** Keeps how a connection was made, by whatever stands for it. */
export function noteDetails(identity: object, details: Noted): void {
  noted.set(identity, details);
}

/** How a connection was made; null for one that was made otherwise. */
export function connectionDetails(client: object, lane: string, target: RemoteTarget): ConnectionDetails | null {
  const details = noted.get(client);
  if (details === undefined) return null;
  const { askedPerson: _asked, ...rest } = details;
  return { lane, ...rest, via: waypoints(target) };
}

/** Whether a person had to answer for this connection. */
export function neededPerson(client: object): boolean {
  return noted.get(client)?.askedPerson ?? false;
}

/** Names of the jump hosts, nearest to this computer first. */
function waypoints(target: RemoteTarget): string[] {
  return target.jump === null ? [] : [...waypoints(target.jump), target.jump.name];
}
