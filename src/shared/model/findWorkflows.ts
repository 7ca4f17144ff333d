import type { WorkflowDefinition } from './workflow.ts';

/** What of a definition is searched. */
export type Findable = Pick<WorkflowDefinition, 'id' | 'title' | 'summary' | 'kind' | 'triggers' | 'alerts'>;

/** What somebody sees, in their words, or the rule of an alert. */
export interface Trigger {
  words?: string | undefined;
  alert?: string | undefined;
}

const small = new Set([
  'the',
  'and',
  'for',
  'that',
  'with',
  'was',
  'are',
  'not',
  'does',
  'has',
  'its',
  'from',
  'why',
  'our',
  'all',
  'out',
  'is',
  'of',
  'to',
  'in',
  'it',
  'on',
  'an',
  'at',
  'no',
]);

/**
 * Definitions that fit, the best first. With an alert only those that name its rule; with words those in which at least half of them
 * stand, a trigger and the title counting more than the summary. With neither, all as they are.
 */
export function findWorkflows<T extends Findable>(workflows: readonly T[], { words = '', alert }: Trigger): T[] {
  const asked = wordsOf(words);
  const among = alert === undefined ? workflows : workflows.filter(({ alerts }) => alerts?.includes(alert) === true);
  if (asked.length === 0) return words.trim() === '' ? [...among] : among.filter((each) => textOf(each).includes(words.trim().toLowerCase()));
  return among
    .map((workflow) => ({ workflow, score: scoreOf(workflow, asked) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.workflow.id.localeCompare(other.workflow.id))
    .map(({ workflow }) => workflow);
}

function scoreOf(workflow: Findable, asked: readonly string[]): number {
  const places = [
    { text: [workflow.id, workflow.title, ...(workflow.triggers ?? [])], weight: 3 },
    { text: [workflow.summary, ...(workflow.alerts ?? [])], weight: 1 },
  ].map(({ text, weight }) => ({ words: text.flatMap(wordsOf), weight }));
  let found = 0;
  let score = 0;
  for (const word of asked) {
    const best = Math.max(...places.map(({ words, weight }) => weight * Math.max(0, ...words.map((other) => likeness(word, other)))));
    if (best > 0) found += 1;
    score += best;
  }
  return found * 2 < asked.length ? 0 : score;
}

/** 1: the same word; less where one begins with the other, as in plurals and endings. */
function likeness(word: string, other: string): number {
  if (word === other) return 1;
  const [short, long] = word.length < other.length ? [word, other] : [other, word];
  return short.length >= 4 && long.startsWith(short) ? 0.7 : 0;
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length > 1 && !small.has(word));
}

function textOf({ id, title, summary, triggers, alerts }: Findable): string {
  return [id, title, summary, ...(triggers ?? []), ...(alerts ?? [])].join('\n').toLowerCase();
}
