import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { Identity, Person } from '../../../shared/model/identity.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import { PeopleRepo, type StoredPerson } from './peopleRepo.ts';
import { type PublicKey, parsePublicKey, publicKeyOf } from './sshPublicKey.ts';

/** Where the private half is sealed. */
export const signingKeyName = 'identity/signing-key';

/** What the identity needs from the rest of the core. */
export interface IdentityPorts {
  database: Database;
  secrets: { get(name: string): Promise<string | null>; set(name: string, value: string): Promise<void> };
  /** Display name of the settings. */
  who(): string;
  nowMs(): number;
}

/** What is thought of a signature: by a key that is known here, by one that was revoked before, by nobody known, or none at all. */
export type SignatureVerdict = 'good' | 'bad' | 'unknown-key' | 'revoked-key';

/** Who signs on this computer, and whose signatures are known. */
export interface IdentityService {
  /** Opens the key, or makes it on first use. Throws `secret.keystore-locked`; may be called again. */
  open(): Promise<Identity>;
  /** Signs UTF-8 text; null while the key could not be opened. */
  sign(text: string): { key: string; signature: string } | null;
  /** `atMs`: when it says that it was signed; what a key signed before it was revoked stays good. */
  check(signed: { key: string; text: string; signature: string; atMs: number }): SignatureVerdict;
  /** This computer's own fingerprint; null while the key could not be opened. */
  fingerprint(): string | null;
  /** The name under which a key is known; null: nobody's. */
  nameOf(fingerprint: string): string | null;
  people(): Person[];
  /** Throws `identity.key-unusable`. */
  look(publicKey: string): { fingerprint: string; name: string };
  /** Throws `identity.key-unusable`, `identity.person-exists`, `input.invalid` where the fingerprint is another key's. */
  add(request: { requestId: RequestId; name: string; publicKey: string; fingerprint: string }): Person;
  /** Throws `identity.person-not-found`. */
  revoke(request: { requestId: RequestId; name: string }): Person;
}

const answer = z.object({ fingerprint: z.string() });

/** Makes the service. */
export function createIdentityService(ports: IdentityPorts): IdentityService {
  const { database, secrets, who, nowMs } = ports;
  const repo = new PeopleRepo(database);
  const requests = new RequestsRepo(database, nowMs);
  const parsed = new Map<string, PublicKey>();
  let own: { secret: KeyObject; public: PublicKey } | null = null;
  let opening: Promise<void> | null = null;

  const openKey = async () => {
    const sealed = await secrets.get(signingKeyName);
    const secret = sealed === null ? generateKeyPairSync('ed25519').privateKey : createPrivateKey(sealed);
    if (sealed === null) await secrets.set(signingKeyName, secret.export({ format: 'pem', type: 'pkcs8' }).toString());
    const publicKey = publicKeyOf(createPublicKey(secret));
    const { fingerprint, line } = publicKey;
    repo.insert({ fingerprint, name: who(), line, self: true, addedAtMs: nowMs(), revokedAtMs: null });
    own = { secret, public: publicKey };
  };
  const keyOf = (person: StoredPerson): KeyObject => {
    const known = parsed.get(person.fingerprint) ?? parsePublicKey(person.line);
    parsed.set(person.fingerprint, known);
    return known.key;
  };
  const shown = ({ line, ...person }: StoredPerson): Person => {
    const name = person.fingerprint === own?.public.fingerprint ? who() : person.name;
    return { ...person, name, publicKey: `${line} ${name}` };
  };
  const byFingerprint = (fingerprint: string) => {
    const found = repo.all().find((person) => person.fingerprint === fingerprint);
    if (found === undefined) throw new AppError('identity.person-not-found', { name: fingerprint });
    return shown(found);
  };

  return {
    async open() {
      opening ??= openKey();
      // A locked keystore may be unlocked later: do not remember the failure.
      opening.catch(() => {
        opening = null;
      });
      await opening;
      if (own === null) throw new AppError('secret.keystore-locked', { keystore: 'data key', reason: 'the signing key could not be opened' });
      const { fingerprint, line } = own.public;
      return { name: who(), fingerprint, publicKey: `${line} ${who()}` };
    },
    sign: (text) => (own === null ? null : { key: own.public.fingerprint, signature: sign(null, Buffer.from(text, 'utf8'), own.secret).toString('base64') }),
    check({ key, text, signature, atMs }) {
      const person = repo.all().find(({ fingerprint }) => fingerprint === key);
      if (person === undefined) return 'unknown-key';
      if (!verify(null, Buffer.from(text, 'utf8'), keyOf(person), Buffer.from(signature, 'base64'))) return 'bad';
      return person.revokedAtMs !== null && atMs >= person.revokedAtMs ? 'revoked-key' : 'good';
    },
    fingerprint: () => own?.public.fingerprint ?? null,
    nameOf: (fingerprint) =>
      own?.public.fingerprint === fingerprint ? who() : (repo.all().find((person) => person.fingerprint === fingerprint)?.name ?? null),
    people: () => repo.all().map(shown),
    look(publicKey) {
      const { fingerprint, comment } = parsePublicKey(publicKey);
      return { fingerprint, name: comment };
    },
    add({ requestId, name, publicKey, fingerprint }) {
      const { line, fingerprint: found } = parsePublicKey(publicKey);
      if (found !== fingerprint) throw new AppError('input.invalid', { issues: [{ path: 'fingerprint', message: `the key has another one, ${found}` }] });
      requests.once(requestId, 'identity.add', answer, () => {
        const taken = repo.all().find((person) => person.fingerprint === found || (person.name === name && !person.self));
        if (taken !== undefined) throw new AppError('identity.person-exists', { name: taken.name, fingerprint: taken.fingerprint });
        repo.insert({ fingerprint: found, name, line, self: false, addedAtMs: nowMs(), revokedAtMs: null });
        return { fingerprint: found };
      });
      return byFingerprint(found);
    },
    revoke({ requestId, name }) {
      const { fingerprint } = requests.once(requestId, 'identity.revoke', answer, () => {
        const person = repo.all().find((each) => !each.self && each.revokedAtMs === null && (each.name === name || each.fingerprint === name));
        if (person === undefined) throw new AppError('identity.person-not-found', { name });
        repo.revoke(person.fingerprint, nowMs());
        return { fingerprint: person.fingerprint };
      });
      return byFingerprint(fingerprint);
    },
  };
}
