import type { StackTestResult } from '../../../../shared/contract/stackTests.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import type { StackServer } from '../release/stackServer.ts';
import { gateTitle } from './gateRules.ts';
import { type GateContext, type GateTest, testGate } from './gateRunner.ts';

const answerChars = 300;

/** Asks a release what its smoke tests ask, once and one after the other; one without any is asked what its gates ask. */
export async function runSmokeTests(server: StackServer, release: ReleaseRecord, context: Pick<GateContext, 'remote' | 'signal'>): Promise<StackTestResult[]> {
  const tests = release.smokeTests.length > 0 ? release.smokeTests : release.gates;
  const results: StackTestResult[] = [];
  for (const gate of tests) results.push(await one(server, release, context, gate));
  return results;
}

async function one(server: StackServer, release: ReleaseRecord, context: Pick<GateContext, 'remote' | 'signal'>, gate: HealthGate): Promise<StackTestResult> {
  const startedAt = performance.now();
  const test: GateTest = await testGate(server, release, { ...context, phase: () => {}, output: async () => {} }, gate);
  const answer = test.answer.replaceAll(/\s+/g, ' ').trim();
  return {
    ...{ title: gateTitle(gate), kind: gate.kind, passed: test.reason === '', reason: test.reason.slice(0, 2000), figures: test.figures },
    tookMs: performance.now() - startedAt,
    answer: answer.length > answerChars ? `${answer.slice(0, answerChars)}…` : answer,
  };
}
