import type { Transfer } from '../../../shared/contract/files.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import type { CliContext } from './cliContext.ts';
import { consumeStream } from './consumeStream.ts';
import { byteSize } from './terminalText.ts';

const redrawMs = 200;

/** The line that tells how far a copy to or from several servers is. */
export function transferLine(transfers: readonly Transfer[], servers: number): string {
  const sum = (of: (transfer: Transfer) => number) => transfers.reduce((total, transfer) => total + of(transfer), 0);
  const total = sum((transfer) => transfer.totalBytes);
  const interrupted = transfers.filter((transfer) => transfer.phase === 'interrupted').length;
  const parts = [total === 0 ? 'comparing' : `${Math.floor((100 * sum((transfer) => transfer.doneBytes)) / total)} % of ${byteSize(total)}`];
  const speed = sum((transfer) => transfer.bytesPerS);
  if (speed > 0) parts.push(`${byteSize(speed)}/s`);
  if (servers > 1) parts.push(`${transfers.length} of ${servers} servers at it`);
  if (interrupted > 0) parts.push(servers > 1 ? `${interrupted} cut off, will go on` : 'cut off, goes on when the connection is back');
  return parts.join(' · ');
}

/** Shows on a terminal how far an operation's copies are, in one line that is drawn over. Call the result when it is over. */
export function followTransfers(context: CliContext, client: CoreClient, operation: Operation): () => void {
  const { stderr } = process;
  if (context.output.json || context.output.quiet || stderr.isTTY !== true) return () => {};
  const leave = new AbortController();
  const transfers = new Map<string, Transfer>();
  let drawn = false;
  const draw = () => {
    drawn ||= transfers.size > 0;
    if (transfers.size > 0) stderr.write(`\r\u001b[K${transferLine([...transfers.values()], operation.targets.length)}`);
  };
  const timer = setInterval(draw, redrawMs);
  const keyOf = ({ operationId, serverId }: Transfer) => `${operationId}/${serverId}`;
  const follow = async () => {
    const stream = await client.files.watchTransfers({}, { signal: leave.signal });
    await consumeStream(client, stream, (frame) => {
      if (frame.type === 'open') return true;
      const changed = frame.type === 'snapshot' ? frame.items : frame.upsert;
      for (const transfer of changed) if (transfer.operationId === operation.id) transfers.set(keyOf(transfer), transfer);
      if (frame.type === 'patch') for (const key of frame.remove) transfers.delete(key);
      return true;
    });
  };
  // Only a line beside the result: where it cannot be had, the operation tells its end all the same.
  follow().catch(() => {});
  return () => {
    leave.abort();
    clearInterval(timer);
    if (drawn) stderr.write('\r\u001b[K');
  };
}
