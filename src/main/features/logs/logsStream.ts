import type { LogsFrame } from '../../../shared/model/log.ts';
import { creditWindows, maxFrameBytes } from '../../../shared/model/stream.ts';
import type { ClientSession } from '../../rpc/clientSession.ts';
import { translatingErrors } from '../../rpc/rpcErrors.ts';
import type { LogFollow } from './logFollow.ts';

/** Room in a frame beside its entries: the places of their sources. */
const besideEntries = 16 * 1024;

/**
 * Serves followed logs with credit: while the consumer has none, nothing is taken, and what follows on the servers is held back. The follow
 * ends with the stream.
 */
export function logsStream(
  client: ClientSession,
  begin: (signal: AbortSignal) => Promise<LogFollow>,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogsFrame, void, void> {
  return translatingErrors(client, produce(client, begin, signal));
}

async function* produce(
  client: ClientSession,
  begin: (signal: AbortSignal) => Promise<LogFollow>,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogsFrame, void, void> {
  const { streamId, gate, close } = client.openStream(creditWindows.log);
  const leave = new AbortController();
  const stop = () => {
    leave.abort();
    gate.close();
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    const follow = await begin(leave.signal);
    yield { type: 'open', streamId };
    for (;;) {
      await gate.ready();
      const news = await follow.next(maxFrameBytes - besideEntries);
      if (news === null) break;
      const cost = JSON.stringify(news).length;
      gate.spend(cost);
      yield { ...news, cost };
    }
    if (!leave.signal.aborted) yield { type: 'end', cost: 0, reason: 'all lines were read' };
  } finally {
    signal?.removeEventListener('abort', stop);
    leave.abort();
    close();
  }
}
