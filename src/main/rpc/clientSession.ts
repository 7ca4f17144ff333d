import { randomBytes } from 'node:crypto';
import type { StreamId } from '../../shared/model/ids.ts';
import { CreditGate } from './credit.ts';

/** Is told of what a client asks for before it is done, and of how it went. Null: of no interest. */
export type Witness = (path: string, input: unknown) => { done(output: unknown): void; failed(error: unknown): void } | null;

/** One connected client: the streams it has open, and where their credit is granted. Ends with its connection. */
export class ClientSession {
  readonly id: string;
  readonly log: (event: string, fields: Record<string, unknown>) => void;
  readonly witness: Witness;
  readonly #streams = new Map<StreamId, CreditGate>();

  constructor(log: (event: string, fields: Record<string, unknown>) => void, witness: Witness = () => null) {
    this.id = randomBytes(6).toString('hex');
    this.log = log;
    this.witness = witness;
  }

  /** Opens a stream with a credit window. The caller closes it in a `finally`. */
  openStream(window: { pauseAt: number; resumeAt: number }): { streamId: StreamId; gate: CreditGate; close: () => void } {
    const streamId = randomBytes(9).toString('base64url') as StreamId;
    const gate = new CreditGate(window);
    this.#streams.set(streamId, gate);
    const close = () => {
      this.#streams.delete(streamId);
      gate.close();
    };
    return { streamId, gate, close };
  }

  /** Grants credit. A stream that ended meanwhile is no error: its last acknowledgement was on the way. */
  ack(streamId: StreamId, cost: number): void {
    this.#streams.get(streamId)?.ack(cost);
  }

  /** Streams open now; for tests and diagnostics. */
  get openStreams(): number {
    return this.#streams.size;
  }
}
