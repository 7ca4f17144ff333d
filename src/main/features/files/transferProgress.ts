import type { Transfer } from '../../../shared/contract/files.ts';
import type { CellContext } from '../../operations/operations.ts';
import type { FileTransfer } from '../../remote/transfer/uploadFile.ts';
import { byteText, Pace, progressText } from './copyRules.ts';

/** Shown so often at most; the journal, which keeps the line of the matrix, hears of it less often. */
const showEveryMs = 250;
const journalEveryMs = 2000;

/** Tells how far a copy is: often to whoever watches, now and then to the journal. */
export class TransferProgress {
  readonly #context: Pick<CellContext, 'operationId' | 'serverId' | 'phase'>;
  readonly #show: (key: string, transfer: Transfer | null) => void;
  readonly #nowMs: () => number;
  readonly #pace = new Pace();
  #transfer: Transfer;
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #journaledAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    context: Pick<CellContext, 'operationId' | 'serverId' | 'phase'>,
    show: (key: string, transfer: Transfer | null) => void,
    nowMs = () => performance.now(),
  ) {
    this.#context = context;
    this.#show = show;
    this.#nowMs = nowMs;
    const { operationId, serverId } = context;
    this.#transfer = { operationId, serverId, phase: 'compare', doneBytes: 0, totalBytes: 0, bytesPerS: 0 };
  }

  /** What a transfer calls. */
  readonly hooks: Required<Pick<FileTransfer, 'onProgress' | 'onPhase' | 'onInterrupted'>> = {
    onProgress: (doneBytes, totalBytes) => {
      const now = this.#nowMs();
      const moves = this.#transfer.phase !== 'send';
      if (!moves && now - this.#shownAtMs < showEveryMs && doneBytes !== totalBytes) return;
      this.#pace.note(doneBytes, now);
      this.#transfer = { ...this.#transfer, phase: 'send', doneBytes, totalBytes, bytesPerS: this.#pace.bytesPerS };
      this.#tell(now, moves);
    },
    onPhase: (phase) => {
      this.#transfer = { ...this.#transfer, phase };
      this.#tell(this.#nowMs(), true);
    },
    onInterrupted: () => {
      this.#transfer = { ...this.#transfer, phase: 'interrupted', bytesPerS: 0 };
      this.#tell(this.#nowMs(), true);
    },
  };

  /** It is over: nothing is shown of it any more. */
  end(): void {
    this.#show(this.#key, null);
  }

  get #key(): string {
    return `${this.#context.operationId}/${this.#context.serverId}`;
  }

  #tell(now: number, news: boolean): void {
    this.#shownAtMs = now;
    this.#show(this.#key, this.#transfer);
    if (!news && now - this.#journaledAtMs < journalEveryMs) return;
    this.#journaledAtMs = now;
    const { phase, doneBytes } = this.#transfer;
    if (phase === 'compare') this.#context.phase('check', 'comparing what is there');
    else if (phase === 'verify') this.#context.phase('verify', 'comparing checksums');
    else if (phase === 'interrupted') this.#context.phase('run', `connection lost at ${byteText(doneBytes)}; goes on when it is back`);
    else this.#context.phase('run', progressText(this.#transfer));
  }
}
