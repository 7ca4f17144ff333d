import ssh2, { type Client, type ParsedKey } from 'ssh2';
import { makeSshKeyPair } from './sshKeyPair.ts';
import { sshString } from './sshWire.ts';

/** A key, or a certificate with its key, that can prove who we are; wherever its private half is held. */
export interface Signer {
  /** Public key or certificate in SSH wire form, as it is offered. */
  blob: Buffer;
  /** Algorithm to name in the request, given what the server says that it takes; null: it said nothing. */
  algorithm: (serverAlgorithms: readonly string[] | null) => string;
  /** Signs; the result is a whole signature in SSH wire form. Rejects when the holder of the key refuses. */
  sign: (data: Buffer, algorithm: string) => Promise<Buffer>;
}

/** The parts of ssh2 1.17's protocol object that this file stands on; a test with real servers watches over each. */
interface Protocol {
  authPK(username: string, key: unknown, algorithm?: string, sign?: unknown): void;
  _packetRW: { write: { allocStart: number; alloc(length: number): Buffer; finalize(packet: Buffer): Buffer } };
  _authsQueue: string[];
  _kex: { sessionID: Buffer };
  _kexinit: unknown;
  _queue: Buffer[] | undefined;
  _cipher: { encrypt(packet: Buffer): void };
  _handlers: {
    EXT_INFO(protocol: unknown, extensions: { name: string; algs?: string[] }[]): void;
    USERAUTH_FAILURE(protocol: unknown, methods: string[], partial: boolean): void;
  };
}

const userauthRequest = 50;
const signers = new WeakMap<object, Signer>();
let template: ParsedKey | undefined;

/** Wraps a signer as a key that ssh2 takes for `publickey`. Only a client prepared by `allowPublicKeySigners` can use it. */
export function keyOfSigner(signer: Signer): ParsedKey {
  template ??= ssh2.utils.parseKey(makeSshKeyPair().private) as ParsedKey;
  const key = Object.create(template, { type: { value: 'signer' }, isPrivateKey: { value: () => true } }) as ParsedKey;
  signers.set(key, signer);
  return key;
}

/**
 * Teaches a client that is about to connect to log in with signers: ssh2 sends the same algorithm name with key and signature, which
 * certificates do not allow, and gives up where an agent refuses to sign. Call right after `connect`.
 */
export function allowPublicKeySigners(client: Client): void {
  const protocol = (client as unknown as { _protocol: Protocol })._protocol;
  const handlers = protocol._handlers;
  let taken: string[] | null = null;
  let methodsLeft = ['publickey', 'password', 'keyboard-interactive'];
  const { EXT_INFO: onExtensions, USERAUTH_FAILURE: onFailure } = handlers;
  handlers.EXT_INFO = (self, extensions) => {
    taken ??= extensions.find(({ name }) => name === 'server-sig-algs')?.algs ?? null;
    onExtensions(self, extensions);
  };
  handlers.USERAUTH_FAILURE = (self, methods, partial) => {
    methodsLeft = methods;
    onFailure(self, methods, partial);
  };
  protocol.authPK = (username, key, _algorithm, sign) => {
    const signer = signers.get(key as object);
    if (signer === undefined) throw new TypeError('only keys of signers are used');
    const algorithm = signer.algorithm(taken);
    const request = (signed: boolean) =>
      Buffer.concat([
        Buffer.from([userauthRequest]),
        ...[username, 'ssh-connection', 'publickey'].map(sshString),
        Buffer.from([signed ? 1 : 0]),
        sshString(algorithm),
        sshString(signer.blob),
      ]);
    if (sign === undefined) return send(protocol, request(false));
    const unsigned = request(true);
    signer.sign(Buffer.concat([sshString(protocol._kex.sessionID), unsigned]), algorithm).then(
      (signature) => send(protocol, Buffer.concat([unsigned, sshString(signature)])),
      // Not signed, not sent: the next key may be tried, as if the server had refused this one.
      () => handlers.USERAUTH_FAILURE(protocol, methodsLeft, false),
    );
  };
}

function send(protocol: Protocol, payload: Buffer): void {
  const { write } = protocol._packetRW;
  const packet = write.alloc(payload.length);
  packet.set(payload, write.allocStart);
  protocol._authsQueue.push('publickey');
  const sealed = write.finalize(packet);
  // In the middle of a key exchange packets wait for its end.
  if (protocol._kexinit === undefined) protocol._cipher.encrypt(sealed);
  else protocol._queue = [...(protocol._queue ?? []), sealed];
}
