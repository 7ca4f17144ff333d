import type { Server } from '../../../../shared/model/server.ts';
import type { PlainStep } from '../../../../shared/model/workflowStep.ts';
import type { StepPorts, StepRun } from './stepRun.ts';

/** A step as it runs in a test, on a staging server that Ada works on. */
export function testStepRun<Step extends PlainStep>(step: Step, change: Partial<StepRun<Step>> = {}): StepRun<Step> {
  return {
    step,
    inputs: {},
    server: { name: 'gpu-1', host: '127.0.0.1', port: 22, environment: 'staging' },
    checkOnly: false,
    startedBy: 'Ada',
    definitionHash: () => 'd'.repeat(64),
    outsideWindow: null,
    ...change,
  };
}

/** What steps need of the core, where a test does not ask for it. */
export function testStepPorts(change: Partial<StepPorts> = {}): StepPorts {
  const unused = (what: string) => () => {
    throw new Error(`${what} is not part of this test`);
  };
  return {
    facts: () => null,
    server: () => ({ name: 'gpu-1', host: '127.0.0.1', port: 22, environment: 'staging' }) as Server,
    switchLogin: unused('switchLogin'),
    openSecret: unused('openSecret'),
    stackAction: unused('stackAction'),
    checkApproval: unused('checkApproval'),
    maintenance: { verdict: () => ({ kind: 'free' }), overrideOf: () => null },
    ...change,
  };
}
