import type { RenderedStack } from '../../../src/main/features/stacks/definition/renderStack.ts';
import { openStackServer } from '../../../src/main/features/stacks/release/stackServer.ts';
import type { GateFailure } from '../../../src/main/features/stacks/rollout/gateRunner.ts';
import { runSmokeTests as ask } from '../../../src/main/features/stacks/rollout/smokeTests.ts';
import type { RemoteServer } from '../../../src/main/remote/remote.ts';

/** Asks the smoke tests of a deployed stack through the app's own connection, and prints how each went; the first that fails, or null. */
export async function runSmokeTests(
  remote: RemoteServer,
  serverName: string,
  stack: Pick<RenderedStack, 'stackId' | 'smokeTests'>,
): Promise<GateFailure | null> {
  const server = await openStackServer(remote, { serverName, stackId: stack.stackId });
  const { current } = await server.state();
  if (current === null) throw new Error(`${stack.stackId} is not deployed on ${serverName}`);
  const results = await ask(server, { ...current, smokeTests: stack.smokeTests }, { remote, signal: new AbortController().signal });
  const lines = results.map(
    ({ title, passed, reason, tookMs, answer }) =>
      `  ${passed ? 'passed' : 'not yet'}  ${title}: ${Math.round(tookMs)} ms  ${(reason || answer).slice(0, 100)}`,
  );
  console.log(`smoke tests of ${stack.stackId}, through the tunnel:\n${lines.join('\n')}`);
  const failed = results.find(({ passed }) => !passed);
  return failed === undefined ? null : { gate: failed.title, reason: failed.reason };
}
