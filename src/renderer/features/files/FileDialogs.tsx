import { toast } from 'sonner';
import type { FileEntry } from '../../../shared/contract/files.ts';
import { inDirectory, visibleName } from '../../../shared/model/remotePath.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { count, formatBytes } from '../../ui/format.ts';
import { CopyDialog } from './CopyDialog.tsx';
import { NameDialog } from './NameDialog.tsx';

/** What is asked of a person about the files of a directory. */
export type AskedOfFiles =
  | { kind: 'folder' }
  | { kind: 'file' }
  | { kind: 'upload' }
  | { kind: 'rename'; name: string }
  | { kind: 'remove'; names: readonly string[] }
  | { kind: 'download'; paths: readonly string[] };

interface FileDialogsProps {
  server: string;
  /** The directory that is shown. */
  path: string;
  root: boolean;
  asked: AskedOfFiles | null;
  entries: readonly FileEntry[];
  onClose(): void;
  /** Something was changed. */
  onDone(): void;
  /** Opens a file that was made. */
  onOpen(path: string): void;
}

const emptyText = { base: null, text: '', form: { encoding: 'utf-8', lineEnds: 'lf' } } as const;

/** The questions about files, and what is done with the answers. */
export function FileDialogs({ server, path, root, asked, entries, onClose, onDone, onOpen }: FileDialogsProps) {
  const make = useAction(client.files.makeDirectory, onDone);
  const create = useAction(client.files.save, ({ file }) => {
    onDone();
    onOpen(file.path);
  });
  const rename = useAction(client.files.rename, onDone);
  const remove = useAction(client.files.remove, onDone);
  const copy = useAction(client.files.copy, ({ operation }) => {
    onClose();
    toast(operation.title);
  });
  const close = () => {
    for (const action of [make, create, rename, remove, copy]) action.reset();
    onClose();
  };
  const at = (name: string) => ({ server, path: inDirectory(path, name), sudo: root });
  return (
    <>
      {asked?.kind === 'folder' && (
        <NameDialog
          {...{ title: 'New directory', description: `In ${visibleName(path)} on ${server}.`, verb: 'Make it', busy: make.busy, error: make.error }}
          onName={(name) => void make.run(at(name))}
          onClose={close}
        />
      )}
      {asked?.kind === 'file' && (
        <NameDialog
          {...{ title: 'New file', description: `Empty, in ${visibleName(path)} on ${server}.`, verb: 'Make it', busy: create.busy, error: create.error }}
          onName={(name) => void create.run({ ...at(name), ...emptyText })}
          onClose={close}
        />
      )}
      {asked?.kind === 'rename' && (
        <NameDialog
          {...{ title: `Rename ${visibleName(asked.name)}`, verb: 'Rename', name: asked.name, busy: rename.busy, error: rename.error }}
          onName={(name) => void rename.run({ ...at(asked.name), name })}
          onClose={close}
        />
      )}
      {asked?.kind === 'upload' && (
        <CopyDialog
          {...{ direction: 'up', server, remote: [path], busy: copy.busy, error: copy.error, onClose: close }}
          onCopy={(local) => void copy.run({ selector: server, direction: 'up', local, remote: `${path.replace(/\/$/, '')}/`, sudo: root })}
        />
      )}
      {asked?.kind === 'download' && (
        <CopyDialog
          {...{ direction: 'down', server, remote: asked.paths, busy: copy.busy, error: copy.error, onClose: close }}
          onCopy={(local) => {
            for (const remote of asked.paths) void copy.run({ selector: server, direction: 'down', local, remote, sudo: root });
          }}
        />
      )}
      <ConfirmDialog
        open={asked?.kind === 'remove' && remove.confirmation === null && remove.error === null}
        title="Remove for good?"
        effect={asked?.kind === 'remove' ? <RemovalEffect names={asked.names} path={path} entries={entries} /> : ''}
        expected={null}
        action="Remove"
        busy={remove.busy}
        onConfirm={() => asked?.kind === 'remove' && void remove.run({ server, path, names: [...asked.names], sudo: root })}
        onClose={close}
      />
      <ActionConfirm action={make} title="New directory" verb="Make it" inlineError />
      <ActionConfirm action={create} title="New file" verb="Make it" inlineError />
      <ActionConfirm action={rename} title="Rename" verb="Rename" inlineError />
      <ActionConfirm action={{ ...remove, reset: close }} title="Remove" verb="Remove" />
      <ActionConfirm action={copy} title="Copy" verb="Copy" inlineError={asked !== null} />
    </>
  );
}

/** What removing means, in numbers. */
function RemovalEffect({ names, path, entries }: { names: readonly string[]; path: string; entries: readonly FileEntry[] }) {
  const picked = entries.filter((entry) => names.includes(entry.name));
  const directories = picked.filter((entry) => entry.type === 'directory').length;
  const bytes = picked.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.sizeBytes : 0), 0);
  const parts = [
    directories > 0 ? `${count(directories, 'directory', 'directories')} with all that is in ${directories === 1 ? 'it' : 'them'}` : '',
    picked.length > directories ? `${count(picked.length - directories, 'file')} of ${formatBytes(bytes)}` : '',
  ].filter((part) => part !== '');
  return (
    <>
      {parts.join(' and ')} in <code className="font-mono text-sm">{visibleName(path)}</code>
      {names.length <= 3 && `: ${names.map((name) => visibleName(name)).join(', ')}`}. There is no way back.
    </>
  );
}
