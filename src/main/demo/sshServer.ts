import { timingSafeEqual } from 'node:crypto';
import { connect as connectSocket, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import { type Account, authorizedKeys, findAccount } from './accounts.ts';
import { type SessionPorts, serveSession } from './sessionChannel.ts';

/** sshd's own default: more sessions on one connection are refused. */
const maxSessions = 10;

/** What one SSH server of the demo fleet serves. */
export interface SshServerPorts {
  hostKey: string;
  /** Root directory on this machine whose accounts and authorized keys let people in. */
  root: string;
  session(account: Account): SessionPorts;
  /** Where a connection forwarded to `port` of the server's loopback really goes; null: nothing listens there. */
  forward(port: number): number | null;
  log(event: string, fields: Record<string, unknown>): void;
}

/** A listening SSH server on loopback. */
export interface SshServer {
  readonly port: number;
  /** Cuts every connection without a word, as a lost network does. */
  drop(): void;
  /** Cuts every connection and lets none in until `open`: the server is down. */
  shut(): void;
  open(): void;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 at `port` where that is free, else at any free one; nobody is let in before `open`. Public keys are the only way in. */
export async function startSshServer(port: number, ports: SshServerPorts): Promise<SshServer> {
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [ports.hostKey], ident: 'PilothouseDemo', keepaliveInterval: 0 }, (connection) => {
    connections.add(connection);
    socketOf(connection).setNoDelay(true);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => undefined);
    serveConnection(connection, ports);
  });
  const listen = (wanted: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, '127.0.0.1', () => {
        server.removeListener('error', reject);
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  const bound = await listen(port).catch((error: NodeJS.ErrnoException) => {
    if (port === 0 || (error.code !== 'EADDRINUSE' && error.code !== 'EACCES')) throw error;
    return listen(0);
  });
  server.on('error', (error: Error) => ports.log('demo.listen-error', { reason: error.message }));
  // Beyond its limit the library cuts a connection as it comes; its types do not know the property.
  const setLimit = (limit: number): void => {
    (server as unknown as { maxConnections: number }).maxConnections = limit;
  };
  setLimit(0);
  const drop = (): void => {
    for (const connection of connections) socketOf(connection).destroy();
  };
  return {
    port: bound,
    drop,
    shut() {
      setLimit(0);
      drop();
    },
    open: () => setLimit(Number.POSITIVE_INFINITY),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        drop();
      }),
  };
}

/** The socket under a connection. The library's types have no way to it, nor to cut a connection without a farewell. */
function socketOf(connection: Connection): Socket {
  return (connection as unknown as { _sock: Socket })._sock;
}

function serveConnection(connection: Connection, ports: SshServerPorts): void {
  let account: Account | null = null;
  let sessions = 0;
  connection.on('authentication', (context) => {
    const found = authenticate(context, ports.root);
    if (!found) {
      context.reject(['publickey']);
      return;
    }
    account = found;
    context.accept();
  });
  connection.on('session', (accept, reject) => {
    if (!account || sessions >= maxSessions) {
      reject();
      return;
    }
    sessions += 1;
    const session = accept();
    session.on('close', () => {
      sessions -= 1;
    });
    serveSession(session, ports.session(account));
  });
  connection.on('tcpip', (accept, reject, info) => {
    const target = /^(127\.0\.0\.1|localhost|::1)$/.test(info.destIP) ? ports.forward(info.destPort) : null;
    if (target === null) {
      reject();
      return;
    }
    const socket = connectSocket(target, '127.0.0.1');
    socket.once('error', () => reject());
    socket.once('connect', () => joinStreams(accept(), socket));
  });
}

function joinStreams(channel: ServerChannel, socket: Socket): void {
  channel.pipe(socket).pipe(channel);
  channel.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.on('error', () => channel.close());
}

/** The account that this attempt lets in, by a key of its authorized_keys; null: refused. */
function authenticate(context: AuthContext, root: string): Account | null {
  if (context.method !== 'publickey') return null;
  const account = findAccount(root, context.username);
  if (!account) return null;
  const offered = context.key.data;
  const listed = authorizedKeys(root, account).some((blob) => {
    const known = Buffer.from(blob, 'base64');
    return known.length === offered.length && timingSafeEqual(known, offered);
  });
  if (!listed) return null;
  if (!context.signature || !context.blob) return account;
  const key = ssh2.utils.parseKey(`${context.key.algo} ${offered.toString('base64')}`);
  if (key instanceof Error) return null;
  return key.verify(context.blob, context.signature, context.hashAlgo) === true ? account : null;
}
