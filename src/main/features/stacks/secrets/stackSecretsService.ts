import { randomBytes } from 'node:crypto';
import type { SecretUse } from '../../../../shared/contract/secrets.ts';
import { AppError } from '../../../../shared/errors.ts';
import { confirmProduction } from '../../../../shared/model/confirmation.ts';
import type { RequestId, ServerId } from '../../../../shared/model/ids.ts';
import type { Operation } from '../../../../shared/model/operation.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { Release } from '../../../../shared/model/stack.ts';
import type { StackSecret } from '../../../../shared/model/stackDefinition.ts';
import type { Operations } from '../../../operations/operations.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { type RenderedStack, renderStack, type StackSource, sourceHash } from '../definition/renderStack.ts';
import { decodeEnvValue, readEnvText } from '../projects/envFileTextRules.ts';
import { projectSecretName } from '../projects/projectRecord.ts';
import { secretProblem } from '../release/envFileRules.ts';
import { secretName } from '../release/secretSource.ts';
import { openStackServer } from '../release/stackServer.ts';
import { nextName, type RotatePorts, rotateOperation } from './rotateOperation.ts';

/** What the secrets of stacks need from the rest of the core. */
export interface StackSecretsPorts {
  stack(id: string): Promise<StackSource>;
  secrets: RotatePorts['secrets'];
  cells: Omit<RotatePorts, 'secrets'>;
  operations: Operations;
  selectServers(selector: string): Promise<Server[]>;
  remote(serverId: ServerId): RemoteServer;
  /** What runs where, as last seen. */
  deployed(): { serverName: string; stackId: string; release: Release }[];
  who(): string;
}

/** Secrets of stacks: where they are, how they come in, how they change. */
export interface StackSecretsService {
  /** Where the secret of this whole name is in use, as far as was seen. */
  usesOf(name: string): Promise<SecretUse[]>;
  /** The same for a whole name or the name that stacks have for it. */
  where(name: string): Promise<(SecretUse & { name: string })[]>;
  importEnv(request: { stackId: string; server?: string | undefined; text: string }): Promise<{ imported: string[]; left: string[] }>;
  rotate(request: {
    requestId: RequestId;
    confirm?: string | undefined;
    stackId: string;
    name: string;
    selector: string;
    value?: string | undefined;
  }): Promise<Operation>;
}

