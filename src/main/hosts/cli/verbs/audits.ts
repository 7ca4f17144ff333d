import { Command } from 'commander';
import type { Audit, AuditComparison, AuditResult, AuditStanding, AuditSummary, Severity } from '../../../../shared/model/audit.ts';
import type { OperationId } from '../../../../shared/model/ids.ts';
import type { CliContext } from '../cliContext.ts';
import { integer } from '../parseOptions.ts';
import { duration, type Output, table } from '../terminalText.ts';
import type { Run } from './run.ts';

const score = (value: number | null) => (value === null ? '–' : String(value));
const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

function severityText({ bySeverity }: Pick<AuditStanding, 'bySeverity'>): string {
  const parts = severities.flatMap((severity) => (bySeverity[severity] === 0 ? [] : [`${bySeverity[severity]} ${severity}`]));
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Audits as lines: one for each server of each. */
export function auditListLines(audits: readonly AuditSummary[], output: Pick<Output, 'style'>, nowMs: number): string[] {
  const rows = audits.flatMap((audit) =>
    audit.servers.map((server) => [
      ...[audit.id, audit.workflow, server.server, score(server.score), severityText(server), String(server.notJudged)],
      ...[audit.ended ? `${duration(nowMs - audit.atMs)} ago` : audit.state, audit.who],
    ]),
  );
  return table(['AUDIT', 'WORKFLOW', 'SERVER', 'SCORE', 'FINDINGS', 'NOT JUDGED', 'WHEN', 'WHO'], rows, output);
}

/** One audit as lines: each server with its score, drift and findings, what could not be judged apart. */
export function auditLines(audit: Audit, output: Pick<Output, 'style'>): string[] {
  const lines = [`${output.style('bold', audit.title)} version ${audit.version}  ${audit.id}  by ${audit.who}`];
  for (const { serverId, items, drift } of audit.results) {
    const standing = audit.servers.find((server) => server.serverId === serverId);
    if (standing === undefined) continue;
    lines.push(
      '',
      `${output.style('bold', standing.server)}  score ${score(standing.score)}  ${standing.satisfied} as they should be, ${standing.findings} findings (${severityText(standing)})`,
    );
    if (drift !== null) {
      const parts = [
        `${drift.appeared.length} new`,
        `${drift.fixed.length} fixed`,
        `${drift.remained.length} still`,
        `${drift.changed.length} with another proof`,
      ];
      lines.push(`since ${drift.sinceId} (score ${score(drift.sinceScore)}): ${parts.join(', ')}`);
    }
    const found = items
      .filter(({ result }) => result === 'finding')
      .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
    const isNew = (stepId: string) => (drift === null ? '' : drift.appeared.includes(stepId) ? 'new' : 'still');
    if (found.length > 0)
      lines.push(
        ...table(
          ['SEVERITY', 'CHECK', 'PROOF', 'SINCE', 'STEP'],
          found.map((item) => [item.severity, item.title, item.proof ?? '', isNew(item.stepId), item.stepId]),
          output,
        ),
      );
    if (drift !== null && drift.fixed.length > 0) lines.push(`fixed: ${drift.fixed.join(', ')}`);
    const apart = items.filter(({ result }) => result === 'not-judged');
    if (apart.length > 0)
      lines.push(`not judged, and not in the score: ${apart.map(({ stepId, proof }) => `${stepId} (${proof ?? 'not reached'})`).join(', ')}`);
    const rest = ([result, word]: [AuditResult, string]) => [items.filter((item) => item.result === result).length, word] as const;
    const other = (
      [
        ['not-applicable', 'not meant for it'],
        ['not-checked', 'left to a run'],
      ] as [AuditResult, string][]
    )
      .map(rest)
      .filter(([count]) => count > 0);
    if (other.length > 0) lines.push(other.map(([count, word]) => `${count} ${word}`).join(', '));
    if (found.length > 0) lines.push(`mend one: pilothouse workflows run ${audit.workflow} --on ${standing.server} --only ${found[0]?.stepId}`);
  }
  return lines;
}

const marks: Record<AuditResult, string> = { satisfied: 'ok', finding: 'FINDING', 'not-judged': '?', 'not-applicable': '–', 'not-checked': '–' };

/** Servers beside each other as lines; without `all`, what differs or was found alone. */
export function comparisonLines({ title, servers, rows }: AuditComparison, output: Pick<Output, 'style'>, all: boolean): string[] {
  const head = [`${output.style('bold', title)}: ${servers.map((server) => `${server.server} ${score(server.score)}`).join(', ')}`];
  const shown = rows.filter((row) => all || row.differs || row.cells.some((cell) => cell?.result === 'finding'));
  if (shown.length === 0) return [...head, 'No server has a finding.'];
  const body = shown.map((row) => [
    row.severity,
    row.title,
    row.differs ? 'differs' : '',
    ...row.cells.map((cell) => (cell === null ? '' : marks[cell.result])),
  ]);
  return [...head, ...table(['SEVERITY', 'CHECK', '', ...servers.map(({ server }) => server)], body, output)];
}

async function list(context: CliContext, options: { workflow?: string; server?: string; limit: number }): Promise<void> {
  const client = await context.client();
  const serverId = options.server === undefined ? undefined : (await client.servers.get({ name: options.server })).server.id;
  const { audits } = await client.audits.list({
    limit: options.limit,
    ...(options.workflow !== undefined && { workflow: options.workflow }),
    ...(serverId !== undefined && { serverId }),
  });
  if (context.output.json) return context.output.document({ audits });
  if (audits.length === 0) return context.output.note('There are none. Make one: "pilothouse workflows run hardening --on SERVER --check-only".');
  for (const line of auditListLines(audits, context.output, Date.now())) context.output.line(line);
}

async function show(context: CliContext, id: string): Promise<void> {
  const audit = await (await context.client()).audits.get({ id: id as OperationId });
  if (context.output.json) return context.output.document({ audit });
  for (const line of auditLines(audit, context.output)) context.output.line(line);
}

async function compare(context: CliContext, workflow: string, servers: string[], options: { all?: boolean }): Promise<void> {
  const comparison = await (await context.client()).audits.compare({ workflow, ...(servers.length > 0 && { servers }) });
  if (context.output.json) return context.output.document({ comparison });
  for (const line of comparisonLines(comparison, context.output, options.all ?? false)) context.output.line(line);
}

/** `pilothouse audits …`: runs that only looked. */
export function auditsCommand(run: Run): Command {
  const audits = new Command('audits').description('what runs with --check-only found: scores, findings, drift, servers beside each other');
  audits
    .command('list')
    .description('audits, newest first')
    .option('--workflow <id>', 'of this workflow')
    .option('--server <name>', 'of this server')
    .option('--limit <n>', 'at most so many', integer, 20)
    .addHelpText('after', '\nExample: pilothouse audits list --workflow hardening')
    .action(run(list));
  audits
    .command('show <id>')
    .description('one audit: findings with their proof, and what changed since the one before')
    .addHelpText('after', '\nExample: pilothouse audits show op_…')
    .action(run(show));
  audits
    .command('compare <workflow> [server...]')
    .description('servers beside each other, each by its last audit; no servers: all that have one')
    .option('--all', 'also checks that are fine everywhere')
    .addHelpText('after', '\nExample: pilothouse audits compare hardening gpu-1 gpu-2')
    .action(run(compare));
  return audits;
}
