import { describe, expect, it } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { Cell, Operation, OutputEntry } from '../../../shared/model/operation.ts';
import { cellToShow, countCells, matrixLayout } from './operationMatrix.ts';
import { cellWord, progressOf, remainingMs, trayOrder } from './operationState.ts';
import { createOutputLines, textOf } from './outputLines.ts';

const cell = (changes: Partial<Cell> = {}): Cell => ({
  serverId: 'srv_1' as ServerId,
  stepId: 'a',
  state: 'pending',
  phase: null,
  detail: null,
  attempt: 1,
  exitCode: null,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
  ...changes,
});
const operation = (changes: Partial<Operation> = {}) =>
  ({
    id: 'op_1',
    state: 'running',
    steps: [{ id: 'a' }],
    targets: [{ serverId: 'srv_1' }],
    cells: [cell()],
    cellsTotal: 4,
    cellsFinished: 1,
    startedAtMs: 0,
    createdAtMs: 0,
    ...changes,
  }) as Operation;
const output = (changes: Partial<OutputEntry>): { kind: 'item'; item: OutputEntry } => ({
  kind: 'item',
  item: { seq: 0, atMs: 0, serverId: null, stepId: null, phase: 'check', stream: 'stdout', encoding: 'utf8', data: '', ...changes },
});

describe('the words of a cell', () => {
  it.each<[Partial<Cell>, string]>([
    [{ state: 'running', phase: 'apply' }, 'applying'],
    [{ state: 'running', phase: 'verify', detail: 'back in 40 s' }, 'back in 40 s'],
    [{ state: 'failed', exitCode: 100 }, 'exit 100'],
    [{ state: 'satisfied' }, 'already so'],
    [{ state: 'pending' }, ''],
    [{ state: 'cancelled', detail: 'not reached' }, 'not reached'],
    [{ state: 'cancelled' }, 'cancelled'],
    [{ state: 'skipped', detail: 'not needed here' }, 'skipped · not needed here'],
    [{ state: 'satisfied', detail: 'Docker answers' }, 'already so · Docker answers'],
    [{ state: 'done', detail: 'Docker answers' }, 'done · Docker answers'],
  ])('%o', (changes, word) => expect(cellWord(cell(changes))).toBe(word));
});

it('says how long is left only when it can be told', () => {
  expect(remainingMs(operation(), 10_000)).toBe(30_000);
  expect(remainingMs(operation(), 1_000)).toBeNull();
  expect(remainingMs(operation({ state: 'paused' }), 10_000)).toBeNull();
  expect(progressOf({ cellsTotal: 0, cellsFinished: 0 })).toBe(0);
});

it('lies on its side for many servers or one step', () => {
  const targets = (number: number) => Array.from({ length: number }, (_, index) => ({ serverId: `srv_${index}` as ServerId, name: `s${index}` }));
  const steps = [
    { id: 'a', title: 'A', runs: 'always' as const },
    { id: 'b', title: 'B', runs: 'always' as const },
  ];
  expect(matrixLayout({ steps, targets: targets(5) })).toBe('steps-as-rows');
  expect(matrixLayout({ steps, targets: targets(500) })).toBe('servers-as-rows');
  expect(matrixLayout({ steps: steps.slice(0, 1), targets: targets(2) })).toBe('servers-as-rows');
});

it('finds the cell of an address, and counts states', () => {
  const failed = cell({ state: 'failed' });
  expect(cellToShow(operation({ cells: [failed] }), 'srv_1', undefined)).toBe(failed);
  expect(cellToShow(operation(), 'srv_1', 'gone')).toBeNull();
  expect(cellToShow(operation(), undefined, undefined)).toBeNull();
  expect(countCells([failed, cell(), cell()])).toMatchObject({ failed: 1, pending: 2 });
});

it('lists what is open before what has ended, newest first', () => {
  const list = [
    operation({ id: 'a' as never, state: 'succeeded', createdAtMs: 9 }),
    operation({ id: 'b' as never, createdAtMs: 1 }),
    operation({ id: 'c' as never, createdAtMs: 2 }),
  ];
  expect(trayOrder(list).map((each) => each.id)).toEqual(['c', 'b', 'a']);
});

describe('output lines', () => {
  const lines = (...entries: Parameters<ReturnType<typeof createOutputLines>['push']>[0][]) => {
    const builder = createOutputLines();
    for (const entry of entries) builder.push(entry);
    return builder.lines().map((line) => `${line.kind}: ${line.text}`);
  };
  it('heads each phase and joins pieces until their line ends', () => {
    expect(lines(output({ data: 'one\ntw' }), output({ data: 'o\n' }), output({ phase: 'apply', data: 'three' }))).toEqual([
      'heading: $ check',
      'line: one',
      'line: two',
      'heading: $ apply',
      'line: three',
    ]);
  });
  it('tells errors and notes apart, and says where something is missing', () => {
    expect(
      lines(output({ phase: null, stream: 'stderr', data: 'bad\n' }), output({ phase: null, stream: 'note', data: 'retried' }), {
        kind: 'gap',
        fromSeq: 3,
        toSeq: 5,
        reason: 'let go',
      }),
    ).toEqual(['error: bad', 'mark: retried', 'gap: — 3 pieces are no longer held: let go —']);
  });
  it('shows bytes that are no UTF-8', () => expect(textOf({ encoding: 'base64', data: btoa('a\xff') })).toBe('a\ufffd'));
});
