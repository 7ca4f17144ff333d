import { connect } from 'node:net';
import { SshReader, sshString } from './sshWire.ts';

/** Named pipe of the agent that comes with Windows. */
export const windowsAgentPipe = '\\\\.\\pipe\\openssh-ssh-agent';

/** Where the person's SSH agent listens: `SSH_AUTH_SOCK`, on Windows else the system's named pipe; null: there is none. */
export function agentAddress(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  const told = environment['SSH_AUTH_SOCK'];
  if (told !== undefined && told !== '') return told;
  return platform === 'win32' ? windowsAgentPipe : null;
}

/** A key that an agent holds. */
export interface AgentIdentity {
  /** Public key or certificate in SSH wire form. */
  blob: Buffer;
  comment: string;
}

/** Messages of the agent's protocol (https://datatracker.ietf.org/doc/html/draft-ietf-sshm-ssh-agent). */
const message = { failure: 5, requestIdentities: 11, identities: 12, sign: 13, signature: 14 } as const;
/** Flag of a signing request: RSA with SHA-512. */
const rsaSha512 = 4;
/** An agent may ask for a touch or a passphrase. */
const patienceMs = 40_000;
const longestAnswer = 256 * 1024;

/** Asks the agent which keys it holds, in its order. Rejects when it cannot be reached or does not speak the protocol. */
export async function agentIdentities(address: string): Promise<AgentIdentity[]> {
  const reader = new SshReader(await askAgent(address, Buffer.from([message.requestIdentities])));
  if (reader.byte() !== message.identities) throw new Error('the agent does not tell its keys');
  const count = reader.uint32();
  const found: AgentIdentity[] = [];
  for (let index = 0; index < count; index += 1) found.push({ blob: Buffer.from(reader.bytes()), comment: reader.text() });
  return found;
}

/** Has the agent sign data with a key it holds; the result is a signature in SSH wire form. Rejects when it refuses. */
export async function agentSign(address: string, key: Uint8Array, data: Uint8Array): Promise<Buffer> {
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(rsaSha512, 0);
  const reader = new SshReader(await askAgent(address, Buffer.concat([Buffer.from([message.sign]), sshString(key), sshString(data), flags])));
  if (reader.byte() !== message.signature) throw new Error('the agent refused to sign');
  return Buffer.from(reader.bytes());
}

function askAgent(address: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    const timer = setTimeout(() => socket.destroy(new Error('the agent does not answer')), patienceMs);
    let received = Buffer.alloc(0);
    socket.on('connect', () => socket.write(sshString(request)));
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < 4) return;
      const length = received.readUInt32BE(0);
      if (length === 0 || length > longestAnswer) return void socket.destroy(new Error('the agent answers with something else'));
      if (received.length < length + 4) return;
      resolve(received.subarray(4, length + 4));
      socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      reject(new Error('the agent hung up'));
    });
  });
}
