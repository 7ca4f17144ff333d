import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Disclosure } from '../../ui/Disclosure.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { LocalPicker } from '../files/LocalPicker.tsx';
import { listOf, nameFrom, nameProblem } from './projectView.ts';

interface AddProjectDialogProps {
  onClose(): void;
  onAdded(taken: { id: string; notes: string[] }): void;
}

const noChoice = { files: '', profiles: '', envFiles: '', seal: '', plain: '', submodules: false };
type Choice = typeof noChoice;

function ChoiceFields({ choice, git, onChange }: { choice: Choice; git: boolean; onChange(choice: Choice): void }) {
  const line = (name: Exclude<keyof Choice, 'submodules'>, label: string, hint: string, placeholder: string) => (
    <Field label={label} hint={hint}>
      {(field) => (
        <Input
          {...field}
          value={choice[name]}
          placeholder={placeholder}
          className="font-mono"
          onChange={(event) => onChange({ ...choice, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="grid grid-cols-2 gap-x-4 gap-y-3 pt-3">
      {line('files', 'Compose files, in their order', 'Empty: those that Compose finds', 'compose.yaml compose.gpu.yaml')}
      {line('profiles', 'Profiles', 'Empty: none', 'gpu monitoring')}
      {line('envFiles', 'Env files', 'Empty: .env where there is one', '.env .env.production')}
      {line('seal', 'Also secrets', 'Variables that are secrets whatever they are called', 'DATABASE_URL')}
      {line('plain', 'No secrets', 'Variables that only look like secrets', 'PUBLIC_KEY_PATH')}
      {git && (
        <Checkbox checked={choice.submodules} onChange={(submodules) => onChange({ ...choice, submodules })} className="self-end pb-1">
          With its submodules
        </Checkbox>
      )}
    </div>
  );
}

/** Takes a compose project from a folder of this computer or from a git repository. */
export function AddProjectDialog({ onClose, onAdded }: AddProjectDialogProps) {
  const [kind, setKind] = useState<'folder' | 'git'>('folder');
  const [directory, setDirectory] = useState('');
  const [picked, setPicked] = useState<string | null>(null);
  const [typedPath, setTypedPath] = useState<string | null>(null);
  const [url, setUrl] = useState('');
  const [ref, setRef] = useState('');
  const [subdirectory, setSubdirectory] = useState('');
  const [typed, setTyped] = useState<string | null>(null);
  const [choice, setChoice] = useState(noChoice);
  const [more, setMore] = useState(false);
  const add = useAction(client.projects.add, ({ project, notes }) => onAdded({ id: project.id, notes }));
  const shown = useQuery({ ...orpc.files.local.queryOptions({ input: { path: directory }, retry: false, staleTime: 0 }), enabled: kind === 'folder' });
  const base = shown.data?.path ?? directory;
  const separator = base.includes('\\') ? '\\' : '/';
  // The home directory, where looking begins, is not meant until it is said.
  const chosen = picked === null ? (directory === '' ? '' : base) : `${base.replace(/[/\\]$/, '')}${separator}${picked}`;
  const path = typedPath ?? chosen;
  const place = kind === 'folder' ? path : subdirectory || url;
  const id = typed ?? nameFrom(place);
  const problem = place === '' ? null : nameProblem(id);
  const ready = place !== '' && problem === null;
  const submit = () => {
    if (!ready || add.busy) return;
    void add.run({
      id: id as StackId,
      source: kind === 'folder' ? { kind, path } : { kind, url, ref: ref || 'HEAD', subdirectory },
      choice: {
        files: listOf(choice.files),
        profiles: listOf(choice.profiles),
        envFiles: listOf(choice.envFiles),
        seal: listOf(choice.seal),
        plain: listOf(choice.plain),
        submodules: choice.submodules,
      },
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="Add a project of your own"
      description="It is taken as it is and never rewritten. Secrets in its env files are sealed on this computer."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={!ready} busy={add.busy}>
            Take it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <div className="flex gap-1.5">
          <Chip on={kind === 'folder'} onClick={() => setKind('folder')}>
            A folder
          </Chip>
          <Chip on={kind === 'git'} onClick={() => setKind('git')}>
            A git repository
          </Chip>
        </div>
        {kind === 'folder' ? (
          <>
            <Field label="Folder" hint="On the computer that Pilothouse runs on. Type it, or pick it below.">
              {(field) => (
                <Input
                  {...field}
                  autoFocus
                  value={path}
                  placeholder="/home/you/projects/rag-bench"
                  className="font-mono"
                  onChange={(event) => setTypedPath(event.target.value)}
                />
              )}
            </Field>
            <LocalPicker
              directory={directory}
              picked={picked}
              directoriesOnly
              onDirectory={(next) => {
                setDirectory(next);
                setPicked(null);
                setTypedPath(null);
              }}
              onPick={(name) => {
                setPicked(name);
                setTypedPath(null);
              }}
            />
          </>
        ) : (
          <>
            <Field label="Address" hint="As git takes it, by HTTPS or SSH. What asks for a login uses that of git on this computer.">
              {(field) => (
                <Input
                  {...field}
                  autoFocus
                  value={url}
                  placeholder="git@git.example.com:team/project.git"
                  className="font-mono"
                  onChange={(event) => setUrl(event.target.value)}
                />
              )}
            </Field>
            <div className="grid grid-cols-2 gap-4">
              <Field label="Branch, tag or commit" hint="Empty: its main branch">
                {(field) => <Input {...field} value={ref} placeholder="main" className="font-mono" onChange={(event) => setRef(event.target.value)} />}
              </Field>
              <Field label="Folder in it" hint="Empty: its root">
                {(field) => (
                  <Input {...field} value={subdirectory} placeholder="deploy" className="font-mono" onChange={(event) => setSubdirectory(event.target.value)} />
                )}
              </Field>
            </div>
          </>
        )}
        <Field label="Name" hint="How it is called here and on servers" error={problem}>
          {(field) => <Input {...field} value={id} className="font-mono" onChange={(event) => setTyped(event.target.value)} />}
        </Field>
        <Disclosure title="Which files, profiles and variables" open={more} onChange={setMore}>
          <ChoiceFields choice={choice} git={kind === 'git'} onChange={setChoice} />
        </Disclosure>
        {add.error && <ErrorPanel error={add.error} />}
      </div>
    </Dialog>
  );
}
