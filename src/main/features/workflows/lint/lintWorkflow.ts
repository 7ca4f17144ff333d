import type { StepCondition } from '../../../../shared/model/stepCondition.ts';
import type { WorkflowDefinition } from '../../../../shared/model/workflow.ts';
import type { WorkflowFinding, WorkflowLintReport } from '../../../../shared/model/workflowLint.ts';
import { readWorkflow } from '../definition/readWorkflow.ts';
import { conventionFindings } from './conventions.ts';
import { factPathProblem } from './factPaths.ts';
import { type ShellcheckRemark, shellcheck } from './shellcheck.ts';
import { type DefinitionScript, definitionScripts } from './stepScripts.ts';

/** What a definition may name beside itself. */
export interface KnownNames {
  workflows: ReadonlySet<string>;
  stacks: ReadonlySet<string>;
}

/**
 * Judges the file of a workflow: its shape and its own references, what it names of others, its conditions on facts, how its scripts are
 * written, and what shellcheck says of them where it is installed. Errors first, each in the order of the file.
 */
export async function lintWorkflow(source: string, text: string, known: KnownNames, check: typeof shellcheck = shellcheck): Promise<WorkflowLintReport> {
  const { definition, problems, lineOf } = readWorkflow(source, text);
  const findings: WorkflowFinding[] = problems.map((each) => ({ severity: 'error', rule: 'schema', ...each }));
  if (definition === null) return { source, findings, scripts: 0, shellcheck: false };
  for (const { path, place, problem } of references(definition, known))
    findings.push({ severity: 'error', rule: 'reference', place, line: lineOf(path), problem });
  const scripts = definitionScripts(definition);
  for (const each of scripts) {
    for (const { severity, problem } of conventionFindings(each, definition.inputs))
      findings.push({ severity, rule: 'convention', place: each.place, line: lineOf(each.path), problem });
  }
  const remarks = await check(scripts.map(({ script }) => script));
  for (const remark of remarks ?? []) findings.push(remarkFinding(remark, scripts[remark.script], text, lineOf));
  const order = (finding: WorkflowFinding) => (finding.severity === 'error' ? 0 : 1e9) + (finding.line ?? 0);
  return { source, findings: findings.sort((one, other) => order(one) - order(other)), scripts: scripts.length, shellcheck: remarks !== null };
}

function remarkFinding(
  remark: ShellcheckRemark,
  script: DefinitionScript | undefined,
  text: string,
  lineOf: (path: readonly PropertyKey[]) => number | null,
): WorkflowFinding {
  const begins = lineOf(script?.path ?? []);
  // The text of a block begins on the line after its key.
  const isBlock = begins !== null && /[|>][+-]?[0-9]?[+-]?\s*(#.*)?$/.test(text.split('\n')[begins - 1] ?? '');
  const line = begins === null ? null : isBlock ? begins + remark.line : begins;
  return { severity: remark.severity, rule: remark.rule, place: script?.place ?? '', line, problem: remark.problem };
}

interface Reference {
  path: readonly PropertyKey[];
  place: string;
  problem: string;
}

function* references(definition: WorkflowDefinition, { workflows, stacks }: KnownNames): Generator<Reference> {
  for (const [index, id] of (definition.stacks ?? []).entries())
    if (!stacks.has(id)) yield { path: ['stacks', index], place: 'stacks', problem: `there is no stack ${id}` };
  for (const [index, step] of definition.steps.entries()) {
    const at = (field: string, problem: string): Reference => ({ path: ['steps', index, field], place: `steps.${step.id}.${field}`, problem });
    if (step.when !== undefined)
      for (const path of factPaths(step.when)) {
        const problem = factPathProblem(path);
        if (problem !== null) yield at('when', problem);
      }
    if (step.kind === 'workflow' && !workflows.has(step.workflow)) yield at('workflow', `there is no workflow ${step.workflow}`);
    if (step.kind === 'stack' && !step.stack.includes('${') && !stacks.has(step.stack)) yield at('stack', `there is no stack ${step.stack}`);
  }
}

function factPaths(condition: StepCondition): string[] {
  if ('all' in condition) return condition.all.flatMap(factPaths);
  if ('any' in condition) return condition.any.flatMap(factPaths);
  if ('not' in condition) return factPaths(condition.not);
  return 'fact' in condition ? [condition.fact] : [];
}
