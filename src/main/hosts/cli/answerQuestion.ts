import { createInterface } from 'node:readline/promises';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { answerProblem, type PersonQuestion } from '../../../shared/model/question.ts';
import { type CliContext, newRequestId } from './cliContext.ts';
import type { Output } from './terminalText.ts';

/** One question of an operation, and the servers whose cells ask it. */
export interface AskedQuestion {
  stepId: string;
  question: PersonQuestion;
  servers: { id: ServerId; name: string }[];
}

/** What an operation asks right now; the same question of several servers is one. */
export function askedQuestions(operation: Operation): AskedQuestion[] {
  const asked = new Map<string, AskedQuestion>();
  for (const { state, question, stepId, serverId } of operation.cells) {
    if (state !== 'waiting' || question === undefined) continue;
    const key = JSON.stringify([stepId, { ...question, statement: undefined }]);
    const entry = asked.get(key) ?? { stepId, question, servers: [] };
    const name = operation.targets.find((target) => target.serverId === serverId)?.name ?? serverId;
    asked.set(key, { ...entry, servers: [...entry.servers, { id: serverId, name }] });
  }
  return [...asked.values()];
}

/** A question in lines, with the command that answers it. */
export function questionLines(operation: Operation, { stepId, question, servers }: AskedQuestion, output: Output): string[] {
  const where = servers.length === operation.targets.length ? '' : ` (${servers.map(({ name }) => name).join(', ')})`;
  const value = {
    confirm: 'yes|no',
    choice: (question.choices ?? []).join('|'),
    text: '"TEXT"',
    evidence: 'done --note "WHAT PROVES IT"',
    approval: 'refused',
  }[question.kind];
  return [
    `${output.style('yellow', '?')} ${output.style('bold', question.title)}${where}`,
    ...[question.help, question.statement].flatMap((text) =>
      text === undefined
        ? []
        : text
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
    ),
    ...(question.kind === 'approval' ? [output.style('dim', `  pilothouse approvals request ${operation.id} ${stepId}`)] : []),
    output.style('dim', `  pilothouse operations answer ${operation.id} ${stepId} ${value}`),
  ];
}

/** Puts a question to the person at the terminal until the answer fits, and gives it for all servers that ask. False: they left it open. */
export async function answerAtTerminal(context: CliContext, operation: Operation, asked: AskedQuestion): Promise<boolean> {
  const { question, stepId, servers } = asked;
  if (question.kind === 'approval') return false;
  const prompt = createInterface({ input: context.stdin, output: process.stderr });
  const left = new AbortController();
  prompt.once('close', () => left.abort());
  const ask = (words: string) => prompt.question(words, { signal: left.signal }).catch(() => null);
  try {
    for (;;) {
      const given = (await ask(question.kind === 'evidence' ? 'What proves it: ' : `${hint(question)}: `))?.trim();
      if (given === undefined) return false;
      const answer = question.kind === 'evidence' ? { value: 'done', note: given } : { value: given };
      const problem = answerProblem(question, answer);
      if (problem === null) {
        const client = await context.client();
        await client.operations.answer({ requestId: newRequestId(), id: operation.id, stepId, serverIds: servers.map(({ id }) => id), answer });
        return true;
      }
      context.output.problem(`${problem}.`);
    }
  } finally {
    prompt.close();
  }
}

function hint(question: PersonQuestion): string {
  return { confirm: 'yes or no', choice: (question.choices ?? []).join(', '), text: 'Answer', evidence: '', approval: '' }[question.kind];
}
