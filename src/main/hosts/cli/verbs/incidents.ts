import { readFile, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import { type Contact, type Escalation, type IncidentLevel, incidentLevels } from '../../../../shared/model/incident.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { assignment, collect } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** `pilothouse incidents …`: records that people work on when something is wrong. */
export function incidentsCommand(run: Run): Command {
  const incidents = new Command('incidents').description('what people work on when something is wrong: evidence, notes, runbooks, escalation, postmortem');
  incidents
    .command('list')
    .description('open ones first')
    .option('--open', 'only those')
    .addHelpText('after', '\nExample: pilothouse incidents list --open')
    .action(run(list));
  incidents
    .command('open <title>')
    .description('open one; evidence of its servers is collected at once, before anybody changes anything')
    .option('--level <1|2|3>', '1 something is not right, 2 users notice, 3 it is down', level, 1)
    .option('--on <selector>', 'servers that it is about')
    .option('--stack <id>', 'stack that it is about; may be given several times', collect)
    .option('--note <text>', 'what you saw')
    .option('--no-evidence', 'collect none')
    .addHelpText('after', '\nExample: pilothouse incidents open "vLLM answers 502" --level 2 --on gpu-eu-01 --stack ai-gateway')
    .action(run(open));
  incidents
    .command('show <incident>')
    .description('its timeline, and where it stands')
    .addHelpText('after', '\nExample: pilothouse incidents show INC-7')
    .action(run(show));
  incidents
    .command('note <incident> <text>')
    .description('what you saw or did')
    .addHelpText('after', '\nExample: pilothouse incidents note INC-7 "Xid 79 at 13:02"')
    .action(run(note));
  incidents
    .command('evidence <incident>')
    .description('collect evidence once more')
    .option('--no-output', 'not its output')
    .addHelpText('after', '\nExample: pilothouse incidents evidence INC-7 --no-output')
    .action(run(evidence));
  incidents
    .command('run <incident> <workflow>')
    .description('work it from a runbook; where there is no evidence yet, that is collected first')
    .option('--on <selector>', 'other servers than those of the incident')
    .option('--input <name=value>', 'an input of the runbook; may be given several times', assignment)
    .option('--check-only', 'look, and change nothing')
    .option('--without-evidence', 'do not wait for evidence')
    .option('--confirm <name>', 'for servers of production: the name of the server, or the selector')
    .addHelpText('after', '\nExample: pilothouse incidents run INC-7 gpu-not-detected')
    .action(run(runbook));
  incidents
    .command('escalate <incident>')
    .description('to another level; the next one when none is given')
    .option('--level <1|2|3>', 'to this level', level)
    .requiredOption('--reason <text>', 'why')
    .addHelpText('after', '\nExample: pilothouse incidents escalate INC-7 --reason "all users affected"')
    .action(run(escalate));
  incidents
    .command('contacted <incident> <who>')
    .description('note whom you told')
    .option('--not-reached', 'they did not answer')
    .option('--text <text>', 'what they said')
    .addHelpText('after', '\nExample: pilothouse incidents contacted INC-7 "Jonas Reuter" --text "is on it"')
    .action(run(contacted));
  incidents
    .command('close <incident>')
    .description('close it with what ended it')
    .requiredOption('--resolution <text>', 'what it was and what ended it')
    .addHelpText('after', '\nExample: pilothouse incidents close INC-7 --resolution "Card reseated"')
    .action(run(close));
  incidents
    .command('postmortem <incident>')
    .description('a draft in Markdown: the timeline is in it, and the questions to be answered')
    .option('--out <file>', 'file that is written')
    .addHelpText('after', '\nExample: pilothouse incidents postmortem INC-7 --out INC-7.md')
    .action(run(postmortem));
  incidents
    .command('contacts')
    .description('whom to turn to: contacts by role, the three levels, who is on call')
    .option('--import <file>', 'take them from a YAML or JSON file, as --json prints them under "plan"')
    .addHelpText('after', '\nExample: pilothouse incidents contacts --import contacts.yaml')
    .action(run(contacts));
  return incidents;
}

function level(value: string): IncidentLevel {
  if (value === '1' || value === '2' || value === '3') return Number(value) as IncidentLevel;
  throw new InvalidArgumentError('1, 2 or 3 is expected.');
}

async function list(context: CliContext, { open: isOpen }: { open?: boolean }): Promise<void> {
  const { output } = context;
  const { incidents } = await (await context.client()).incidents.list(isOpen ? { open: true } : {});
  if (output.json) return output.document({ incidents });
  if (incidents.length === 0) return output.note('There is no incident.');
  const rows = incidents.map((incident) => [
    ...[incident.id, incident.closedAtMs === null ? 'open' : 'closed', `${incident.level} ${incidentLevels[incident.level].word}`, stamp(incident.openedAtMs)],
    ...[incident.title, incident.servers.map(({ name }) => name).join(', ')],
  ]);
  for (const line of table(['ID', 'STATE', 'LEVEL', 'OPENED (UTC)', 'TITLE', 'SERVERS'], rows, output)) output.line(line);
}

interface OpenOptions {
  level: IncidentLevel;
  on?: string;
  stack?: string[];
  note?: string;
  evidence: boolean;
}

async function open(context: CliContext, title: string, options: OpenOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  const { on, note: text } = options;
  const { incident, evidence: collected } = await client.incidents.open({
    ...{ requestId: newRequestId(), title, level: options.level, stacks: options.stack ?? [], collect: options.evidence },
    ...(on === undefined ? {} : { selector: on }),
    ...(text === undefined ? {} : { note: text }),
  });
  if (collected !== null) await followOperation(context, collected, { showOutput: false });
  if (output.json) return output.document({ incident, evidence: collected });
  output.line(`Opened ${incident.id}, level ${incident.level}: ${incident.title}`);
  const { escalation } = await client.incidents.show({ id: incident.id });
  if (escalation !== null) for (const line of escalationLines(escalation)) output.line(line);
  if (collected !== null) output.note(`Evidence is kept: pilothouse operations follow ${collected}`);
}

function escalationLines({ contacts: now, dueAtMs, next, sinceMs, level: at }: Escalation): string[] {
  const who = (people: readonly Contact[]) =>
    people.length === 0 ? 'nobody is named ("pilothouse incidents contacts")' : people.map(({ name, reach }) => `${name} (${reach})`).join(', ');
  const lines = [`  level ${at} since ${stamp(sinceMs)}: ${who(now)}`];
  if (next !== null)
    lines.push(
      `  next${dueAtMs === null ? '' : ` at ${stamp(dueAtMs)}${dueAtMs < Date.now() ? ', which is past' : ''}`}: level ${next.level}: ${who(next.contacts)}`,
    );
  return lines;
}

async function show(context: CliContext, id: string): Promise<void> {
  const { output } = context;
  const shown = await (await context.client()).incidents.show({ id });
  if (output.json) return output.document(shown);
  const { incident, timeline, escalation } = shown;
  output.line(
    `${output.style('bold', `${incident.id} ${incident.title}`)}  ${incident.closedAtMs === null ? 'open' : 'closed'}, level ${incident.level} (${incidentLevels[incident.level].word})`,
  );
  output.line(`  servers ${incident.servers.map(({ name }) => name).join(', ') || 'none'}; stacks ${incident.stacks.join(', ') || 'none'}`);
  if (escalation !== null) for (const line of escalationLines(escalation)) output.line(line);
  output.line('');
  for (const { atMs, who, kind, text, operationId, state } of timeline)
    output.line(
      `${stamp(atMs)}  ${kind.padEnd(9)} ${who}: ${text.replaceAll('\n', '\n    ')}${operationId === undefined ? '' : output.style('dim', ` [${operationId}${state === undefined ? '' : `, ${state}`}]`)}`,
    );
}

async function note(context: CliContext, id: string, text: string): Promise<void> {
  done(context, await (await context.client()).incidents.note({ requestId: newRequestId(), id, text }), 'Noted.');
}

async function evidence(context: CliContext, id: string, options: { output: boolean }): Promise<void> {
  const { operation } = await (await context.client()).incidents.evidence({ requestId: newRequestId(), id });
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: options.output }));
}

