import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { presetWords, type TerminalPreset, terminalPresets } from '../../../shared/model/terminalPreset.ts';
import { orpc } from '../../client/client.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { openTerminal } from './openTerminal.ts';

interface NewTerminalDialogProps {
  server?: string;
  preset?: TerminalPreset;
  onClose(): void;
}

const asks = { container: 'Container', stack: 'Stack', unit: 'Unit' } as const;
const hints = {
  container: 'Name or id, as docker ps shows it',
  stack: 'Name of the compose project',
  unit: 'Such as docker.service',
} as const;
/** What may be meant on this server: its stacks, its containers, its units. */
function useSuggestions(server: string, kind: keyof typeof asks | null, isKnown: boolean): { value: string; label: string }[] {
  const sources = useQuery({
    ...orpc.logs.sources.queryOptions({ input: { selector: server } }),
    enabled: isKnown && kind !== null,
    staleTime: 30_000,
  });
  const found = sources.data?.sources ?? [];
  if (kind === 'unit') return found.filter((source) => source.kind === 'unit').map(({ name }) => ({ value: name, label: name }));
  const containers = found.filter((source) => source.kind === 'container' && source.state === 'live');
  if (kind === 'stack') return [...new Set(containers.flatMap((source) => source.stack ?? []))].map((value) => ({ value, label: value }));
  if (kind !== 'container') return [];
  return containers.map(({ name, stack, container }) =>
    stack && container ? { value: container, label: `${stack} · ${name}` } : { value: name, label: name },
  );
}

/** Opens a terminal on a server: a shell, or one of the presets. */
export function NewTerminalDialog({ server: given = '', preset: first = 'shell', onClose }: NewTerminalDialogProps) {
  const fleet = useStateStream(fleetStore);
  const [server, setServer] = useState(given);
  const [preset, setPreset] = useState<TerminalPreset>(first);
  const [of, setOf] = useState('');
  const [busy, setBusy] = useState(false);
  // The terminal gets the keyboard once it is there.
  const handedOn = useRef(false);
  const { asks: asked, optional } = presetWords[preset];
  const known = fleet.list.some((row) => row.server.name === server);
  const suggestions = useSuggestions(server, asked, known);
  const ready = known && (optional || of.trim() !== '');
  const submit = async () => {
    if (!ready) return;
    setBusy(true);
    const terminal = await openTerminal(server, preset, asked === null ? undefined : of.trim() || undefined);
    setBusy(false);
    handedOn.current = terminal !== null;
    if (terminal) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => void submit()}
      returnsFocus={() => !handedOn.current}
      title="Open a terminal"
      width="narrow"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
            Open
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field
          label="Server"
          error={server !== '' && !known && fleet.list.every((row) => !row.server.name.startsWith(server)) ? 'No server has this name' : null}
        >
          {(field) => (
            <>
              <Input
                {...field}
                autoFocus={given === ''}
                list="terminal-servers"
                value={server}
                className="font-mono"
                onChange={(event) => setServer(event.target.value)}
              />
              <datalist id="terminal-servers">
                {fleet.list.slice(0, 500).map((row) => (
                  <option key={row.server.id} value={row.server.name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field label="What runs in it">
          {(field) => (
            <Select<TerminalPreset>
              {...field}
              value={preset}
              field
              options={terminalPresets.map((value) => ({ value, label: presetWords[value].label }))}
              onChange={setPreset}
            />
          )}
        </Field>
        {asked !== null && (
          <Field label={optional ? `${asks[asked]} (or all)` : asks[asked]} hint={hints[asked]}>
            {(field) => (
              <>
                <Input {...field} list="terminal-of" value={of} className="font-mono" onChange={(event) => setOf(event.target.value)} />
                <datalist id="terminal-of">
                  {suggestions.map((each) => (
                    <option key={each.value} value={each.value} label={each.label} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
        )}
      </div>
    </Dialog>
  );
}
