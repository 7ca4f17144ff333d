import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, Ellipsis, FilePlus, FolderPlus, Pencil, RefreshCw, Trash2, Upload } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { FileEntry } from '../../../shared/contract/files.ts';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { inDirectory, parentOf, visibleName } from '../../../shared/model/remotePath.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { operationsStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import type { TableSort } from '../../ui/tableModel.ts';
import { type AskedOfFiles, FileDialogs } from './FileDialogs.tsx';
import { FileEditor } from './FileEditor.tsx';
import { fileColumns } from './fileColumns.tsx';
import { isDirectory, shownEntries } from './fileView.ts';
import { PathBar } from './PathBar.tsx';
import { TransferStrip } from './TransferStrip.tsx';

/** Where on the server one is, as the address says. */
export interface FilesPlace {
  path: string;
  /** A file that is open. */
  file: string | null;
  /** With the rights of root. */
  root: boolean;
}

/** The files of a server: gone through, opened, changed, copied. */
export function ServerFiles({ row, place, onPlace }: { row: FleetRow; place: FilesPlace; onPlace(place: FilesPlace): void }) {
  const server = row.server.name;
  const { path, file, root } = place;
  const queries = useQueryClient();
  const list = useQuery({ ...orpc.files.list.queryOptions({ input: { server, path, sudo: root }, retry: false }), enabled: file === null, staleTime: 5_000 });
  const [asked, setAsked] = useState<AskedOfFiles | null>(null);
  const [hidden, setHidden] = useState(false);
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<TableSort | null>({ column: 'name', descending: false });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was picked and looked for is of one directory.
  useEffect(() => {
    setSelected(new Set());
    setFilter('');
  }, [path]);

  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.files.list.key() });
  useFinished(row, refresh);

  const entries = useMemo(() => shownEntries(list.data?.entries ?? [], { hidden, filter }), [list.data, hidden, filter]);
  const groups = useMemo(
    () => [
      { key: 'directories', title: 'Directories', rows: entries.filter(isDirectory) },
      { key: 'files', title: 'Files', rows: entries.filter((entry) => !isDirectory(entry)) },
    ],
    [entries],
  );
  const go = (next: string) => onPlace({ path: next, file: null, root });
  const open = (entry: FileEntry) => {
    const next = inDirectory(list.data?.path ?? path, entry.name);
    if (isDirectory(entry)) go(next);
    else onPlace({ path, root, file: next });
  };
  const mayBeRoot = row.server.sudo !== 'none' && row.server.user !== 'root';
  const dialogs = (
    <FileDialogs
      {...{ server, path, root, asked, entries: list.data?.entries ?? [] }}
      onClose={() => setAsked(null)}
      onDone={() => {
        setAsked(null);
        setSelected(new Set());
        refresh();
      }}
      onOpen={(made) => onPlace({ path, root, file: made })}
    />
  );
  if (file !== null) {
    return (
      <>
        <TransferStrip serverId={row.server.id} />
        <FileEditor
          key={`${file} ${root}`}
          {...{ server, path: file, sudo: root }}
          onClose={() => onPlace({ path: parentOf(file), file: null, root })}
          onDownload={() => setAsked({ kind: 'download', paths: [file] })}
          onAsRoot={mayBeRoot && !root ? () => onPlace({ path, file, root: true }) : undefined}
        />
        {dialogs}
      </>
    );
  }
  const picked = [...selected];
  const error = list.error ? toSerializedError(list.error) : null;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <TransferStrip serverId={row.server.id} />
      <div className="flex flex-wrap items-center gap-1.5 px-4 py-2">
        <PathBar path={list.data?.path ?? path} onGo={go} />
        <Input
          aria-label="Filter by name"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          className="w-28 shrink-0 basis-28"
        />
        <IconButton icon={RefreshCw} label="Read again" onClick={() => void list.refetch()} />
        {mayBeRoot && (
          <Chip on={root} onClick={() => onPlace({ path, file: null, root: !root })}>
            as root
          </Chip>
        )}
        <Button icon={Upload} onClick={() => setAsked({ kind: 'upload' })}>
          Upload
        </Button>
        <Menu
          trigger={<IconButton icon={Ellipsis} label="More" />}
          entries={[
            { label: 'New directory', icon: FolderPlus, onSelect: () => setAsked({ kind: 'folder' }) },
            { label: 'New file', icon: FilePlus, onSelect: () => setAsked({ kind: 'file' }) },
            { label: 'Download this directory', icon: Download, onSelect: () => setAsked({ kind: 'download', paths: [path] }) },
            { kind: 'separator' },
            { kind: 'check', label: 'Hidden files', checked: hidden, onChange: setHidden },
          ]}
        />
      </div>
      {picked.length > 0 && (
        <div role="toolbar" aria-label="What is picked" className="mx-4 mb-2 flex items-center gap-1.5 rounded border border-accent/40 bg-accent-bg px-2 py-1">
          <span className="mr-2 text-muted">{count(picked.length, 'entry', 'entries')} picked</span>
          <Button icon={Download} onClick={() => setAsked({ kind: 'download', paths: picked.map((name) => inDirectory(path, name)) })}>
            Download
          </Button>
          {picked.length === 1 && (
            <Button icon={Pencil} onClick={() => setAsked({ kind: 'rename', name: picked[0] ?? '' })}>
              Rename
            </Button>
          )}
          <Button icon={Trash2} variant="danger" onClick={() => setAsked({ kind: 'remove', names: picked })}>
            Remove
          </Button>
          <Button variant="ghost" onClick={() => setSelected(new Set())}>
            None
          </Button>
        </div>
      )}
      {list.isPending && (
        <div className="px-4">
          <SkeletonRows count={12} label="Reading the directory" />
        </div>
      )}
      {error && (
        <div className="max-w-[760px] px-4 py-2">
          <ErrorPanel
            error={error}
            actions={
              <>
                {error.code === 'remote.permission-denied' && mayBeRoot && !root && (
                  <Button onClick={() => onPlace({ path, file: null, root: true })}>Look as root</Button>
                )}
                {path !== '/' && <Button onClick={() => go(parentOf(path))}>One up</Button>}
                <Button onClick={() => void list.refetch()}>Try again</Button>
              </>
            }
          />
        </div>
      )}
      {list.data && entries.length === 0 && (
        <div className="px-4">
          <EmptyState
            title={list.data.entries.length === 0 ? 'Nothing is in this directory' : 'Nothing to show'}
            actions={<Button onClick={() => setAsked({ kind: 'upload' })}>Upload something</Button>}
          >
            {list.data.entries.length > 0 && `${count(list.data.entries.length, 'entry is', 'entries are')} hidden, or not called so.`}
          </EmptyState>
        </div>
      )}
      {list.data && list.data.total > list.data.entries.length && (
        <p role="status" className="px-4 pb-1 text-warn">
          There are {list.data.total.toLocaleString('en')} entries; {list.data.entries.length.toLocaleString('en')} are shown.
        </p>
      )}
      {entries.length > 0 && (
        <DataTable
          label={`Files in ${visibleName(path)}`}
          columns={fileColumns}
          groups={groups}
          rowKey={(entry) => entry.name}
          sort={sort}
          onSort={setSort}
          selected={selected}
          onSelect={setSelected}
          onOpen={open}
        />
      )}
      {dialogs}
    </div>
  );
}

/** Calls back when a copy or a removal on this server has ended: then a listing shows what is no more. */
function useFinished(row: FleetRow, refresh: () => void): void {
  const operations = useStateStream(operationsStore).list;
  const ended = operations.filter(
    ({ kind, finishedAtMs, targets }) =>
      (kind === 'copy' || kind === 'file-remove') && finishedAtMs !== null && targets.some(({ serverId }) => serverId === row.server.id),
  ).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only that one more has ended counts.
  useEffect(() => {
    if (ended > 0) refresh();
  }, [ended]);
}
