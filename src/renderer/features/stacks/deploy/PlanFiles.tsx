import { useState } from 'react';
import type { PlannedFile } from '../../../../shared/contract/stackPlans.ts';
import { Badge } from '../../../ui/Badge.tsx';
import { Diff } from '../../../ui/Diff.tsx';
import { Disclosure } from '../../../ui/Disclosure.tsx';
import { diffCounts, parseUnifiedDiff } from '../../../ui/diffModel.ts';

const changes = { added: { word: 'new', tone: 'good' }, changed: { word: 'changed', tone: 'warn' }, removed: { word: 'removed', tone: 'bad' } } as const;

function File({ file, begun }: { file: PlannedFile; begun: boolean }) {
  const [open, setOpen] = useState(begun);
  const hunks = parseUnifiedDiff(file.diff);
  const { added, removed } = diffCounts(hunks);
  return (
    <Disclosure
      title={file.path}
      open={open}
      onChange={setOpen}
      aside={
        <span className="flex items-center gap-2">
          {file.services.length > 0 && <span className="truncate">read by {file.services.join(', ')}</span>}
          {file.masked && <span>secrets masked</span>}
          <span className="text-good">+{added}</span>
          <span className="text-bad">−{removed}</span>
          <Badge tone={changes[file.change].tone}>{changes[file.change].word}</Badge>
        </span>
      }
    >
      {hunks.length === 0 ? (
        <p className="px-5 py-1.5 text-sm text-muted">It is too long to be shown here.</p>
      ) : (
        <Diff hunks={hunks} label={`What changes in ${file.path}`} className="my-1.5 max-h-96" />
      )}
    </Disclosure>
  );
}

/** What changes in the files of a release, secrets masked. A single file is open. */
export function PlanFiles({ files }: { files: readonly PlannedFile[] }) {
  return (
    <div>
      {files.map((file) => (
        <File key={file.path} file={file} begun={files.length === 1} />
      ))}
    </div>
  );
}
