import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { Transfer } from '../../../shared/contract/files.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { client } from '../../client/client.ts';
import { operationsStore, transfersStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { formatBytes } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProgressBar } from '../../ui/Meter.tsx';

const phases = { compare: 'comparing what is there', verify: 'comparing checksums', interrupted: 'cut off; goes on when the connection is back' };

/** How far a copy is, in words. */
export function transferText(transfer: Transfer): string {
  const far = `${formatBytes(transfer.doneBytes)} of ${formatBytes(transfer.totalBytes)}`;
  if (transfer.phase !== 'send') return transfer.totalBytes === 0 ? phases[transfer.phase] : `${far} · ${phases[transfer.phase]}`;
  if (transfer.bytesPerS <= 0) return far;
  const seconds = Math.ceil((transfer.totalBytes - transfer.doneBytes) / transfer.bytesPerS);
  const left = seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${far} · ${formatBytes(transfer.bytesPerS)}/s · ${left} left`;
}

/** The copies to and from a server that are under way; nothing where there are none. */
export function TransferStrip({ serverId }: { serverId: ServerId }) {
  const transfers = useStateStream(transfersStore).list.filter((transfer) => transfer.serverId === serverId);
  const operations = useStateStream(operationsStore).list;
  const cancel = useAction(client.operations.cancel);
  if (transfers.length === 0) return null;
  return (
    <ul aria-label="Copies under way" className="shrink-0 border-b border-line bg-surface px-4 py-1">
      {transfers.map((transfer) => {
        const title = operations.find((operation) => operation.id === transfer.operationId)?.title ?? 'Copy';
        const ratio = transfer.totalBytes === 0 ? null : transfer.doneBytes / transfer.totalBytes;
        return (
          <li key={transfer.operationId} className="flex h-7 min-w-0 items-center gap-3">
            <Link to="/operations/$id" params={{ id: transfer.operationId }} className="min-w-0 truncate hover:underline">
              {title}
            </Link>
            <ProgressBar ratio={ratio} label={title} tone={transfer.phase === 'interrupted' ? 'warn' : 'accent'} />
            <span className="shrink-0 text-muted">{transferText(transfer)}</span>
            <IconButton icon={X} label={`Cancel: ${title}`} size="small" className="ml-auto" onClick={() => void cancel.run({ id: transfer.operationId })} />
          </li>
        );
      })}
    </ul>
  );
}
