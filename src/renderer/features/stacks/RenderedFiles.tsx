import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import type { Environment } from '../../../shared/model/server.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Chip } from '../../ui/Chip.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

interface RenderedFilesProps {
  id: StackId;
  parameters: Record<string, string>;
  profiles: readonly string[] | null;
  /** Environments of the servers; with several it is chosen whose files are shown. */
  environments: readonly Environment[];
  enabled: boolean;
}

/** The files as they would be written, with secrets as names; asked for only when they are looked at. */
export function RenderedFiles({ id, parameters, profiles, environments, enabled }: RenderedFilesProps) {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Environment | null>(null);
  const [path, setPath] = useState<string | null>(null);
  const settled = useDeferredValue(parameters);
  const environment = chosen !== null && environments.includes(chosen) ? chosen : environments[0];
  const input = { id, parameters: settled, ...(profiles === null ? {} : { profiles: [...profiles] }), ...(environment === undefined ? {} : { environment }) };
  const query = useQuery({ ...orpc.stacks.render.queryOptions({ input }), enabled: open && enabled, retry: false });
  const files = query.data?.files ?? [];
  const file = files.find((each) => each.path === path) ?? files[0];
  return (
    <Disclosure title="Files as they will be written" aside={query.data ? count(files.length, 'file') : 'with secrets as names'} open={open} onChange={setOpen}>
      <div className="flex flex-col gap-2 pt-2">
        {environments.length > 1 && (
          <div role="toolbar" aria-label="Environment of the files" className="flex gap-1.5">
            {environments.map((each) => (
              <Chip key={each} on={each === environment} onClick={() => setChosen(each)}>
                {each}
              </Chip>
            ))}
          </div>
        )}
        {!enabled && <p className="text-muted">Values are still needed.</p>}
        {query.error && <ErrorPanel error={toSerializedError(query.error)} />}
        {query.isFetching && !query.data && <SkeletonRows count={4} label="Loading the files" />}
        {file && (
          <div className="grid grid-cols-[minmax(140px,220px)_minmax(0,1fr)] gap-3">
            <ul aria-label="Files" className="min-w-0">
              {files.map((each) => (
                <li key={each.path}>
                  <button
                    type="button"
                    aria-current={each === file}
                    onClick={() => setPath(each.path)}
                    className={`block w-full truncate rounded-sm px-2 py-1 text-left font-mono text-sm ${each === file ? 'bg-accent-bg text-text' : 'text-muted hover:text-text'}`}
                    title={each.path}
                  >
                    {each.path}
                  </button>
                </li>
              ))}
            </ul>
            <div className="relative min-w-0">
              <span className="absolute top-1 right-2">
                <CopyButton text={file.text} compact label={`Copy ${file.path}`} />
              </span>
              <pre
                tabIndex={0}
                role="region"
                aria-label={file.path}
                className="max-h-96 overflow-auto rounded border border-line bg-surface px-3 py-2 font-mono text-xs select-text"
              >
                {file.text}
              </pre>
            </div>
          </div>
        )}
      </div>
    </Disclosure>
  );
}
