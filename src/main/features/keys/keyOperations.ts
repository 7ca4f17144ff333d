import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import { loginSchema } from '../../../shared/model/server.ts';
import type { CellContext, CellOutcome, OperationType } from '../../operations/operations.ts';
import type { RemoteAuth } from '../../remote/remote.ts';
import { changeKeysFile, type KeysPlace } from './authorizedKeysFile.ts';
import { withKey, withoutKey } from './authorizedKeysRules.ts';

/** What operations on keys need. */
export interface KeyOperationsPorts {
  /** Throws `server.not-found`. */
  byId(id: ServerId): Server;
  /** How a key file is used to log in to a server. */
  authWith(server: Server, path: string): RemoteAuth;
  /** Makes the record of a server use this key from now on, and no file of a key that was taken off. */
  switchToKey(server: Server, path: string, gone?: readonly string[]): Promise<void>;
  /** Fingerprints of key files, by path; null where one cannot be read. */
  fingerprintOf(path: string): Promise<string | null>;
}

const keySchema = z.object({ path: z.string(), publicKey: z.string(), fingerprint: z.string() });
const installSpecSchema = z.object({ key: keySchema, user: loginSchema.nullable(), use: z.boolean() });
const removeSpecSchema = z.object({ fingerprint: z.string(), user: loginSchema.nullable(), takeOver: keySchema.nullable() });
export type InstallSpec = z.infer<typeof installSpecSchema>;
export type RemoveSpec = z.infer<typeof removeSpecSchema>;

/** The kind of operation that lets a key log in: installed, proved by a fresh login, and put back where that does not work. */
export function installOperation(ports: KeyOperationsPorts): OperationType<InstallSpec> {
  return {
    kind: 'key-install',
    spec: installSpecSchema,
    steps: () => [{ id: 'install', title: 'Let the key log in, and prove it', runs: 'always' }],
    async runCell({ key, user, use }, context) {
      const server = ports.byId(context.serverId);
      const place = placeOf(server, user, context);
      context.phase('apply');
      const { before, text } = await changeKeysFile(place, (held) => withKey(held, key.publicKey));
      await context.output('note', text === before.text ? `${before.file} has it already.\n` : `Added to ${before.file}.\n`);
      if (!isOurs(server, before.user)) return { state: 'done', detail: `installed for ${before.user}; another user’s login is not tried` };
      context.phase('verify', 'logging in with it');
      try {
        await proveKey(ports, server, key, context);
      } catch (error) {
        if (text !== before.text) await changeKeysFile(place, (held) => (held === text ? before.text : withoutKey(held, key.fingerprint)));
        throw error;
      }
      if (use) await ports.switchToKey(server, key.path);
      const done = text === before.text ? 'satisfied' : 'done';
      return { state: done, detail: `a fresh login with ${key.fingerprint} works${use ? '; it is the one in use now' : ''}` };
    },
  };
}

/** The kind of operation that takes a key off: never the one that carries us, unless another was proved by a fresh login before. */
export function removeOperation(ports: KeyOperationsPorts): OperationType<RemoveSpec> {
  return {
    kind: 'key-remove',
    spec: removeSpecSchema,
    steps: () => [{ id: 'remove', title: 'Take the key off, and log in without it', runs: 'always' }],
    async runCell({ fingerprint, user, takeOver }, context): Promise<CellOutcome> {
      const server = ports.byId(context.serverId);
      const place = placeOf(server, user, context);
      context.phase('check');
      const ours = user === null || isOurs(server, user);
      const carries = ours && (await carriesUs(context, fingerprint));
      const next = carries ? await provedOther(ports, server, fingerprint, takeOver, context) : null;
      context.phase('apply');
      const { before, text } = await changeKeysFile(place, (held) => withoutKey(held, fingerprint));
      if (text === before.text) return { state: 'satisfied', detail: 'it was not there' };
      await context.output('note', `Taken out of ${before.file}.\n`);
      if (!ours) return { state: 'done', detail: `removed for ${before.user}` };
      context.phase('verify', 'logging in anew');
      try {
        if (next === null) await context.remote.proveLogin();
        else await proveKey(ports, server, next, context);
      } catch (error) {
        await changeKeysFile(place, (held) => (held === text ? before.text : withBack(held, before.text)));
        throw notProved(context.serverName, next?.fingerprint ?? fingerprint, error);
      }
      if (next !== null) {
        const gone = (await keysOfRecord(ports, server)).filter((key) => key.fingerprint === fingerprint).map(({ path }) => path);
        await ports.switchToKey(server, next.path, gone);
      }
      return { state: 'done', detail: next === null ? 'removed; a fresh login works' : `removed; ${next.fingerprint} is the one in use now` };
    },
  };
}

