import { useQuery } from '@tanstack/react-query';
import { CornerLeftUp, File, Folder } from 'lucide-react';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatBytes } from '../../ui/format.ts';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

interface LocalPickerProps {
  /** Directory that is shown; empty: the person's home. */
  directory: string;
  /** What is picked in it; null: the directory itself. */
  picked: string | null;
  /** Only directories can be picked. */
  directoriesOnly: boolean;
  onDirectory(path: string): void;
  onPick(name: string | null): void;
}

const row = 'flex h-7 w-full items-center gap-2 rounded-sm px-2 text-left hover:bg-raised';

/** Files of the computer that the core runs on, to choose one. */
export function LocalPicker({ directory, picked, directoriesOnly, onDirectory, onPick }: LocalPickerProps) {
  const list = useQuery(orpc.files.local.queryOptions({ input: { path: directory }, retry: false, staleTime: 0 }));
  const { data } = list;
  const join = (name: string) => `${data?.path.replace(/[/\\]$/, '')}${data?.path.includes('\\') ? '\\' : '/'}${name}`;
  return (
    <div className="flex h-64 min-w-0 flex-col rounded border border-line bg-bg">
      <p className="truncate border-b border-hairline px-2 py-1 font-mono text-sm text-muted">{data?.path ?? ' '}</p>
      <div className="min-h-0 flex-1 overflow-y-auto p-1">
        {list.isPending && <SkeletonRows count={4} label="Reading the directory" />}
        {list.error && <ErrorPanel error={toSerializedError(list.error)} />}
        {typeof data?.parent === 'string' && (
          <button type="button" className={row} onClick={() => onDirectory(data.parent ?? '')}>
            <CornerLeftUp aria-hidden size={14} className="text-faint" />
            One up
          </button>
        )}
        {data?.entries
          .filter((entry) => entry.directory || !directoriesOnly)
          .map((entry) => (
            <button
              key={entry.name}
              type="button"
              aria-pressed={picked === entry.name}
              className={cx(row, picked === entry.name && 'bg-accent-bg')}
              onClick={() => onPick(picked === entry.name ? null : entry.name)}
              onDoubleClick={() => entry.directory && onDirectory(join(entry.name))}
              onKeyDown={(event) => event.key === 'ArrowRight' && entry.directory && onDirectory(join(entry.name))}
            >
              {entry.directory ? <Folder aria-hidden size={14} className="text-accent" /> : <File aria-hidden size={14} className="text-faint" />}
              <span className="min-w-0 flex-1 truncate font-mono text-sm">{entry.name}</span>
              {!entry.directory && <span className="text-sm text-faint">{formatBytes(entry.sizeBytes)}</span>}
            </button>
          ))}
        {data?.entries.length === 0 && <p className="px-2 py-1.5 text-muted">Nothing is in it.</p>}
      </div>
    </div>
  );
}
