import type { InputDefinition } from '../../../../shared/model/inputDefinition.ts';
import { inputVariable } from '../../../../shared/model/inputValues.ts';
import type { WorkflowFinding } from '../../../../shared/model/workflowLint.ts';
import type { DefinitionScript } from './stepScripts.ts';

type Finding = Pick<WorkflowFinding, 'severity' | 'problem'>;

/** Programs whose output a script may end with. */
const printing = /\b(echo|printf|cat|todo|awk|sed|cut|head|tail|docker|curl|systemctl|ss|df)\b/;

/** How scripts of definitions are written: they stop at the first failure, take values from the environment alone, and end with a proof. */
export function* conventionFindings({ script, proves, step }: DefinitionScript, inputs: readonly InputDefinition[]): Generator<Finding> {
  if (!/^(#.*\n|\s*\n)*set -eu\n/.test(`${script}\n`))
    yield { severity: 'warning', problem: 'it does not begin with "set -eu", so it goes on after a failure' };
  for (const [found] of script.matchAll(/\$\{(inputs|server)\.[^}]*\}/g))
    yield { severity: 'error', problem: `${found} is not filled in scripts: a value reaches them as an environment variable, PH_…` };
  const known = new Set(inputs.map(({ name }) => inputVariable(name)));
  const secrets = step?.kind === 'command' ? (step.secrets ?? []) : [];
  for (const name of new Set([...script.matchAll(/\$\{?(PH_[A-Z0-9_]+)/g)].map((match) => match[1] ?? ''))) {
    if (known.has(name) || new RegExp(`(^|[\\s;])${name}=`).test(script)) continue;
    if (name === 'PH_SECRETS') {
      if (secrets.length === 0) yield { severity: 'error', problem: 'it reads PH_SECRETS, but the step names no secrets' };
    } else yield { severity: 'error', problem: `there is no input for ${name}` };
  }
  for (const name of new Set([...script.matchAll(/PH_SECRETS\}?"?\/([A-Za-z0-9_]+)/g)].map((match) => match[1] ?? ''))) {
    if (!secrets.some((each) => inputVariable(each) === `PH_${name}`))
      yield { severity: 'error', problem: `the step names no secret that would be in PH_SECRETS/${name}` };
  }
  if (proves && !printing.test(script)) yield { severity: 'warning', problem: 'it prints nothing, so there is no line that proves what it found' };
}