/** Makes the service, and registers its kind of operation with the engine. */
export function createStackSecretsService(ports: StackSecretsPorts): StackSecretsService {
  ports.operations.register(rotateOperation({ ...ports.cells, secrets: ports.secrets }));

  const allUses = async (): Promise<(SecretUse & { name: string })[]> => {
    const uses = ports.deployed().map(async ({ serverName, stackId, release }) => {
      const source = await ports.stack(stackId).catch(() => null);
      const names = new Set([...(release.secrets ?? []).map(({ name }) => name), ...(source?.definition.secrets ?? []).map(({ name }) => name)]);
      return [...names].map((name) => {
        const known = release.secrets?.find((each) => each.name === name);
        const services = source?.definition.secrets.find((each) => each.name === name)?.usedBy ?? [];
        return { name, stackId, serverName, services, release: release.id, since: known?.since ?? null, sinceMs: known?.sinceMs ?? null };
      });
    });
    return (await Promise.all(uses)).flat();
  };
  const isAt = (whole: string) => (use: SecretUse & { name: string }) =>
    whole === secretName(use.stackId, use.serverName, use.name) || whole === projectSecretName(use.stackId, use.name);

  return {
    async usesOf(name) {
      return (await allUses()).filter(isAt(name)).map(({ name: _name, ...use }) => use);
    },
    async where(name) {
      return (await allUses()).filter((use) => use.name === name || isAt(name)(use));
    },
    async importEnv({ stackId, server, text }) {
      const { definition, render } = await ports.stack(stackId);
      if (server !== undefined && !(await ports.selectServers(server)).some((each) => each.name === server))
        throw new AppError('server.not-found', { name: server });
      const read = readEnvText(text);
      if (!read.ok) throw new AppError('stack.compose-malformed', { file: 'env file', line: read.line, problem: read.problem });
      if (server === undefined && render === undefined) {
        throw new AppError('stack.parameter-invalid', { name: 'server', problem: `each server has secrets of its own for ${stackId}: name one` });
      }
      const imported: string[] = [];
      const left: string[] = [];
      for (const { key, raw, quote } of read.entries) {
        const value = decodeEnvValue(raw, quote).replaceAll(String.raw`\$`, '$');
        const known = definition.secrets.find(({ name }) => name === key);
        if (known === undefined || value === '') {
          left.push(key);
          continue;
        }
        checkValue(known, value);
        await ports.secrets.set(server === undefined ? projectSecretName(stackId, key) : secretName(stackId, server, key), value);
        imported.push(key);
      }
      return { imported, left };
    },
    async rotate(request) {
      const source = await ports.stack(request.stackId);
      const { definition } = source;
      const secret = definition.secrets.find(({ name }) => name === request.name);
      if (secret === undefined) {
        const there = definition.secrets.map(({ name }) => name).join(', ') || 'none';
        throw new AppError('stack.parameter-invalid', { name: 'name', problem: `${definition.title} has no secret ${request.name}; it has: ${there}` });
      }
      if (secret.given && request.value === undefined) {
        throw new AppError('stack.parameter-invalid', { name: request.name, problem: 'it is not made up here: the new value has to be given' });
      }
      if (request.value !== undefined) checkValue(secret, request.value);
      const servers = await ports.selectServers(request.selector);
      const title = `Rotate ${secret.name} of ${definition.title}`;
      confirmProduction({ selector: request.selector, effect: `rotate ${secret.name} of ${definition.title}`, confirm: request.confirm }, servers);
      const stacks: Record<string, RenderedStack> = {};
      for (const server of servers) stacks[server.name] = await asItRuns(ports, source, server, secret.name);
      for (const server of servers) {
        await ports.secrets.set(nextName(definition.id, server.name, secret.name), request.value ?? randomBytes(24).toString('base64url'));
      }
      return ports.operations.start({
        requestId: request.requestId,
        kind: 'secret-rotate',
        title,
        subject: definition.id,
        who: ports.who(),
        targets: servers.map(({ id, name }) => ({ serverId: id, name })),
        strategy: { kind: 'rolling', size: 1 },
        mutates: true,
        spec: { stacks, name: secret.name, title: definition.title, who: ports.who() },
      });
    },
  };
}

function checkValue(secret: StackSecret, value: string): void {
  const problem = secretProblem(value, secret.urlSafe);
  if (problem !== null) throw new AppError('stack.parameter-invalid', { name: secret.name, problem });
}

/** The stack as the release that runs was made: a rotation changes nothing but the secret. */
async function asItRuns(ports: StackSecretsPorts, source: StackSource, server: Server, name: string): Promise<RenderedStack> {
  const stackId = source.definition.id;
  const { current } = await (await openStackServer(ports.remote(server.id), { serverName: server.name, stackId })).state();
  if (current === null) throw new AppError('stack.not-deployed', { server: server.name, stack: stackId });
  const known = new Set(source.definition.parameters.map((parameter) => parameter.name));
  const parameters = Object.fromEntries(Object.entries(current.parameters).filter(([key]) => known.has(key)));
  const rendered = renderStack(source, parameters, { environment: server.environment, profiles: current.profiles });
  if (current.sourceHash === sourceHash(rendered)) return rendered;
  const reason = `${current.id} was made of something else than ${stackId} is on this computer now, so that a rotation would change more than the secret; deploy first`;
  throw new AppError('secret.not-rotatable', { server: server.name, stack: stackId, name, reason });
}
