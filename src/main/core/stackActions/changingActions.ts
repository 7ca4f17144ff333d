import type { DeployPlan } from '../../../shared/contract/stackPlans.ts';
import { AppError } from '../../../shared/errors.ts';
import type { StackAction } from '../../../shared/model/workflowStep.ts';
import type { StackActionRequest } from '../../features/workflows/steps/stepRun.ts';
import type { CellContext, CellOutcome } from '../../operations/operations.ts';
import { fine, found } from './readingActions.ts';
import type { RunPart, StackActionPorts } from './stackActionPorts.ts';
import { listOf, numberOf, parametersOf, secretNamesOf, textOf } from './stepValues.ts';

/** Actions that change what runs, each an operation of its own. */
export type ChangingAction = Extract<StackAction, 'deploy' | 'update' | 'rollback' | 'start' | 'stop' | 'restart' | 'down' | 'model-update'>;

/**
 * Carries out a change of a deployment. `deploy` begins with the definition and what is kept for the server, `update` with what runs; both
 * take `parameter.NAME`, `secret.NAME` (the name of a stored secret), `profiles`, `accept` (rules of lint), `note`, `soakS`. `rollback`:
 * `release`. `start`, `stop`, `restart`: `services`. `model-update`: `model`, `service`.
 */
export async function changingAction(
  ports: StackActionPorts,
  request: StackActionRequest & { action: ChangingAction },
  runPart: RunPart,
): Promise<CellOutcome> {
  const { stacks } = ports;
  const { action, stack, server, values } = request;
  const target = { id: stack, selector: server.name };
  const services = listOf(values, 'services') ?? [];
  switch (action) {
    case 'deploy':
    case 'update': {
      const secrets = await givenSecrets(ports, secretNamesOf(values));
      const choice = { ...choiceOf(request), secrets, note: textOf(values, 'note'), soakS: numberOf(values, 'soakS'), accept: listOf(values, 'accept') };
      return runPart((part) => stacks.deploy({ ...part, ...target, ...choice }));
    }
    case 'rollback':
      return runPart((part) => stacks.rollback({ ...part, ...target, to: textOf(values, 'release'), soakS: numberOf(values, 'soakS') }));
    case 'start':
      return runPart((part) => stacks.day2.startServices({ ...part, ...target, services }));
    case 'stop':
      return runPart((part) => stacks.day2.stopServices({ ...part, ...target, services }));
    case 'restart':
      return runPart((part) => stacks.restart({ ...part, ...target, services }));
    case 'down':
      return runPart((part) => stacks.down({ ...part, ...target }));
    case 'model-update': {
      const model = textOf(values, 'model');
      if (model === undefined) throw new AppError('stack.parameter-invalid', { name: 'model', problem: 'which model is to be updated must be said' });
      return runPart((part) => stacks.day2.updateModel({ ...part, ...target, model, service: textOf(values, 'service') }));
    }
  }
}

/**
 * What a change would do, without doing it. A deploy that would change something and a start of what does not run are findings; for the
 * others there is no state that ought to be, so they are no part of an audit.
 */
export async function changeAudited(
  ports: StackActionPorts,
  request: StackActionRequest & { action: ChangingAction },
  context: CellContext,
): Promise<CellOutcome> {
  const { action, stack, server, values } = request;
  if (action === 'deploy' || action === 'update') {
    const { plans } = await ports.stacks.plan({ id: stack, selector: server.name, ...choiceOf(request), registry: false });
    const [plan] = plans;
    return plan === undefined ? found(`would ${action} ${stack}`) : await planned(plan, action, context);
  }
  if (action === 'start') {
    const [status] = await ports.stacks.status({ id: stack, selector: server.name });
    const services = listOf(values, 'services');
    const stopped = status?.containers.filter(({ service, state }) => state !== 'running' && (services === undefined || services.includes(service))) ?? [];
    if (status?.current == null) return found(`would start ${stack}, of which there is no release here`);
    if (status.containers.length === 0) return found(`would start ${stack}: there is no container of it`);
    return stopped.length === 0 ? fine('all of it runs') : found(`would start ${stopped.map(({ service }) => service).join(', ')}`);
  }
  return { state: 'skipped', detail: `no part of an audit: a run would ${action} ${[stack, ...(listOf(values, 'services') ?? [])].join(' ')}` };
}

async function planned(plan: DeployPlan, action: string, context: CellContext): Promise<CellOutcome> {
  for (const { name, effect, why } of plan.services) await context.output('stdout', `${effect} ${name}: ${why}\n`);
  for (const { path, change } of plan.files) await context.output('stdout', `${change} ${path}\n`);
  for (const shortfall of plan.shortfalls) await context.output('stdout', `too little: ${shortfall}\n`);
  for (const unknown of plan.unknowns) await context.output('note', `It cannot be told: ${unknown}\n`);
  const changed = plan.services.filter(({ effect }) => effect !== 'keep');
  const secrets = plan.secrets.filter(({ change }) => change !== 'kept');
  if (plan.from !== null && changed.length === 0 && plan.files.length === 0 && secrets.length === 0) return fine(`${plan.from} is this already`);
  const doing = changed.map(({ name, effect }) => `${effect} ${name}`).join(', ');
  const short = plan.shortfalls.length === 0 ? '' : `; too little: ${plan.shortfalls.join(', ')}`;
  return found(
    `would ${action} ${plan.release}${plan.from === null ? '' : ` over ${plan.from}`}: ${doing === '' ? 'files and settings alone' : doing}${short}`,
  );
}

function choiceOf({ action, values }: StackActionRequest) {
  return { parameters: parametersOf(values), profiles: listOf(values, 'profiles'), ...(action === 'update' && { base: 'current' as const }) };
}

async function givenSecrets({ openSecret }: StackActionPorts, names: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(Object.entries(names).map(async ([name, stored]) => [name, await openSecret(stored)] as const)));
}
