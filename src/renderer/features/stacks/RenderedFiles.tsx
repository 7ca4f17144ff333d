import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';

/** The files as they would be written, with secrets as names; asked for only when they are looked at. */
export function RenderedFiles({ id, parameters, enabled }: { id: StackId; parameters: Record<string, string>; enabled: boolean }) {
  const [open, setOpen] = useState(false);
  const settled = useDeferredValue(parameters);
  const query = useQuery({ ...orpc.stacks.render.queryOptions({ input: { id, parameters: settled } }), enabled: open && enabled, retry: false });
  return (
    <details className="group" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex h-7 list-none items-center gap-1.5 text-muted hover:text-text">
        <ChevronRight aria-hidden size={13} className="transition-transform duration-100 group-open:rotate-90" />
        Files as they will be written
      </summary>
      <div className="flex flex-col gap-3 pt-2">
        {query.error && <ErrorPanel error={toSerializedError(query.error)} />}
        {query.data?.files.map((file) => (
          <div key={file.path}>
            <div className="flex items-center gap-1.5">
              <code className="font-mono text-sm text-muted">{file.path}</code>
              <CopyButton text={file.text} compact label={`Copy ${file.path}`} />
            </div>
            <pre
              tabIndex={0}
              role="region"
              aria-label={file.path}
              className="max-h-72 overflow-auto rounded border border-line bg-surface px-3 py-2 font-mono text-xs select-text"
            >
              {file.text}
            </pre>
          </div>
        ))}
      </div>
    </details>
  );
}
