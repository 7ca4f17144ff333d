import type { StackTestResult } from '../../../shared/contract/stackTests.ts';
import { AppError } from '../../../shared/errors.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { StackActionRequest } from '../../features/workflows/steps/stepRun.ts';
import type { CellContext, CellOutcome } from '../../operations/operations.ts';
import type { StackActionPorts } from './stackActionPorts.ts';
import { listOf, parametersOf } from './stepValues.ts';

/** What is not as it should be: the cell is skipped with exit 1, and the step decides whether that fails it. */
export function found(detail: string): CellOutcome {
  return { state: 'skipped', detail, exitCode: 1 };
}

/** What was looked at and is fine. */
export function fine(detail: string): CellOutcome {
  return { state: 'satisfied', detail, exitCode: 0 };
}

/** Findings of lint for this server. `level: warning` counts warnings too; `accept`: rules whose findings are accepted. */
export async function lintAction({ lint }: StackActionPorts, { stack, server, values }: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const reports = await lint.run({ id: stack, selector: server.name, parameters: parametersOf(values), profiles: listOf(values, 'profiles') });
  const accepted = listOf(values, 'accept') ?? [];
  const findings = reports.flatMap((report) => report.findings);
  for (const { severity, rule, place, reason, fix } of findings) {
    const where = [place.file, place.service].filter((each) => each !== null).join(', ');
    await context.output('stdout', `${severity} ${rule}${where === '' ? '' : ` (${where})`}: ${reason} ${fix}\n`);
  }
  for (const { rule, what } of reports.flatMap(({ unknowns }) => unknowns)) await context.output('note', `${rule} could not be judged: ${what}\n`);
  const counted = findings.filter(
    ({ severity, rule }) => (severity === 'error' || (values['level'] === 'warning' && severity === 'warning')) && !accepted.includes(rule),
  );
  const sum = (['error', 'warning', 'note'] as const).map((level) => `${findings.filter(({ severity }) => severity === level).length} ${level}s`).join(', ');
  return counted.length === 0 ? fine(sum) : found(`${sum}: ${[...new Set(counted.map(({ rule }) => rule))].join(', ')}`);
}

/** Whether the server has what the stack needs, by the facts that were read last. Throws `workflow.facts-missing`. */
export async function fitAction({ fit }: StackActionPorts, { stack, server }: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const [judged] = await fit.judge({ selector: server.name, stack: stack as StackId });
  if (judged === undefined || judged.factsReadAtMs === null)
    throw new AppError('workflow.facts-missing', { server: server.name, what: `whether ${stack} fits` });
  for (const { title, need, have, verdict, level, reason, remedy } of judged.requirements)
    await context.output(
      'stdout',
      `${[`${verdict} (${level})  ${title}: needs ${need}, has ${have ?? 'unknown'}`, reason, remedy].filter((each) => each !== null).join(' ')}\n`,
    );
  const named = (verdict: string) => judged.requirements.filter((each) => each.verdict === verdict && each.level === 'required').map(({ title }) => title);
  const advised = judged.requirements.filter(({ verdict, level }) => verdict === 'short' && level === 'advised').length;
  const advice = advised === 0 ? '' : `; ${advised} things that are advised are short`;
  if (judged.verdict === 'short') return found(`too little: ${named('short').join(', ')}${advice}`);
  return fine(`${judged.verdict === 'meets' ? 'has what it needs' : `fits as far as known, not known: ${named('unknown').join(', ')}`}${advice}`);
}

/** How the deployment is. `expect`: healths that are as they should be, with commas; absent: healthy. */
export async function statusAction({ stacks }: StackActionPorts, { stack, server, values }: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const [status] = await stacks.status({ id: stack, selector: server.name });
  for (const { service, state, health, status: said, ports, restarts } of status?.containers ?? [])
    await context.output(
      'stdout',
      `${service}: ${state}${health === 'none' ? '' : `, ${health}`} (${said})${ports.length > 0 ? `, ${ports.join(' ')}` : ''}${restarts ? `, started anew ${restarts} times` : ''}\n`,
    );
  const health = status?.health ?? 'unknown';
  const running = status?.containers.filter(({ state }) => state === 'running').length ?? 0;
  const said = `${health}: ${status?.current?.id ?? 'no release'}, ${running} of ${status?.containers.length ?? 0} containers run`;
  return (listOf(values, 'expect') ?? ['healthy']).includes(health) ? fine(said) : found(said);
}

/** Asks the release that runs what its smoke tests ask. `only`: words of which a test's title has one, with commas. */
export async function smokeTestsAction({ tests }: StackActionPorts, { stack, server, values }: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const [report] = await tests.run({ id: stack, selector: server.name }, context.signal);
  if (report?.error) throw new AppError(report.error.code, report.error.data as never);
  const only = listOf(values, 'only')?.map((word) => word.toLowerCase());
  const results = (report?.results ?? []).filter(({ title }) => only === undefined || only.some((word) => title.toLowerCase().includes(word)));
  for (const result of results) await context.output('stdout', `${testLine(result)}\n`);
  const failed = results.filter(({ passed }) => !passed);
  const speed = results.flatMap(({ figures }) =>
    figures?.firstTokenMs == null ? [] : [`${figures.model} first token ${Math.round(figures.firstTokenMs)} ms`],
  );
  const sum = [`${results.length - failed.length} of ${results.length} tests of ${report?.release ?? 'no release'} pass`, ...speed].join(', ');
  return failed.length === 0 ? fine(sum) : found(`${sum}; not: ${failed.map(({ title }) => title).join(', ')}`);
}

function testLine({ title, passed, reason, tookMs, answer, figures }: StackTestResult): string {
  const speed =
    figures === null
      ? []
      : [
          figures.firstTokenMs === null ? '' : `first token after ${Math.round(figures.firstTokenMs)} ms`,
          figures.tokensPerS === null ? '' : `${figures.tokensPerS.toFixed(1)} tokens/s`,
        ];
  return [`${passed ? 'passed' : 'FAILED'}  ${title} (${Math.round(tookMs)} ms)`, ...speed, reason, answer === '' ? '' : `answer: ${answer}`]
    .filter((each) => each !== '')
    .join('; ');
}

/** What differs on the server from the release that shall run. */
export async function driftAction({ stacks }: StackActionPorts, { stack, server }: StackActionRequest, context: CellContext): Promise<CellOutcome> {
  const [drift] = await stacks.day2.drift({ id: stack, selector: server.name });
  if (drift === undefined || drift.release === null) throw new AppError('stack.not-deployed', { server: server.name, stack });
  for (const { said } of drift.items) await context.output('stdout', `${said}\n`);
  for (const unknown of drift.unknowns) await context.output('note', `It cannot be told: ${unknown}\n`);
  const unknown = drift.unknowns.length === 0 ? '' : `; ${drift.unknowns.length} things cannot be told`;
  return drift.items.length === 0
    ? fine(`as in ${drift.release}${unknown}`)
    : found(
        `${drift.items.length} differences from ${drift.release}: ${drift.items
          .map(({ said }) => said)
          .join('; ')
          .slice(0, 300)}`,
      );
}
