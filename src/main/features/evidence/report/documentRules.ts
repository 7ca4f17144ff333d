import type { Block, DocumentCell, ReportDocument } from './documentModel.ts';
import { bytesText, durationText, stateWord, timeText, toneOf } from './reportWords.ts';
import type { ReportCell, ReportStep, RunReport } from './runReport.ts';

const maxColumns = 5;

/** Lays out what a report says, in the order in which a reviewer reads it. */
export function reportDocument(report: RunReport): ReportDocument {
  return {
    title: report.title,
    subtitle: `${report.checkOnly ? 'Audit' : 'Report'} of ${report.id} on ${serversText(report)}`,
    verdict: { text: report.outcome, tone: toneOf(report.state) },
    footer: `${report.title} · ${report.id} · output SHA-256 ${report.output.sha256.slice(0, 16)}…`,
    createdAtMs: report.generated.atMs,
    blocks: [
      ...head(report),
      ...inputs(report),
      ...findings(report),
      ...matrix(report),
      ...steps(report),
      ...notes(report),
      ...attachments(report),
      ...timeline(report),
      ...output(report),
    ],
  };
}

const cell = (text: string, more: Omit<DocumentCell, 'text'> = {}): DocumentCell => ({ text, ...more });
const mono = (text: string): DocumentCell => ({ text, mono: true });
const heading = (text: string): Block => ({ kind: 'heading', level: 2, text });

function serversText({ servers }: RunReport): string {
  return servers.length === 1 ? (servers[0] ?? '') : `${servers.length} servers`;
}

function head(report: RunReport): Block[] {
  const { definition, startedAtMs, finishedAtMs } = report;
  const rows: (readonly [string, DocumentCell] | null)[] = [
    ['Outcome', cell(report.outcome, { tone: toneOf(report.state) })],
    definition === null ? null : ['Definition', cell(`${definition.id}, version ${definition.version}`)],
    definition === null ? null : ['Definition SHA-256', mono(definition.sha256)],
    report.checkOnly ? ['Mode', cell('check only: nothing was changed')] : null,
    ['Servers', cell(report.servers.join(', '))],
    ['Started by', cell(report.who)],
    ['Asked for', cell(timeText(report.createdAtMs))],
    startedAtMs === null ? null : ['Began', cell(timeText(startedAtMs))],
    finishedAtMs === null ? ['Ended', cell('not ended yet', { tone: 'warn' })] : ['Ended', cell(timeText(finishedAtMs))],
    startedAtMs !== null && finishedAtMs !== null ? ['Took', cell(durationText(finishedAtMs - startedAtMs))] : null,
    ['Run', mono(report.id)],
    report.parentId === null ? null : ['Part of', mono(report.parentId)],
    [
      'Output',
      cell(`${bytesText(report.output.bytes)} in ${report.output.entries} pieces${report.output.dropped ? '; older output was dropped by retention' : ''}`),
    ],
    ['Output SHA-256', mono(report.output.sha256)],
    ['Written', cell(`${timeText(report.generated.atMs)} by ${report.generated.by}, Pilothouse ${report.generated.version}`)],
  ];
  return [{ kind: 'facts', rows: rows.flatMap((row) => (row === null ? [] : [{ label: row[0], value: row[1] }])) }];
}

function inputs({ inputs: given }: RunReport): Block[] {
  if (given.length === 0) return [];
  const rows = given.map(({ title, name, value }) => [cell(title), mono(name), mono(value === '' ? '(empty)' : value)]);
  return [heading('Inputs'), { kind: 'table', head: ['What', 'Name', 'Value'], rows, widths: [3, 2, 4] }];
}

function findings({ findings: found, checkOnly }: RunReport): Block[] {
  if (!checkOnly) return [];
  if (found.length === 0) return [heading('Findings'), { kind: 'text', text: 'Nothing that was checked is other than it should be.', tone: 'good' }];
  const rows = found.map(({ server, step, severity, proof }) => [
    cell(severity, { tone: severity === 'critical' || severity === 'high' ? 'bad' : 'warn' }),
    ...[cell(server), cell(step), cell(proof)],
  ]);
  return [heading(`Findings (${found.length})`), { kind: 'table', head: ['Severity', 'Server', 'Check', 'Proof'], rows, widths: [1.3, 1.6, 3, 4.5] }];
}

/** Steps by servers where those fit beside each other; else one line for each server. */
function matrix(report: RunReport): Block[] {
  const { servers } = report;
  if (servers.length <= maxColumns) {
    const rows = report.steps.map((step) => [
      cell(step.title),
      ...servers.map((server) => {
        const found = step.cells.find((each) => each.server === server);
        return found === undefined ? cell('') : cell(stateWord(found), { tone: toneOf(found.state, found.exitCode) });
      }),
    ]);
    return [heading('Matrix'), { kind: 'table', head: ['Step', ...servers], rows, widths: [3, ...servers.map(() => 1.6)] }];
  }
  const rows = servers.map((server) => {
    const cells = report.steps.flatMap(({ cells: all }) => all.filter((each) => each.server === server));
    const failed = report.steps.filter((step) => step.cells.some((each) => each.server === server && each.state === 'failed')).map(({ title }) => title);
    return [cell(server), cell(countsText(cells), { tone: failed.length > 0 ? 'bad' : 'good' }), cell(failed.join(', '))];
  });
  return [heading('Servers'), { kind: 'table', head: ['Server', 'Steps', 'Failed in'], rows, widths: [2, 3, 4] }];
}

