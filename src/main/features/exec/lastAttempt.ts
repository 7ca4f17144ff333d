import { isAttemptMark } from '../../../shared/model/attemptMark.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Operations } from '../../operations/operations.ts';
import { type CollectedOutput, OutputCollector } from './collectOutput.ts';

const pageSize = 256;

/** What one server printed in its last attempt so far. Throws `operation.not-found`. */
export async function lastAttempt(operations: Operations, id: OperationId, serverId: ServerId): Promise<{ stdout: CollectedOutput; stderr: CollectedOutput }> {
  let streams = { stdout: new OutputCollector(), stderr: new OutputCollector() };
  for (let afterSeq = -1; ; ) {
    const { entries } = await operations.output(id, { afterSeq, limit: pageSize, serverId });
    for (const entry of entries) {
      if (entry.stream !== 'note') streams[entry.stream].take(Buffer.from(entry.data, entry.encoding));
      else if (isAttemptMark(entry.data)) streams = { stdout: new OutputCollector(), stderr: new OutputCollector() };
    }
    afterSeq = entries.at(-1)?.seq ?? afterSeq;
    if (entries.length < pageSize) return { stdout: streams.stdout.end(), stderr: streams.stderr.end() };
  }
}
