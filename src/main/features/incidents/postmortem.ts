import { type Incident, incidentLevels, type TimelineItem } from '../../../shared/model/incident.ts';

/**
 * The draft of a postmortem in Markdown: what is known is filled in, what people have to find out is asked. Text of people and servers
 * stands where Markdown takes it as text.
 */
export function postmortemOf(incident: Incident, timeline: readonly TimelineItem[], nowMs: number): string {
  const { id, title, level, servers, stacks, openedAtMs, closedAtMs, openedBy, closedBy, resolution } = incident;
  const worst = timeline.reduce((most, { kind, text }) => (kind === 'level' || kind === 'opened' ? Math.max(most, levelIn(text)) : most), level as number);
  const firstNote = timeline.find(({ kind }) => kind === 'note' || kind === 'run' || kind === 'contacted');
  const rows: [string, string][] = [
    ['Level', `${level}, ${incidentLevels[level].word}${worst > level ? `; at worst ${worst}` : ''}`],
    ['Opened', `${stamp(openedAtMs)} by ${inline(openedBy)}`],
    ['First response', firstNote === undefined ? 'none recorded' : `after ${span(firstNote.atMs - openedAtMs)}, by ${inline(firstNote.who)}`],
    [
      'Closed',
      closedAtMs === null
        ? `not yet; open for ${span(nowMs - openedAtMs)}`
        : `${stamp(closedAtMs)} by ${inline(closedBy ?? '')}, after ${span(closedAtMs - openedAtMs)}`,
    ],
    ['Servers', servers.map(({ name }) => inline(name)).join(', ') || 'none named'],
    ['Stacks', stacks.map(inline).join(', ') || 'none named'],
  ];
  const runs = timeline.filter(({ kind }) => kind === 'run' || kind === 'evidence');
  return [
    `# Postmortem of ${id}: ${inline(title)}`,
    '',
    'A draft: everything in _italics_ is for people to answer. It looks for causes in systems, not for somebody to blame.',
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    '## What happened',
    '',
    resolution === null ? '_In three sentences: what users saw, why, and what ended it._' : block(resolution),
    '',
    '## Impact',
    '',
    '_Who noticed, for how long? How many requests failed or were slow? Was data lost?_',
    '',
    '## Timeline',
    '',
    ...timeline.map(({ atMs, who, text, state }) => `- **${stamp(atMs)}** ${inline(who)}: ${inline(text)}${state === undefined ? '' : ` (${state})`}`),
    '',
    '## Causes',
    '',
    '_What set it off? What let that become an incident? Ask "why" until the answer is something that can be changed._',
    '',
    '## Detection and response',
    '',
    '_How was it noticed, and could it have been sooner? Was the right person reached at the first try? Which runbook step was missing or wrong?_',
    '',
    '## Evidence',
    '',
    ...(runs.length === 0
      ? ['None was collected.']
      : runs.map(({ text, operationId, state }) => `- ${inline(text)}: operation \`${operationId ?? ''}\` (${state ?? ''})`)),
    '',
    '## What is to be done',
    '',
    '| What | Who | By when |',
    '|---|---|---|',
    '| _prevent it_ | | |',
    '| _notice it sooner_ | | |',
    '| _end it sooner_ | | |',
    '',
  ].join('\n');
}

/** The level that a line of the timeline says; titles and reasons in it are not looked at. */
function levelIn(text: string): number {
  const [, opened, changed] = /^(?:Opened at level (\d)|(?:Raised|Lowered) from level \d to (\d))/.exec(text) ?? [];
  return Number(opened ?? changed ?? 1);
}

function stamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** One line in which nothing is markup. */
function inline(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)
    .trim();
}

function block(text: string): string {
  return text
    .split('\n')
    .map((line) => inline(line))
    .join('\n');
}
