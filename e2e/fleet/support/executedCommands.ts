import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { readScriptNotes, type StepPart } from '../../../src/main/features/workflows/steps/scriptNote.ts';
import type { OperationId } from '../../../src/shared/model/ids.ts';
import type { Operation, OutputEntry } from '../../../src/shared/model/operation.ts';
import type { Pilothouse } from '../../support/pilothouse.ts';

/** A part of a step that ran; `step` is as it stands in the matrix, with the prefixes of sub-workflows; `offer`: of an input. */
export interface Executed {
  workflow: string;
  step: string;
  part: StepPart | 'offer';
}

/** Where files of tests leave what they ran, one each. */
export const executedDirectory = join(import.meta.dirname, '../../../node_modules/.cache/executed');

const pageSize = 2000;
/** What this file of tests has run; a module of its own in each file. */
const seen = new Set<string>();

/** What an operation's output can be read from: the engine in this process, or the command line. */
export type ExecutedSource =
  | Pilothouse
  | { output(id: OperationId, options: { afterSeq: number; limit: number }): Promise<{ entries: OutputEntry[]; ended: boolean }> };

/**
 * Writes down which scripts, probes and actions of a run really ran on a server, by what its output tells; the catalogue suite wants every
 * one of the shipped ones there. `source`: the core's `operations`, or the `Pilothouse` that ran it. Operations of other kinds are passed over.
 */
export async function recordExecuted(source: ExecutedSource, operation: Pick<Operation, 'id' | 'kind' | 'subject'>): Promise<void> {
  const workflow = operation.subject;
  if (operation.kind !== 'workflow' || workflow === null) return;
  for (const entry of await outputOf(source, operation.id)) {
    for (const { part } of readScriptNotes(entry)) if (entry.stepId !== null) add({ workflow, step: entry.stepId, part });
  }
  write();
}

/** Writes down that the offer of an input was read off a server. */
export function recordOffer(workflow: string, input: string): void {
  add({ workflow, step: input, part: 'offer' });
  write();
}

/** Everything that files of tests have written down. */
export function readExecuted(directory = executedDirectory): Executed[] {
  return filesIn(directory).flatMap((name) => {
    const lines = readFileSync(join(directory, name), 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Executed);
  });
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
}

function add(executed: Executed): void {
  seen.add(JSON.stringify(executed));
}

async function outputOf(source: ExecutedSource, id: OperationId): Promise<OutputEntry[]> {
  if ('json' in source) return (await source.json(['operations', 'show', id, '--output'])).output;
  const all: OutputEntry[] = [];
  for (let afterSeq = -1; ; afterSeq = all.at(-1)?.seq ?? afterSeq) {
    const { entries } = await source.output(id, { afterSeq, limit: pageSize });
    all.push(...entries);
    if (entries.length < pageSize) return all;
  }
}

/** The file of tests that runs; undefined in a program that a test starts: the test itself writes down what that did. */
function testFile(): string | undefined {
  try {
    return expect.getState().testPath;
  } catch {
    return undefined;
  }
}

/** The whole file anew and then in place, so that a reader never finds half a line. */
function write(): void {
  const test = testFile();
  if (test === undefined) return;
  mkdirSync(executedDirectory, { recursive: true });
  const file = join(executedDirectory, `${basename(test)}.jsonl`);
  writeFileSync(`${file}.${process.pid}`, [...seen].map((line) => `${line}\n`).join(''));
  renameSync(`${file}.${process.pid}`, file);
}
