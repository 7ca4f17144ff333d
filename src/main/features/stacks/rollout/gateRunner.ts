import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { MeasuredGate } from '../../../../shared/model/stack.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { CellContext } from '../../../operations/operations.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { execScript } from '../release/stackScripts.ts';
import type { StackServer } from '../release/stackServer.ts';
import type { ChatFigures } from './chatStreamRules.ts';
import { readFacts } from './containerFacts.ts';
import { type GateRequests, openGateRequests } from './gateRequests.ts';
import { type ChatGate, gateTitle, judgeChat, judgeContainers, judgeHttp, type Verdict } from './gateRules.ts';
import { defaultMargins, describeFigures, judgeFigures, type Margins, sameGate, summarize } from './performanceRules.ts';
import type { Outage } from './persistentRemote.ts';

/** A gate that did not pass. */
export interface GateFailure {
  gate: string;
  reason: string;
}

/** What running gates needs of the cell that it runs in. */
export type GateContext = Pick<CellContext, 'signal' | 'phase' | 'output' | 'remote'>;

/** What the speed of models is held to, and who is told of it. */
export interface GateMeasures {
  margins?: Margins;
  /** Figures of the release before. */
  before?: readonly MeasuredGate[] | undefined;
  onMeasured?: (figures: MeasuredGate) => void;
  /** Time in which the server was out of reach is none that a gate has used up. */
  outage?: Outage;
  /** Requests are measured as the gates say; false: one answer is enough. */
  samples?: boolean;
}

interface Look extends Verdict {
  /** What was answered; absent: there was nothing to be answered. */
  answer?: string;
  figures?: ChatFigures;
  via?: MeasuredGate['via'];
}

/** How a gate went that was asked once; `reason` empty: it passed. */
export interface GateTest {
  reason: string;
  answer: string;
  figures: MeasuredGate | null;
}

type GatedRelease = Pick<ReleaseRecord, 'gates' | 'services'> & Partial<ReleaseRecord>;

/** Runs the gates of a release one after the other; null when all have passed. */
export async function runGates(
  server: StackServer,
  release: GatedRelease,
  context: GateContext,
  pollMs: number,
  measures: GateMeasures = {},
): Promise<GateFailure | null> {
  const requests = openGateRequests(server, release, { remote: context.remote, signal: context.signal });
  for (const gate of release.gates) {
    const failure = await runGate({ server, release, requests, context, pollMs, measures }, gate);
    if (failure !== null) return failure;
    await context.output('note', `Gate passed: ${gateTitle(gate)}.\n`);
  }
  return null;
}

/** Asks a gate once. A chat is measured as the gate says, against its own limit alone. */
export async function testGate(server: StackServer, release: GatedRelease, context: GateContext, gate: HealthGate): Promise<GateTest> {
  const requests = openGateRequests(server, release, { remote: context.remote, signal: context.signal });
  let figures: MeasuredGate | null = null;
  const measures: GateMeasures = {
    onMeasured: (measured) => {
      figures = measured;
    },
  };
  const run = { server, release, requests, context, pollMs: 0, measures };
  const found = await look(run, gate);
  const answer = found.answer ?? '';
  if (found.state !== 'passed' || gate.kind !== 'chat') return { reason: found.reason, answer, figures };
  const failure = await measure(run, gate, found);
  return { reason: failure?.reason ?? '', answer, figures };
}

interface GateRun {
  server: StackServer;
  release: GatedRelease;
  requests: GateRequests;
  context: GateContext;
  pollMs: number;
  measures: GateMeasures;
}

async function runGate(run: GateRun, gate: HealthGate): Promise<GateFailure | null> {
  const { context, pollMs, measures } = run;
  const outageMs = () => measures.outage?.ms ?? 0;
  const start = performance.now() - outageMs();
  let told = '';
  for (;;) {
    context.signal.throwIfAborted();
    const verdict = await look(run, gate);
    if (verdict.state === 'passed') return gate.kind === 'chat' ? measure(run, gate, verdict) : null;
    if (verdict.reason !== told) {
      told = verdict.reason;
      context.phase('gate', `${gateTitle(gate)}: ${told}`);
      await context.output('note', `${gateTitle(gate)}: ${told}\n`);
    }
    if (verdict.state === 'failed') return { gate: gateTitle(gate), reason: verdict.reason };
    const usedMs = performance.now() - start - outageMs();
    if (usedMs >= gate.timeoutS * 1000) return { gate: gateTitle(gate), reason: `${verdict.reason}, after ${gate.timeoutS} s` };
    await delay(pollMs, undefined, { signal: context.signal });
  }
}