interface RunOptions {
  on?: string;
  input?: Record<string, string>;
  checkOnly?: boolean;
  withoutEvidence?: boolean;
  confirm?: string;
}

async function runbook(context: CliContext, id: string, workflow: string, options: RunOptions): Promise<void> {
  const client = await context.client();
  const requestId = newRequestId();
  const { operation } = await guarded(context, options.confirm, (confirmed) =>
    client.incidents.run({
      ...{
        requestId,
        id,
        workflow: workflow as WorkflowId,
        inputs: options.input ?? {},
        checkOnly: options.checkOnly ?? false,
        withoutEvidence: options.withoutEvidence ?? false,
      },
      ...(options.on === undefined ? {} : { selector: options.on }),
      ...confirmed,
    }),
  );
  concludeOperation(context, await followOperation(context, operation.id, { showOutput: true }));
}

async function escalate(context: CliContext, id: string, { level: to, reason }: { level?: IncidentLevel; reason: string }): Promise<void> {
  const client = await context.client();
  const { incident } = await client.incidents.show({ id });
  const next = to ?? (Math.min(3, incident.level + 1) as IncidentLevel);
  const changed = await client.incidents.escalate({ requestId: newRequestId(), id, level: next, reason });
  const { escalation } = await client.incidents.show({ id });
  done(context, changed, `${id} is at level ${next}.`);
  if (!context.output.json && escalation !== null) for (const line of escalationLines(escalation)) context.output.line(line);
}

