import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { ArrowLeft, Download, Save } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { toast } from 'sonner';
import type { TextFile } from '../../../shared/contract/files.ts';
import { nameOf, parentOf, visibleName } from '../../../shared/model/remotePath.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatBytes } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { formText, modeText } from './fileView.ts';
import { SaveDialog } from './SaveDialog.tsx';

const CodeEditor = lazy(() => import('./CodeEditor.tsx').then((module) => ({ default: module.CodeEditor })));

interface FileEditorProps {
  server: string;
  path: string;
  sudo: boolean;
  onClose(): void;
  onDownload(): void;
  /** Opens it with the rights of root; absent: the server gives none, or it has them. */
  onAsRoot?: (() => void) | undefined;
}

/** One text file of a server: read, then edited. */
export function FileEditor(props: FileEditorProps) {
  const { server, path, sudo, onClose, onDownload, onAsRoot } = props;
  const [reads, setReads] = useState(0);
  const input = { server, path, sudo };
  // What is being edited is not read again behind the person's back.
  const read = useQuery({
    ...orpc.files.read.queryOptions({ input, retry: false }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  if (read.isPending || (read.isFetching && reads > 0)) {
    return (
      <div className="px-4 py-2">
        <SkeletonRows count={12} label="Reading the file" />
      </div>
    );
  }
  if (read.error) {
    const error = toSerializedError(read.error);
    return (
      <div className="flex max-w-[760px] flex-col gap-3 p-4">
        <ErrorPanel
          error={error}
          actions={
            <>
              {error.code === 'remote.permission-denied' && onAsRoot && <Button onClick={onAsRoot}>Open as root</Button>}
              {['file.too-large', 'file.not-text'].includes(error.code) && <Button onClick={onDownload}>Download</Button>}
              <Button onClick={() => void read.refetch()}>Try again</Button>
            </>
          }
        />
        <Button icon={ArrowLeft} onClick={onClose} className="self-start">
          Back to {visibleName(parentOf(path))}
        </Button>
      </div>
    );
  }
  const again = async () => {
    setReads(reads + 1);
    await read.refetch();
  };
  return <OpenFile key={`${path} ${reads} ${read.dataUpdatedAt}`} {...props} file={read.data} onReadAgain={() => void again()} />;
}

function OpenFile({ server, sudo, file, onClose, onDownload, onReadAgain }: FileEditorProps & { file: TextFile; onReadAgain(): void }) {
  const [saved, setSaved] = useState({ text: file.text, sha256: file.sha256, mtimeMs: file.mtimeMs, sizeBytes: file.sizeBytes });
  const [text, setText] = useState(file.text);
  const [dialog, setDialog] = useState<'save' | 'leave' | null>(null);
  const [theirs, setTheirs] = useState<TextFile | null>(null);
  const changed = text !== saved.text;
  const name = nameOf(file.path);
  const save = useAction(
    async (input: Parameters<typeof client.files.save>[0]) => {
      const done = await client.files.save(input).catch(async (error: unknown) => {
        // Its own case: shown as what differs now, with both ways on.
        if (toSerializedError(error).code === 'file.changed-underneath') setTheirs(await client.files.read({ server, path: file.path, sudo }));
        throw error;
      });
      return { ...done, text: input.text };
    },
    ({ file: next, backup, text: of }) => {
      setSaved({ text: of, sha256: next.sha256, mtimeMs: next.mtimeMs, sizeBytes: next.sizeBytes });
      setDialog(null);
      setTheirs(null);
      toast(`Saved ${visibleName(name)}`, { description: backup === null ? undefined : `The former version is ${visibleName(backup)}` });
    },
  );
  const blocker = useBlocker({ shouldBlockFn: () => changed, enableBeforeUnload: () => changed, withResolver: true });
  const send = () => void save.run({ server, path: file.path, sudo, base: theirs?.sha256 ?? saved.sha256, text, form: file.form });
  const conflict = save.error?.code === 'file.changed-underneath';
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
        <Button icon={ArrowLeft} onClick={() => (changed ? setDialog('leave') : onClose())}>
          Files
        </Button>
        <h2 className="min-w-0 truncate font-mono text-sm font-medium">{visibleName(file.path)}</h2>
        <span className="text-sm text-muted">
          {formText(file.form)} · {formatBytes(saved.sizeBytes)} · {file.owner} {modeText(file.mode)} · changed{' '}
          <RelativeTime atMs={saved.mtimeMs} suffix=" ago" />
        </span>
        <span className="ml-auto flex items-center gap-1.5">
          {changed && <span className="text-sm text-warn">not saved</span>}
          <Button icon={Download} onClick={onDownload}>
            Download
          </Button>
          <Button icon={Save} variant="primary" disabled={!changed} onClick={() => setDialog('save')}>
            Save
          </Button>
        </span>
      </div>
      <Suspense fallback={<SkeletonRows count={12} label="Loading the editor" />}>
        <CodeEditor text={file.text} name={name} label={`Content of ${visibleName(name)}`} onChange={setText} onSave={() => changed && setDialog('save')} />
      </Suspense>
      {dialog === 'save' && (
        <SaveDialog
          {...{ path: file.path, before: saved.text, after: text, theirs, busy: save.busy, error: conflict ? null : save.error, onSave: send }}
          onTakeTheirs={onReadAgain}
          onClose={() => {
            setDialog(null);
            setTheirs(null);
            save.reset();
          }}
        />
      )}
      <ActionConfirm action={save} title="Save the file" verb="Save" inlineError />
      <ConfirmDialog
        open={dialog === 'leave' || blocker.status === 'blocked'}
        title="Leave without saving?"
        effect={`What you changed in ${visibleName(name)} is lost.`}
        expected={null}
        action="Leave"
        cancel="Go on editing"
        onConfirm={() => (blocker.status === 'blocked' ? blocker.proceed() : onClose())}
        onClose={() => {
          setDialog(null);
          if (blocker.status === 'blocked') blocker.reset();
        }}
      />
    </div>
  );
}
