import type { RenderedStack } from '../../../src/main/features/stacks/definition/renderStack.ts';
import { openStackServer } from '../../../src/main/features/stacks/release/stackServer.ts';
import { type GateFailure, runGates } from '../../../src/main/features/stacks/rollout/gateRunner.ts';
import type { RemoteServer } from '../../../src/main/remote/remote.ts';

/** Runs the smoke tests of a stack as gates of its deploy are run, and prints which have passed; the first that fails, or null. */
export async function runSmokeTests(
  remote: RemoteServer,
  serverName: string,
  stack: Pick<RenderedStack, 'stackId' | 'smokeTests' | 'services'>,
): Promise<GateFailure | null> {
  const server = await openStackServer(remote, { serverName, stackId: stack.stackId });
  const { current } = await server.state();
  if (current === null) throw new Error(`${stack.stackId} is not deployed on ${serverName}`);
  const told: string[] = [];
  const context = {
    ...{ signal: new AbortController().signal, remote, phase: () => {} },
    output: async (_stream: string, text: string | Uint8Array) => void told.push(String(text).trim()),
  };
  const failure = await runGates(server, { ...current, gates: stack.smokeTests }, context, 200);
  console.log(`smoke tests of ${stack.stackId}:\n  ${told.filter((line) => line.startsWith('Gate passed')).join('\n  ')}`);
  return failure;
}
