import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft, Download, Play, Trash2 } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { Recording } from '../../../shared/contract/terminals.ts';
import type { RecordingId } from '../../../shared/model/ids.ts';
import { client, newRequestId, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { readCast } from '../../terminal/cast.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatBytes, formatElapsed } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { castName, loadRecording } from './loadRecording.ts';

const RecordingPlayer = lazy(() => import('../../terminal/RecordingPlayer.tsx').then((module) => ({ default: module.RecordingPlayer })));

async function download(recording: Recording): Promise<void> {
  try {
    const text = await loadRecording(recording.id, new AbortController().signal);
    const address = URL.createObjectURL(new Blob([text], { type: 'application/x-asciicast' }));
    const link = Object.assign(document.createElement('a'), { href: address, download: castName(recording.serverName, recording.startedAtMs) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch {
    toast.error('The recording could not be read');
  }
}

function List({ recordings, onRemove }: { recordings: readonly Recording[]; onRemove(recording: Recording): void }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4">
      <PlainTable
        label="Recordings"
        rows={recordings}
        rowKey={(recording) => recording.id}
        columns={[
          {
            id: 'title',
            title: 'Terminal',
            cell: (recording) => (
              <Link to="/terminals" search={{ recording: recording.id }} className="inline-flex items-center gap-2 font-semibold hover:underline">
                <Play aria-hidden size={12} /> {recording.title}
              </Link>
            ),
          },
          {
            id: 'started',
            title: 'Began',
            width: '140px',
            cell: (recording) => <RelativeTime atMs={recording.startedAtMs} suffix=" ago" />,
          },
          {
            id: 'duration',
            title: 'Length',
            align: 'end',
            width: '120px',
            cell: (recording) => (recording.running ? <span className="text-bad">recording</span> : formatElapsed(recording.durationMs)),
          },
          { id: 'bytes', title: 'Size', align: 'end', width: '100px', cell: (recording) => formatBytes(recording.bytes) },
          {
            id: 'actions',
            title: '',
            align: 'end',
            width: '80px',
            cell: (recording) => (
              <span className="inline-flex">
                <IconButton icon={Download} label={`Download ${recording.title}`} onClick={() => void download(recording)} />
                <IconButton icon={Trash2} label={`Remove ${recording.title}`} disabled={recording.running} onClick={() => onRemove(recording)} />
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}

function Player({ recording }: { recording: Recording }) {
  const file = useQuery({
    queryKey: ['recording', recording.id],
    queryFn: ({ signal }) => loadRecording(recording.id as RecordingId, signal),
    staleTime: recording.running ? 0 : Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const cast = useMemo(() => (file.data === undefined ? null : readCast(file.data)), [file.data]);
  return (
    <div className="flex min-h-0 flex-1 flex-col border-t border-line">
      <div className="flex h-9 shrink-0 items-center gap-3 border-b border-line px-3">
        <Link to="/terminals" search={{ view: 'recordings' }} className={buttonClass('ghost')}>
          <ArrowLeft aria-hidden size={14} /> Recordings
        </Link>
        <h2 className="min-w-0 truncate font-semibold">{recording.title}</h2>
        <RelativeTime atMs={recording.startedAtMs} suffix=" ago" className="text-muted" />
        <Button icon={Download} className="ml-auto" onClick={() => void download(recording)}>
          Download
        </Button>
      </div>
      {file.isPending && (
        <div className="px-4">
          <SkeletonRows count={4} label="Loading the recording" />
        </div>
      )}
      {file.error && (
        <div className="p-4">
          <ErrorPanel error={toSerializedError(file.error)} actions={<Button onClick={() => void file.refetch()}>Try again</Button>} />
        </div>
      )}
      {file.data !== undefined && cast === null && (
        <div className="px-4">
          <EmptyState title="This file is no recording">It does not begin as an asciicast does. It can still be downloaded.</EmptyState>
        </div>
      )}
      <Suspense>{cast && <RecordingPlayer key={recording.id} cast={cast} title={recording.title} />}</Suspense>
    </div>
  );
}

/** What terminals showed: the list, or one of them being played. */
export function Recordings({ shown }: { shown: string | undefined }) {
  const queries = useQueryClient();
  const list = useQuery(orpc.terminals.recordings.queryOptions({ input: {}, staleTime: 0, refetchInterval: 10_000 }));
  const [removing, setRemoving] = useState<Recording | null>(null);
  const recordings = list.data?.recordings ?? [];
  const playing = recordings.find((recording) => recording.id === shown);
  const remove = async ({ id }: Recording) => {
    setRemoving(null);
    await client.terminals.removeRecording({ requestId: newRequestId(), id }).catch(() => toast.error('The recording could not be removed'));
    await queries.invalidateQueries({ queryKey: orpc.terminals.recordings.key() });
  };
  if (playing) return <Player recording={playing} />;
  return (
    <>
      {list.isPending && (
        <div className="px-4">
          <SkeletonRows count={4} label="Loading recordings" />
        </div>
      )}
      {list.error && !list.data && (
        <div className="px-4">
          <ErrorPanel error={toSerializedError(list.error)} actions={<Button onClick={() => void list.refetch()}>Try again</Button>} />
        </div>
      )}
      {list.data && shown !== undefined && <p className="px-4 py-2 text-warn">That recording is not there any more.</p>}
      {list.data && recordings.length === 0 && (
        <div className="px-4">
          <EmptyState title="Nothing is recorded">Record with the right mouse button in a terminal. It keeps what is shown, not what is typed.</EmptyState>
        </div>
      )}
      {recordings.length > 0 && <List recordings={recordings} onRemove={setRemoving} />}
      <ConfirmDialog
        open={removing !== null}
        title="Remove this recording?"
        effect={removing && `${removing.title}, ${formatBytes(removing.bytes)}, is deleted from this computer.`}
        expected={null}
        action="Remove"
        onConfirm={() => removing && void remove(removing)}
        onClose={() => setRemoving(null)}
      />
    </>
  );
}
