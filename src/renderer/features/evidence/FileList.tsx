import { Download } from 'lucide-react';
import { useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import type { Attachment } from '../../../shared/model/evidence.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatBytes, formatExact } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { saveAttachment } from './attachFile.ts';

/** Attached files with who left them and the hash by which they are known. They can be saved; none is opened here. */
export function FileList({ files }: { files: readonly Attachment[] }) {
  const [error, setError] = useState<SerializedError | null>(null);
  return (
    <>
      {error && <ErrorPanel error={error} />}
      <ul className="flex flex-col">
        {files.map((file) => (
          <li key={file.id} className="flex min-w-0 items-center gap-2 border-b border-hairline py-1">
            <span className="min-w-0 flex-1">
              <span className="flex min-w-0 items-baseline gap-2">
                <b className="truncate font-medium">{file.name}</b>
                <span className="shrink-0 text-sm whitespace-nowrap text-faint">
                  {formatBytes(file.size)} · {file.type}
                </span>
              </span>
              <span className="block truncate text-sm text-muted" title={`${formatExact(file.atMs)} · SHA-256 ${file.sha256}`}>
                {file.who} · <code className="font-mono text-xs">{file.sha256}</code>
              </span>
            </span>
            <IconButton
              icon={Download}
              label={`Save ${file.name}`}
              onClick={() =>
                void saveAttachment(file).then(
                  () => setError(null),
                  (failure: unknown) => setError(toSerializedError(failure)),
                )
              }
            />
          </li>
        ))}
      </ul>
    </>
  );
}