async function contacted(context: CliContext, id: string, contact: string, { notReached, text }: { notReached?: boolean; text?: string }): Promise<void> {
  const request = { requestId: newRequestId(), id, contact, reached: !notReached, text: text ?? '' };
  done(context, await (await context.client()).incidents.contacted(request), 'Noted.');
}

async function close(context: CliContext, id: string, { resolution }: { resolution: string }): Promise<void> {
  done(
    context,
    await (await context.client()).incidents.close({ requestId: newRequestId(), id, resolution }),
    `Closed ${id}. Its postmortem: pilothouse incidents postmortem ${id}`,
  );
}

async function postmortem(context: CliContext, id: string, { out }: { out?: string }): Promise<void> {
  const { markdown } = await (await context.client()).incidents.postmortem({ id });
  if (out !== undefined) await writeFile(out, markdown);
  if (context.output.json) return context.output.document(out === undefined ? { markdown } : { file: out });
  if (out === undefined) context.output.raw(markdown);
  else context.output.line(`Wrote the draft to ${out}.`);
}

async function contacts(context: CliContext, { import: file }: { import?: string }): Promise<void> {
  const { output } = context;
  const client = await context.client();
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch(() => {
      throw new UsageError(`${file} cannot be read.`);
    });
    await client.incidents.importPlan({ requestId: newRequestId(), text });
  }
  const kept = await client.incidents.plan({});
  if (output.json) return output.document(kept);
  const { plan, onCall } = kept;
  if (plan.contacts.length === 0)
    return output.note('Nobody is named yet. Fill in a file like that of the guide, and: pilothouse incidents contacts --import FILE');
  for (const line of table(
    ['ID', 'NAME', 'ROLE', 'ANSWERS FOR', 'REACHED BY'],
    plan.contacts.map((each) => [each.id, each.name, each.role, each.responsibility, each.reach]),
    output,
  ))
    output.line(line);
  output.line('');
  for (const step of plan.levels)
    output.line(
      `level ${step.level}: ${step.contacts.join(', ') || 'nobody'}${step.withinMin === null ? '' : `; the next after ${step.withinMin} min`} (${step.when})`,
    );
  output.line(
    onCall === null
      ? 'Nobody is on call.'
      : `On call: ${onCall.contact.name} (${onCall.contact.reach}) until ${stamp(onCall.untilMs)}, then ${onCall.next?.name ?? 'nobody'}`,
  );
}

function done(context: CliContext, answer: unknown, text: string): void {
  if (context.output.json) context.output.document(answer);
  else context.output.line(text);
}

function stamp(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}
