import { setTimeout as delay } from 'node:timers/promises';
import type { HealthGate } from '../../../../shared/model/stack.ts';
import type { CellContext } from '../../../operations/operations.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { httpScript } from '../release/stackScripts.ts';
import type { StackServer } from '../release/stackServer.ts';
import { chatBody, gateTitle, judgeAnswer, judgeContainers, parseHttpAnswer, type Verdict } from './gateRules.ts';

/** A gate that did not pass. */
export interface GateFailure {
  gate: string;
  reason: string;
}

/** Seconds that one request of a gate may take; a model on a processor is slow with its first answer. */
const requestSeconds = { http: 10, chat: 120 };

/** Runs the gates of a release one after the other; null when all have passed. */
export async function runGates(
  server: StackServer,
  release: Pick<ReleaseRecord, 'gates' | 'services'>,
  context: CellContext,
  pollMs: number,
): Promise<GateFailure | null> {
  for (const gate of release.gates) {
    const failure = await runGate(server, release, gate, context, pollMs);
    if (failure !== null) return failure;
    await context.output('note', `Gate passed: ${gateTitle(gate)}.\n`);
  }
  return null;
}

async function runGate(
  server: StackServer,
  release: Pick<ReleaseRecord, 'services'>,
  gate: HealthGate,
  context: CellContext,
  pollMs: number,
): Promise<GateFailure | null> {
  const deadline = performance.now() + gate.timeoutS * 1000;
  let told = '';
  for (;;) {
    context.signal.throwIfAborted();
    const verdict = await look(server, release, gate);
    if (verdict.state === 'passed') return null;
    if (verdict.reason !== told) {
      told = verdict.reason;
      context.phase('gate', `${gateTitle(gate)}: ${told}`);
      await context.output('note', `${gateTitle(gate)}: ${told}\n`);
    }
    if (verdict.state === 'failed') return { gate: gateTitle(gate), reason: verdict.reason };
    if (performance.now() >= deadline) return { gate: gateTitle(gate), reason: `${verdict.reason}, after ${gate.timeoutS} s` };
    await delay(pollMs, undefined, { signal: context.signal });
  }
}

async function look(server: StackServer, release: Pick<ReleaseRecord, 'services'>, gate: HealthGate): Promise<Verdict> {
  if (gate.kind === 'containers')
    return judgeContainers(
      release.services.map(({ name }) => name),
      await server.containers(),
    );
  const seconds = Math.min(requestSeconds[gate.kind], gate.timeoutS);
  const output = await server.run(
    `ask ${gate.url}`,
    httpScript,
    { PH_URL: gate.url, PH_BODY: gate.kind === 'chat' ? chatBody(gate.model) : '', PH_SECONDS: String(seconds) },
    (seconds + 15) * 1000,
  );
  return judgeAnswer(gate, parseHttpAnswer(output));
}