function placeOf(server: Server, user: string | null, { remote, serverName, signal }: CellContext): KeysPlace {
  const foreign = user !== null && !isOurs(server, user);
  return { server: serverName, remote, user: user ?? undefined, sudo: foreign, signal };
}

function isOurs(server: Server, user: string): boolean {
  return user === server.user;
}

/** Whether a connection of ours was let in by this key. There is one by now: the server was asked something. */
async function carriesUs(context: CellContext, fingerprint: string): Promise<boolean> {
  await context.remote.exec({ script: ':', lane: 'control', timeoutMs: 30_000, signal: context.signal });
  return context.remote.connections().some(({ login }) => login.some(({ key }) => key?.fingerprint === fingerprint));
}

type OtherKey = Pick<z.infer<typeof keySchema>, 'path' | 'fingerprint'>;

/** Key files of a server's record; one that cannot be read has no fingerprint. */
function keysOfRecord(ports: KeyOperationsPorts, { auth }: Server): Promise<OtherKey[]> {
  const paths = auth.kind === 'key' ? [auth.path, ...(auth.others ?? [])] : [];
  return Promise.all(paths.map(async (path) => ({ path, fingerprint: (await ports.fingerprintOf(path)) ?? '' })));
}

async function provedOther(ports: KeyOperationsPorts, server: Server, fingerprint: string, takeOver: OtherKey | null, context: CellContext): Promise<OtherKey> {
  const candidates = takeOver === null ? await keysOfRecord(ports, server) : [takeOver];
  for (const candidate of candidates) {
    if (candidate.fingerprint === fingerprint || candidate.fingerprint === '') continue;
    context.phase('check', `logging in with ${candidate.fingerprint}`);
    try {
      await proveKey(ports, server, candidate, context);
      return candidate;
    } catch (error) {
      if (takeOver !== null || !AppError.is(error, 'key.not-proved')) throw error;
    }
  }
  throw new AppError('key.carries-us', { server: server.name, fingerprint });
}

async function proveKey(ports: KeyOperationsPorts, server: Server, key: OtherKey, context: CellContext): Promise<void> {
  try {
    const { roundTripMs } = await context.remote.proveLogin({ auth: ports.authWith(server, key.path) });
    await context.output('note', `Logged in freshly with ${key.fingerprint} in ${Math.round(roundTripMs)} ms.\n`);
  } catch (error) {
    throw notProved(server.name, key.fingerprint, error);
  }
}

function notProved(server: string, fingerprint: string, error: unknown): unknown {
  if (!(error instanceof AppError) || AppError.is(error, 'key.not-proved')) return error;
  return new AppError('key.not-proved', { server, fingerprint, because: error.code }, { cause: error });
}

/** A file that somebody else changed meanwhile gets the lines back that it had. */
function withBack(held: string, before: string): string {
  const lines = new Set(held.split('\n'));
  const missing = before.split('\n').filter((line) => !lines.has(line));
  return missing.length === 0 ? held : `${held.replace(/\n?$/, '\n')}${missing.join('\n')}\n`;
}
