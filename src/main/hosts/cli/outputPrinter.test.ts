import { describe, expect, it } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { OutputEntry } from '../../../shared/model/operation.ts';
import { OutputPrinter } from './outputPrinter.ts';
import type { Output } from './terminalText.ts';

function capture() {
  const result: string[] = [];
  const notes: string[] = [];
  const output = {
    style: (_: string, text: string) => text,
    line: (text: string) => result.push(`${text}\n`),
    raw: (bytes: Uint8Array) => result.push(Buffer.from(bytes).toString('latin1')),
    note: (text: string) => notes.push(text),
  } as unknown as Output;
  return { output, result, notes };
}

const entry = (serverId: string, data: string, more: Partial<OutputEntry> = {}): OutputEntry => ({
  seq: 0,
  atMs: 0,
  serverId: serverId as ServerId,
  stepId: 's',
  phase: 'run',
  stream: 'stdout',
  encoding: 'utf8',
  data,
  ...more,
});
const targets = (...names: string[]) => ({ targets: names.map((name) => ({ serverId: `id-${name}` as ServerId, name })) });

describe('OutputPrinter', () => {
  it('passes the bytes of a single server on as they are', () => {
    const { output, result } = capture();
    const printer = new OutputPrinter(output, targets('a'));
    printer.print(entry('id-a', Buffer.from([0xff, 0x41]).toString('base64'), { encoding: 'base64' }));
    expect(result).toEqual(['\u00ffA']);
  });

  it('puts the name before each line of several, and never mixes their halves', () => {
    const { output, result } = capture();
    const printer = new OutputPrinter(output, targets('a', 'bb'));
    printer.print(entry('id-a', 'one\ntw'));
    printer.print(entry('id-bb', 'other\n'));
    printer.print(entry('id-a', 'o\nlast'));
    printer.end();
    expect(result).toEqual(['a   one\n', 'bb  other\n', 'a   two\n', 'a   last\n']);
  });

  it('joins a character that was cut between two pieces', () => {
    const { output, result } = capture();
    const printer = new OutputPrinter(output, targets('a', 'b'));
    const [first, second] = [Buffer.from('ü\n').subarray(0, 1), Buffer.from('ü\n').subarray(1)];
    for (const piece of [first, second]) printer.print(entry('id-a', piece.toString('base64'), { encoding: 'base64' }));
    expect(result).toEqual(['a  ü\n']);
  });

  it('keeps notes of Pilothouse off the result', () => {
    const { output, result, notes } = capture();
    new OutputPrinter(output, targets('a')).print(entry('id-a', 'reconnected\n', { stream: 'note' }));
    expect(result).toEqual([]);
    expect(notes).toEqual(['reconnected']);
  });
});