function countsText(cells: readonly ReportCell[]): string {
  const counts = new Map<string, number>();
  for (const each of cells) counts.set(stateWord(each), (counts.get(stateWord(each)) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

function steps(report: RunReport): Block[] {
  const blocks: Block[] = [heading('Steps')];
  let group: string | null = null;
  report.steps.forEach((step, index) => {
    if (step.group !== null && step.group !== group) blocks.push({ kind: 'text', text: step.group, tone: 'muted' });
    group = step.group;
    blocks.push({ kind: 'heading', level: 3, text: `${index + 1}. ${step.title}` });
    if (step.why !== null) blocks.push({ kind: 'text', text: step.why, tone: 'muted' });
    if (step.question !== null) blocks.push({ kind: 'text', text: step.question });
    blocks.push(...stepTable(step));
  });
  return blocks;
}

function stepTable(step: ReportStep): Block[] {
  const rows = step.cells.map((each) => [
    cell(each.server),
    cell(stateWord(each), { tone: toneOf(each.state, each.exitCode) }),
    cell(proofOf(each)),
    cell(each.parts.map(({ part, exitCode }) => `${part} ${exitCode ?? 'signal'}`).join(', ') || (each.exitCode === null ? '' : `exit ${each.exitCode}`)),
    cell(
      each.startedAtMs === null
        ? ''
        : `${timeText(each.startedAtMs).slice(11, 19)}${each.finishedAtMs === null ? '' : `, ${durationText(each.finishedAtMs - each.startedAtMs)}`}`,
    ),
  ]);
  const blocks: Block[] = [{ kind: 'table', head: ['Server', 'State', 'Proof', 'Exit codes', 'When'], rows, widths: [1.5, 1.3, 4.2, 1.8, 1.6] }];
  for (const each of step.cells) {
    for (const answer of each.answers) {
      const files = answer.files.length === 0 ? '' : ` Files: ${answer.files.join(', ')}.`;
      const note = answer.note === '' ? '' : `: ${answer.note}`;
      blocks.push({ kind: 'text', text: `${each.server}: ${answer.who} answered “${answer.value}”${note} (${timeText(answer.atMs)}).${files}` });
      if (answer.attestation !== null) blocks.push({ kind: 'code', text: answer.attestation, caption: `Attestation by ${answer.who}` });
    }
  }
  return blocks;
}

function proofOf(each: ReportCell): string {
  if (each.error !== null) return `${each.error.sentence} (${each.error.error.code})`;
  return `${each.detail ?? ''}${each.attempt > 1 ? ` (attempt ${each.attempt})` : ''}`;
}

function notes({ notes: all }: RunReport): Block[] {
  if (all.length === 0) return [];
  const rows = all.map(({ atMs, who, place, text }) => [cell(timeText(atMs)), cell(who), cell(place ?? 'the run'), cell(text)]);
  return [heading('Notes'), { kind: 'table', head: ['When', 'Who', 'About', 'Note'], rows, widths: [2.2, 1.5, 2, 4.6] }];
}

function attachments({ attachments: all }: RunReport): Block[] {
  if (all.length === 0) return [];
  const rows = all.map((file) => [
    cell(file.name),
    cell(`${file.type}, ${bytesText(file.size)}`),
    cell(`${file.who}, ${timeText(file.atMs)}`),
    cell(file.place ?? 'the run'),
    mono(file.sha256),
  ]);
  return [heading('Attachments'), { kind: 'table', head: ['File', 'Type', 'By', 'About', 'SHA-256'], rows, widths: [2, 1.7, 2, 1.5, 3] }];
}

function timeline(report: RunReport): Block[] {
  const rows = report.timeline.map(({ atMs, who, server, step, text, kind }) => [
    mono(timeText(atMs)),
    cell([server, step].filter((part) => part !== null).join(' / ') || 'the run'),
    cell(`${text}${who === null ? '' : ` — ${who}`}`, kind === 'said' ? { tone: 'muted' } : {}),
  ]);
  const blocks: Block[] = [heading('Timeline'), { kind: 'table', head: ['When', 'Where', 'What'], rows, widths: [2.3, 3, 5] }];
  if (report.timelineCut) blocks.push({ kind: 'text', text: 'There were more events; the window shows them all.', tone: 'muted' });
  return blocks;
}

function output({ output: all }: RunReport): Block[] {
  if (all.cells.length === 0) return [];
  const blocks: Block[] = [
    { kind: 'new-page' },
    heading('Appendix: output'),
    {
      kind: 'text',
      text: 'Beginning and end of what each step printed; the hash is that of everything it printed, notes of Pilothouse included.',
      tone: 'muted',
    },
  ];
  for (const each of all.cells) {
    const where = [each.stepTitle, each.server].filter((part) => part !== null).join(' on ') || 'The run';
    const cut = each.omitted === 0 ? '' : `, ${bytesText(each.omitted)} left out in the middle`;
    blocks.push({ kind: 'code', text: each.text, caption: `${where} (${bytesText(each.bytes)}${cut}; SHA-256 ${each.sha256})` });
  }
  return blocks;
}
