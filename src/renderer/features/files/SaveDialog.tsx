import { lazy, Suspense } from 'react';
import type { TextFile } from '../../../shared/contract/files.ts';
import type { SerializedError } from '../../../shared/errors.ts';
import { nameOf, visibleName } from '../../../shared/model/remotePath.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

const DiffView = lazy(() => import('./DiffView.tsx').then((module) => ({ default: module.DiffView })));

interface SaveDialogProps {
  path: string;
  /** The text that is there, as far as is known. */
  before: string;
  after: string;
  /** The file as somebody else left it meanwhile: then this is about theirs and ours. */
  theirs: TextFile | null;
  busy: boolean;
  error: SerializedError | null;
  onSave(): void;
  /** Gives up what was typed for what is there. */
  onTakeTheirs(): void;
  onClose(): void;
}

/** Shows what saving changes before it is done; where the file changed meanwhile, against what is there now. */
export function SaveDialog({ path, before, after, theirs, busy, error, onSave, onTakeTheirs, onClose }: SaveDialogProps) {
  const name = visibleName(nameOf(path));
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={onSave}
      width="wide"
      title={theirs === null ? `Save ${name}` : `${name} was changed by somebody else`}
      description={
        theirs === null
          ? 'What changes. The former version stays beside the file, with the time in its name.'
          : 'The file is not what was opened any more. This is what your version would change of theirs.'
      }
      footer={
        <>
          <Button onClick={onClose}>Go on editing</Button>
          {theirs !== null && (
            <Button onClick={onTakeTheirs} disabled={busy}>
              Take theirs
            </Button>
          )}
          <Button type="submit" variant={theirs === null ? 'primary' : 'danger'} busy={busy}>
            {theirs === null ? 'Save' : 'Save over theirs'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        {error && <ErrorPanel error={error} />}
        <Suspense fallback={<SkeletonRows count={5} label="Comparing" />}>
          <DiffView before={theirs?.text ?? before} after={after} label={`Changes of ${name}`} />
        </Suspense>
      </div>
    </Dialog>
  );
}
