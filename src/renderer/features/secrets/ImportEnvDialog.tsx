import { useQuery } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Secret } from '../../../shared/contract/secrets.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { importPreview, secretRow } from './secretView.ts';

const words = {
  new: { word: 'is sealed', tone: 'good' },
  replaces: { word: 'replaces what is kept', tone: 'warn' },
  empty: { word: 'has no value', tone: 'off' },
  left: { word: 'is no secret of the stack', tone: 'off' },
} as const;

interface ImportEnvDialogProps {
  secrets: readonly Secret[];
  onClose(): void;
  onDone(said: string): void;
}

/** Takes a stack's secrets from an env file. What would be taken is shown first, by name; values are never shown. */
export function ImportEnvDialog({ secrets, onClose, onDone }: ImportEnvDialogProps) {
  const fleet = useStateStream(fleetStore);
  const catalog = useQuery(orpc.stacks.catalog.queryOptions({ input: {} }));
  const projects = useQuery(orpc.projects.list.queryOptions({ input: {} }));
  const [stackId, setStackId] = useState<string | null>(null);
  const [server, setServer] = useState<string | null>(null);
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const stacks = catalog.data?.stacks ?? [];
  const stack = stacks.find((each) => each.id === stackId) ?? stacks.find((each) => each.secrets.length > 0);
  const own = projects.data?.projects.some((project) => project.id === stack?.id) ?? false;
  const names = fleet.list.map((row) => row.server.name);
  const holding = fleet.list.find((row) => row.stacks.some((each) => each.stackId === stack?.id))?.server.name;
  const on = own ? undefined : (server ?? holding ?? names[0]);
  const kept = new Set(
    secrets
      .map(secretRow)
      .filter(({ place }) => place.kind !== 'other' && place.stackId === stack?.id && (place.kind === 'project' || place.serverName === on))
      .map(({ shortName }) => shortName),
  );
  const preview = stack ? importPreview(text, stack.secrets, kept) : [];
  const taken = preview.filter(({ does }) => does === 'new' || does === 'replaces');
  const take = useAction(client.secrets.importEnv, ({ imported, left }) =>
    onDone(`${count(imported.length, 'secret')} sealed${left.length > 0 ? `, ${left.length} left out` : ''}`),
  );
  const submit = () => {
    if (stack && taken.length > 0 && !take.busy) void take.run({ stackId: stack.id as StackId, text, ...(on === undefined ? {} : { server: on }) });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="Import secrets from an env file"
      description="Only what is a secret of the stack is taken and sealed here. A deploy brings it to servers that have none yet."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" disabled={taken.length === 0} busy={take.busy}>
            {taken.length === 0 ? 'Seal' : `Seal ${taken.length}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        {catalog.error && <ErrorPanel error={toSerializedError(catalog.error)} />}
        <div className="grid grid-cols-2 gap-4">
          <Field label="For">
            {(field) => (
              <Select
                {...field}
                field
                value={stack?.id ?? ''}
                options={stacks.filter((each) => each.secrets.length > 0).map(({ id, title }) => ({ value: id as string, label: title }))}
                onChange={setStackId}
              />
            )}
          </Field>
          {!own && (
            <Field label="On">
              {(field) => <Select {...field} field value={on ?? ''} options={names.map((name) => ({ value: name, label: name }))} onChange={setServer} />}
            </Field>
          )}
        </div>
        <Field label="Env file" hint="What is pasted is not shown; the names found in it are.">
          {(field) => (
            <Textarea
              {...field}
              value={text}
              rows={4}
              placeholder="Paste it here"
              autoComplete="off"
              className="font-mono text-xs not-placeholder-shown:[-webkit-text-security:disc]"
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <div>
          <Button icon={FileUp} onClick={() => input.current?.click()}>
            Choose a file
          </Button>
          <input
            ref={input}
            type="file"
            aria-label="Env file to read"
            tabIndex={-1}
            className="sr-only"
            onChange={(event) => {
              void event.target.files?.[0]?.text().then(setText);
              event.target.value = '';
            }}
          />
        </div>
        {text !== '' && preview.length === 0 && <p className="text-warn">No variable is set in it.</p>}
        {preview.length > 0 && (
          <ul aria-label="What is taken" className="max-h-56 overflow-y-auto">
            {preview.map(({ name, does }) => (
              <li key={name} className="grid min-h-7 grid-cols-2 items-center gap-3 border-b border-hairline px-1">
                <code className={`truncate font-mono text-sm ${does === 'left' || does === 'empty' ? 'text-faint' : ''}`}>{name}</code>
                <StateMark tone={words[does].tone} className={does === 'left' || does === 'empty' ? 'text-faint' : ''}>
                  {words[does].word}
                </StateMark>
              </li>
            ))}
          </ul>
        )}
        {take.error && <ErrorPanel error={take.error} />}
      </div>
    </Dialog>
  );
}
