// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is rendered here
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { OperationId } from '../../../../shared/model/ids.ts';
import { stackDefinitionSchema } from '../../../../shared/model/stackDefinition.ts';
import type { CellOutcome, OperationType } from '../../../operations/operations.ts';
import { createTestServer, type TestServer } from '../../../operations/testCell.ts';
import { type RenderedStack, renderStack } from '../definition/renderStack.ts';
import type { SecretStore } from '../release/secretSource.ts';
import { openStackServer, type StackServer } from '../release/stackServer.ts';
import type { RolloutPorts } from './rolloutRun.ts';
import { type DockerState, installTestDocker } from './testDocker.ts';

/** How the steps of one operation on one server ended: an outcome, an error's code, or null where it did not run. */
export type Results = Record<string, CellOutcome | AppError | null>;

/** A stand-in server with a stand-in Docker, and what stack operations need. */
export interface TestRollout {
  server: TestServer;
  docker: { read(): Promise<DockerState>; change(by: Partial<DockerState>): Promise<void> };
  ports: RolloutPorts;
  kept: Map<string, string>;
  stack(): Promise<StackServer>;
  /** Runs all steps as the engine does: in order, and the way back after a failure. Each call is an operation of its own. */
  run<Spec>(type: OperationType<Spec>, spec: Spec): Promise<Results>;
  /** The next life of the core: the operation that was run last goes on at a step. */
  again<Spec>(type: OperationType<Spec>, spec: Spec, fromStep: string): Promise<Results>;
  remove(): Promise<void>;
}

/** Makes one. */
export async function createTestRollout(): Promise<TestRollout> {
  const directory = await mkdtemp(join(tmpdir(), 'rollout-'));
  const docker = await installTestDocker(directory);
  const server = await createTestServer(directory);
  // Its sshd lets nothing through: the server asks by itself.
  server.remote.forward = async (host, port) => {
    throw new AppError('tunnel.target-refused', { server: 'gpu-1', host, port, reason: 'its sshd does not allow forwarding' });
  };
  const kept = new Map<string, string>();
  const secrets: SecretStore = { get: async (name) => kept.get(name) ?? null, set: async (name, value) => void kept.set(name, value) };
  const ports: RolloutPorts = { secrets, operationEnded: () => false, pollMs: 5, soakS: () => 0 };
  let operations = 0;
  let memory = new Map<string, unknown>();
  const go = async <Spec>(type: OperationType<Spec>, spec: Spec, fromStep: string | null): Promise<Results> => {
    const results: Results = {};
    const steps = type.steps(spec);
    const first = fromStep === null ? 0 : steps.findIndex((step) => step.id === fromStep);
    let failed = false;
    for (const step of steps.slice(first)) {
      results[step.id] = null;
      if ((step.runs === 'always') === failed) continue;
      const operationId = `op_${operations}` as OperationId;
      const own = { get: (key: string) => memory.get(key), set: (key: string, value: unknown) => void memory.set(key, value) };
      try {
        results[step.id] = await type.runCell(type.spec.parse(JSON.parse(JSON.stringify(spec))), {
          ...server.cell(step.id, { attempt: operations }),
          operationId,
          memory: own,
        });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        results[step.id] = error;
        failed = true;
      }
    }
    return results;
  };
  return {
    server,
    docker,
    ports,
    kept,
    stack: () => openStackServer(server.remote, { serverName: 'gpu-1', stackId: 'demo' }),
    run: (type, spec) => {
      operations += 1;
      memory = new Map();
      return go(type, spec, null);
    },
    again: (type, spec, fromStep) => go(type, spec, fromStep),
    remove: () => rm(directory, { recursive: true }),
  };
}

/** A rendered stack of two services, a mounted file, a secret, a warm-up and all kinds of gates. */
export function testStack(parameters: Record<string, string> = {}, more: Partial<z.input<typeof stackDefinitionSchema>> = {}): RenderedStack {
  const definition = stackDefinitionSchema.parse({
    id: 'demo',
    version: 1,
    title: 'Demo',
    summary: '',
    parameters: [
      { name: 'tag', title: 'Tag', type: 'text', default: '1' },
      { name: 'model', title: 'Model', type: 'text', default: 'small' },
      { name: 'minMemoryMib', title: 'Memory', type: 'size-mib', default: '0' },
    ],
    secrets: [{ name: 'PASSWORD', title: 'Password' }],
    services: [],
    requirements: {},
    ports: [],
    warmUps: [{ title: 'Pull the model', service: 'model', command: ['pull', '${model}'], timeoutS: 5 }],
    gates: [
      { kind: 'containers', timeoutS: 5 },
      { kind: 'http', title: 'health', url: 'http://127.0.0.1:8000/health', status: [200], timeoutS: 1 },
      { kind: 'chat', title: 'chat', url: 'http://127.0.0.1:8000/v1/chat/completions', model: 'm', timeoutS: 1 },
    ],
    ...more,
  });
  const compose =
    'services:\n  gateway:\n    image: demo/gateway:${tag}\n    environment: { PASSWORD: "${PASSWORD}" }\n    volumes: ["./config:/c:ro"]\n  model:\n    image: demo/model:1\n';
  return renderStack(
    {
      definition,
      templates: [
        { path: 'compose.yaml', text: compose },
        { path: 'config/a.toml', text: 'model = "${model}"\n' },
      ],
    },
    parameters,
  );
}
