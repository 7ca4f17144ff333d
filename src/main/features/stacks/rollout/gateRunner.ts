import { setTimeout as delay } from 'node:timers/promises';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { hostOf } from '../definition/renderStack.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { execScript } from '../release/stackScripts.ts';
import type { StackServer } from '../release/stackServer.ts';
import { chatBody, gateTitle, judgeAnswer, judgeContainers, parseHttpAnswer, type Verdict } from './gateRules.ts';
import { httpScript } from './httpScript.ts';
import { addressScript } from './rolloutScripts.ts';

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

async function look(server: StackServer, release: Pick<ReleaseRecord, 'services'> & Partial<ReleaseRecord>, gate: HealthGate): Promise<Verdict> {
  if (gate.kind === 'containers')
    return judgeContainers(
      release.services.map(({ name }) => name),
      await server.containers(),
    );
  if (gate.kind === 'command') return lookInside(server, release, gate);
  const url = await reachable(server, release, gate.url);
  if (url === null) return { state: 'waiting', reason: `${hostOf(gate.url)} has no address yet` };
  const seconds = Math.min(requestSeconds[gate.kind], gate.timeoutS);
  const output = await server.run(
    `ask ${gate.url}`,
    httpScript,
    { PH_URL: url, PH_BODY: gate.kind === 'chat' ? chatBody(gate.model) : (gate.body ?? ''), PH_SECONDS: String(seconds) },
    (seconds + 15) * 1000,
  );
  return judgeAnswer(gate, parseHttpAnswer(output));
}

async function lookInside(server: StackServer, release: Partial<ReleaseRecord>, gate: Extract<HealthGate, { kind: 'command' }>): Promise<Verdict> {
  const place = server.place(release.id ?? '', { composeFiles: [], filesHash: '', profiles: [], ...release });
  const env = { ...place.env, PH_SERVICE: gate.service, PH_COMMAND: gate.command.join('\n') };
  const { exitCode, stdout, stderr } = await server.exec(execScript, env, Math.min(gate.timeoutS, 120) * 1000);
  if (exitCode === 0) return { state: 'passed', reason: '' };
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' ').slice(-300);
  return { state: 'waiting', reason: `the command ended with ${exitCode ?? 'a signal'}${said === '' ? '' : `: ${said}`}` };
}

/** An address whose host is a service, with the address of its container instead; null: there is none at this moment. */
async function reachable(server: StackServer, release: Pick<ReleaseRecord, 'services'>, url: string): Promise<string | null> {
  const host = hostOf(url);
  if (!release.services.some(({ name }) => name === host)) return url;
  const address = (await server.run('look up a container', addressScript, { PH_SERVICE: host })).trim();
  return address === '' ? null : url.replace(`//${host}`, `//${address}`);
}
