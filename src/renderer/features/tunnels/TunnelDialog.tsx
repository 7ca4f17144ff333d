import { useState } from 'react';
import type { Tunnel } from '../../../shared/contract/tunnels.ts';
import type { SerializedError } from '../../../shared/errors.ts';
import { hostSchema } from '../../../shared/model/hostName.ts';
import { labelSchema } from '../../../shared/model/server.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { parsePort } from './tunnelView.ts';

/** A tunnel as it is asked for. */
export type NewTunnel = Pick<Tunnel, 'name' | 'host' | 'port' | 'localPort' | 'scheme'>;

interface TunnelDialogProps {
  server: string;
  /** What is known of it already. */
  first: Partial<NewTunnel>;
  busy: boolean;
  error: SerializedError | null;
  onAdd(tunnel: NewTunnel): void;
  onClose(): void;
}

/** Asks where a tunnel shall lead. */
export function TunnelDialog({ server, first, busy, error, onAdd, onClose }: TunnelDialogProps) {
  const [name, setName] = useState(first.name ?? '');
  const [host, setHost] = useState(first.host ?? '127.0.0.1');
  const [port, setPort] = useState(first.port === undefined ? '' : String(first.port));
  const [local, setLocal] = useState(typeof first.localPort === 'number' ? String(first.localPort) : '');
  const [scheme, setScheme] = useState<'none' | 'http' | 'https'>(first.scheme ?? 'none');
  const [target, bound] = [parsePort(port), parsePort(local)];
  const problems = {
    name: name === '' || labelSchema.safeParse(name).success ? null : 'letters, digits, ".", "_" and "-"',
    host: hostSchema.safeParse(host).success ? null : 'a host name or an address',
    port: port === '' || typeof target === 'number' ? null : 'a port from 1 to 65535',
    local: bound === null ? 'a port from 1 to 65535' : null,
  };
  const ready = name !== '' && typeof target === 'number' && Object.values(problems).every((problem) => problem === null);
  const add = () => {
    if (ready && bound !== null) onAdd({ name, host, port: target, localPort: bound === 'any' ? null : bound, scheme: scheme === 'none' ? null : scheme });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={add}
      title={`Tunnel through ${server}`}
      description="A port on 127.0.0.1 of this computer that leads to an address the server reaches. It stays open while a lost connection is made anew."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!ready}>
            Open the tunnel
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3 pb-2">
        <Field label="Name" error={problems.name} className="col-span-2">
          {(field) => <Input {...field} autoFocus value={name} placeholder="grafana" onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Host, as the server sees it" error={problems.host} hint="127.0.0.1 is the server itself">
          {(field) => <Input {...field} value={host} className="font-mono" onChange={(event) => setHost(event.target.value)} />}
        </Field>
        <Field label="Port there" error={problems.port}>
          {(field) => (
            <Input {...field} value={port} className="font-mono" inputMode="numeric" placeholder="3000" onChange={(event) => setPort(event.target.value)} />
          )}
        </Field>
        <Field label="Port of this computer" error={problems.local} hint="empty: a free one each time">
          {(field) => (
            <Input {...field} value={local} className="font-mono" inputMode="numeric" placeholder="any" onChange={(event) => setLocal(event.target.value)} />
          )}
        </Field>
        <Field label="Opened in a browser by">
          {(field) => (
            <Select
              {...field}
              field
              value={scheme as 'none' | 'http' | 'https'}
              options={[
                { value: 'none', label: 'nothing: it is no page' },
                { value: 'http', label: 'http' },
                { value: 'https', label: 'https' },
              ]}
              onChange={(next: 'none' | 'http' | 'https') => setScheme(next)}
            />
          )}
        </Field>
        {error && (
          <div className="col-span-2">
            <ErrorPanel error={error} />
          </div>
        )}
      </div>
    </Dialog>
  );
}
