import type { TerminalId } from '../../shared/model/ids.ts';
import { client } from '../client/client.ts';
import { receivers } from './broadcast.ts';

/** The core takes 64 Ki characters at once. */
const largestWrite = 32_768;

/** Sends what is typed into a terminal, at once and in order; what one event gives in pieces goes together. */
export function createTyping(id: TerminalId): (data: string) => void {
  let waiting: { data: string; to: readonly string[] }[] = [];
  const send = () => {
    const sent = waiting;
    waiting = [];
    for (const { data, to } of sent) {
      for (const piece of pieces(data)) {
        for (const target of to) client.terminals.write({ id: target as TerminalId, data: piece }).catch(() => {});
      }
    }
  };
  return (data) => {
    const to = receivers(id, data);
    if (waiting.length === 0) queueMicrotask(send);
    const last = waiting.at(-1);
    if (last && last.to.length === to.length && last.to.every((each, index) => each === to[index])) last.data += data;
    else waiting.push({ data, to });
  };
}

function* pieces(data: string): Generator<string> {
  let at = 0;
  while (at < data.length) {
    // A pair of surrogates is one character, and goes in one piece.
    const isPair = /[\ud800-\udbff]/.test(data[at + largestWrite - 1] ?? '');
    const end = at + largestWrite - (isPair ? 1 : 0);
    yield data.slice(at, end);
    at = end;
  }
}
