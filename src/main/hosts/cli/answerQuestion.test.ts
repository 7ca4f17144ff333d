import { expect, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import type { PersonQuestion } from '../../../shared/model/question.ts';
import { askedQuestions, questionLines } from './answerQuestion.ts';
import { createOutput } from './terminalText.ts';

const output = createOutput({ json: false, quiet: false, color: false, stdout: process.stdout, stderr: process.stderr, environment: {} });
const question: PersonQuestion = { id: 'ordered', kind: 'confirm', title: 'Was it ordered?', help: 'Look at the bill.\n' };
const cell = (server: string, stepId: string, asks?: PersonQuestion) =>
  ({ serverId: server as ServerId, stepId, state: asks === undefined ? 'done' : 'waiting', ...(asks !== undefined && { question: asks }) }) as Cell;
const operation = (cells: Cell[]) =>
  ({ id: 'op_1', cells, targets: ['a', 'b'].map((name) => ({ serverId: name as ServerId, name: `gpu-${name}` })) }) as unknown as Operation;

test('the same question of several servers is one; approvals of several are too, though each has words of its own', () => {
  const approval = (server: string): PersonQuestion => ({ id: 'sign', kind: 'approval', title: 'Sign', statement: `for ${server}` });
  const asked = askedQuestions(
    operation([
      cell('a', 'order', question),
      cell('b', 'order', question),
      cell('a', 'done'),
      cell('a', 'sign', approval('a')),
      cell('b', 'sign', approval('b')),
    ]),
  );
  expect(asked.map(({ stepId, servers }) => [stepId, servers.map(({ name }) => name)])).toEqual([
    ['order', ['gpu-a', 'gpu-b']],
    ['sign', ['gpu-a', 'gpu-b']],
  ]);
});

test.each<[PersonQuestion, string]>([
  [question, 'yes|no'],
  [{ ...question, kind: 'choice', choices: ['one', 'two'] }, 'one|two'],
  [{ ...question, kind: 'evidence' }, 'done --note "WHAT PROVES IT"'],
])('a question is said with the command that answers it', (asked, value) => {
  const one = operation([cell('b', 'order', asked)]);
  expect(askedQuestions(one).flatMap((each) => questionLines(one, each, output))).toEqual([
    '? Was it ordered? (gpu-b)',
    '  Look at the bill.',
    `  pilothouse operations answer op_1 order ${value}`,
  ]);
});
