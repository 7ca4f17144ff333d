import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { type AgentIdentity, agentIdentities, agentSign } from './agentClient.ts';
import { hostKeyOf } from './hostKeys.ts';
import { expandHome, openKeyFile } from './privateKey.ts';
import type { Signer } from './publicKeyAuth.ts';
import type { RemoteAuth } from './remote.ts';
import { isCertificateType, parseCertificate, plainKeyType, type SshCertificate, timeProblem } from './sshCertificate.ts';
import { ecdsaFromDer, signatureBlob } from './sshSignature.ts';

/** A signer with what a person is told of it. */
export interface KnownSigner extends Signer {
  /** `SHA256:…` of the key itself, also where a certificate is offered. */
  fingerprint: string;
  keyType: string;
  /** Path of the key file; null: the agent holds it. */
  path: string | null;
  comment: string;
  certificate: SshCertificate | null;
}

/** Keys to try, in order, and what kept others from being tried. */
export interface FoundSigners {
  signers: KnownSigner[];
  /** Why a key or certificate of the record is not among them; the first comes first. */
  problems: AppError[];
}

interface Context {
  server: string;
  agent: string | null;
  nowS: number;
}

/** Every key that the agent holds, in its order. Throws `ssh.agent-unavailable`. */
export async function signersOfAgent(context: Context): Promise<FoundSigners> {
  const identities = await identitiesOf(context);
  return { signers: identities.flatMap((identity) => agentSigner(context.agent ?? '', identity) ?? []), problems: [] };
}

/**
 * The record's keys in their order, each with its certificate before it. A key whose file is locked is signed for by the agent
 * where that holds it. Throws the first problem when no key is left.
 */
export async function signersOfFiles(auth: Extract<RemoteAuth, { kind: 'key' }>, context: Context): Promise<FoundSigners> {
  const found: FoundSigners = { signers: [], problems: [] };
  for (const [index, path] of [auth.path, ...(auth.others ?? [])].entries()) {
    try {
      const signer = await signerOfFile(path, auth.passphrase, context);
      const certified = await certifiedSigner(signer, path, index === 0 ? auth.certificate : undefined, context);
      if (certified instanceof AppError) found.problems.push(certified);
      else if (certified !== null) found.signers.push(certified);
      found.signers.push(signer);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // A certificate that was asked for by name is meant to be used.
      if (error.code === 'ssh.certificate-unusable') throw error;
      found.problems.push(error);
    }
  }
  const [first] = found.problems;
  if (found.signers.length === 0 && first !== undefined) throw first;
  return found;
}

async function signerOfFile(path: string, passphrase: (path: string) => Promise<string | null>, context: Context): Promise<KnownSigner> {
  const opened = await openKeyFile(context.server, path, passphrase);
  if ('key' in opened) return fileSigner(opened.key, path);
  const identity =
    opened.public === null || context.agent === null
      ? undefined
      : (await identitiesOf(context).catch(() => [])).find(({ blob }) => blob.equals(opened.public ?? blob));
  const signer = identity === undefined ? null : agentSigner(context.agent ?? '', identity);
  if (signer === null) throw opened.problem;
  return { ...signer, path };
}

function fileSigner(key: ParsedKey, path: string): KnownSigner {
  const blob = key.getPublicSSH();
  const { type, fingerprint } = hostKeyOf(blob);
  return {
    ...{ blob, fingerprint, keyType: type, path, comment: key.comment ?? '', certificate: null },
    algorithm: (taken) => algorithmFor(type, taken),
    sign: async (data, algorithm) => {
      const hash = algorithm.startsWith('rsa-sha2-512') ? 'sha512' : algorithm.startsWith('rsa-sha2-256') ? 'sha256' : undefined;
      const value: Buffer | Error = hash === undefined ? key.sign(data) : key.sign(data, hash);
      if (value instanceof Error) throw value;
      return signatureBlob(plainKeyType(algorithm), type.startsWith('ecdsa-') ? ecdsaFromDer(value) : value);
    },
  };
}

function agentSigner(address: string, { blob, comment }: AgentIdentity): KnownSigner | null {
  const { type, fingerprint } = hostKeyOf(blob);
  const certificate = isCertificateType(type) ? parseCertificate(blob) : null;
  if (type === '' || (isCertificateType(type) && certificate === null)) return null;
  return {
    ...{ blob, keyType: plainKeyType(type), path: null, comment, certificate },
    fingerprint: certificate === null ? fingerprint : hostKeyOf(certificate.key).fingerprint,
    // The agent signs for RSA with SHA-512.
    algorithm: () => (plainKeyType(type) === 'ssh-rsa' ? `rsa-sha2-512${certificate === null ? '' : '-cert-v01@openssh.com'}` : type),
    sign: (data) => agentSign(address, blob, data),
  };
}

/**
 * The same signer, offering a certificate of its key: the named one, which has to be good, or the one beside the key file; of that
 * null when there is none, and the reason when it cannot be used.
 */
async function certifiedSigner(signer: KnownSigner, path: string, named: string | undefined, context: Context): Promise<KnownSigner | AppError | null> {
  const file = named ?? `${path}-cert.pub`;
  const text = await readFile(expandHome(file), 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (typeof text !== 'string' && named === undefined && text.code === 'ENOENT') return null;
  const certificate = typeof text === 'string' ? parseCertificate(Buffer.from(text.split(/\s+/)[1] ?? '', 'base64')) : null;
  const reason = typeof text === 'string' ? whatIsWrong(certificate, signer, context.nowS) : `cannot be read (${text.code ?? 'unknown'})`;
  if (certificate !== null && reason === null) {
    return { ...signer, blob: certificate.blob, certificate, algorithm: (taken) => algorithmFor(certificate.type, taken) };
  }
  const problem = new AppError('ssh.certificate-unusable', { server: context.server, path: file, reason: reason ?? 'is not a certificate' });
  if (named !== undefined) throw problem;
  return problem;
}

function whatIsWrong(certificate: SshCertificate | null, signer: KnownSigner, nowS: number): string | null {
  if (certificate === null) return 'is not a certificate of a key';
  if (certificate.kind !== 'user') return 'is not one for users';
  if (!certificate.key.equals(signer.blob)) return 'belongs to another key';
  return timeProblem(certificate, nowS);
}

/** RSA keys sign with SHA-2 where the server says that it takes that, and as of old where it says nothing. */
function algorithmFor(type: string, taken: readonly string[] | null): string {
  if (plainKeyType(type) !== 'ssh-rsa') return type;
  if (isCertificateType(type))
    return taken?.includes('rsa-sha2-512') === false && taken.includes('rsa-sha2-256')
      ? 'rsa-sha2-256-cert-v01@openssh.com'
      : 'rsa-sha2-512-cert-v01@openssh.com';
  return ['rsa-sha2-512', 'rsa-sha2-256'].find((name) => taken?.includes(name)) ?? type;
}

async function identitiesOf({ server, agent }: Context): Promise<AgentIdentity[]> {
  if (agent === null) throw new AppError('ssh.agent-unavailable', { server });
  return agentIdentities(agent).catch((error: unknown) => {
    throw new AppError('ssh.agent-unavailable', { server }, { cause: error });
  });
}