/** One look. A command that fails there, as Docker's while it starts, is worth another look. */
async function look(run: GateRun, gate: HealthGate): Promise<Look> {
  try {
    return await lookOnce(run, gate);
  } catch (error) {
    run.context.signal.throwIfAborted();
    if (!AppError.is(error, 'remote.command-failed')) throw error;
    return { state: 'waiting', reason: `${error.data.what} failed: ${error.data.output.slice(-300)}` };
  }
}

async function lookOnce(run: GateRun, gate: HealthGate): Promise<Look> {
  const { server, release, requests } = run;
  if (gate.kind === 'command') return lookInside(server, release, gate);
  if (gate.kind === 'http') {
    const answer = await requests.http(gate);
    return { ...judgeHttp(gate, answer), answer: answer.body };
  }
  if (gate.kind === 'chat') {
    const { answer, figures } = await requests.chat(gate);
    return { ...judgeChat(gate, answer, figures), figures, via: answer.via, answer: figures.text || answer.body };
  }
  const services = release.services.map(({ name }) => name);
  return judgeContainers(services, await readFacts(server));
}

/** Measures as many requests as the gate asks for, and holds them against its limit and the release before. */
async function measure(run: GateRun, gate: ChatGate, first: Look): Promise<GateFailure | null> {
  const { context, measures, requests } = run;
  const wanted = measures.samples === false ? 0 : (gate.samples ?? 0);
  const figures: ChatFigures[] = wanted === 0 && first.figures !== undefined ? [first.figures] : [];
  let via = first.via ?? 'channel';
  for (let sample = 1; sample <= wanted; sample += 1) {
    context.phase('gate', `${gate.title}: request ${sample} of ${wanted}`);
    const asked = await requests.chat(gate);
    const verdict = judgeChat(gate, asked.answer, asked.figures);
    if (verdict.state !== 'passed') return { gate: gate.title, reason: `request ${sample} of ${wanted}: ${verdict.reason}` };
    figures.push(asked.figures);
    via = asked.answer.via;
  }
  const summary = summarize(gate, figures, via);
  const before = sameGate(measures.before, gate);
  const problem = judgeFigures(summary, { maxFirstTokenMs: gate.maxFirstTokenMs, margins: measures.margins ?? defaultMargins, before });
  if (wanted > 0 || gate.maxFirstTokenMs !== undefined) {
    const earlier = before === null ? '' : ` (before: ${describeFigures(before)})`;
    await context.output('note', `${describeFigures(summary)}${earlier}.\n`);
    if (summary.firstTokenMs === null && gate.maxFirstTokenMs !== undefined) {
      await context.output('note', `${gate.title}: how fast it is was not measured, since the server asks itself or nothing is streamed.\n`);
    }
  }
  if (problem !== null) return { gate: gate.title, reason: problem };
  measures.onMeasured?.(summary);
  return null;
}

async function lookInside(server: StackServer, release: Partial<ReleaseRecord>, gate: Extract<HealthGate, { kind: 'command' }>): Promise<Verdict> {
  const place = server.place(release.id ?? '', { composeFiles: [], filesHash: '', profiles: [], ...release });
  const env = { ...place.env, PH_SERVICE: gate.service, PH_COMMAND: gate.command.join('\n') };
  const { exitCode, stdout, stderr } = await server.exec(execScript, env, Math.min(gate.timeoutS, 120) * 1000);
  if (exitCode === 0) return { state: 'passed', reason: '' };
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' ').slice(-300);
  return { state: 'waiting', reason: `the command ended with ${exitCode ?? 'a signal'}${said === '' ? '' : `: ${said}`}` };
}
