import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { StackId } from '../../../shared/model/ids.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { rotationSteps } from './secretView.ts';

interface RotateDialogProps {
  stackId: string;
  name: string;
  /** Servers where it is in use; the first is the one that it was asked for. */
  servers: readonly string[];
  onClose(): void;
}

/** A new value for a secret of a stack: where, made up or given, and what happens in which order. */
export function RotateDialog({ stackId, name, servers, onClose }: RotateDialogProps) {
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(servers.slice(0, 1)));
  const [own, setOwn] = useState<boolean | null>(null);
  const [value, setValue] = useState('');
  const stack = useQuery(orpc.stacks.show.queryOptions({ input: { id: stackId as StackId }, retry: false }));
  const rotate = useAction(client.secrets.rotate, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  const secret = stack.data?.secrets.find((each) => each.name === name);
  const given = secret?.given === true || own === true;
  const on = servers.filter((server) => chosen.has(server));
  const ready = secret !== undefined && on.length > 0 && (!given || value !== '');
  const submit = () => {
    if (ready && !rotate.busy) void rotate.run({ stackId: stackId as StackId, name, selector: on.join(','), ...(given ? { value } : {}) });
  };
  const { confirmation } = rotate;
  return (
    <>
      <Dialog
        open={confirmation === null}
        onClose={onClose}
        onSubmit={submit}
        title={`Rotate ${name}`}
        description={`A new value for ${stackId}, proved before the old one is forgotten.`}
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" disabled={!ready} busy={rotate.busy}>
              Rotate
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-4 pb-2">
          {stack.isPending && <SkeletonRows count={4} label="Loading the stack" />}
          {stack.error && <ErrorPanel error={toSerializedError(stack.error)} />}
          {stack.data && !secret && <p className="text-warn">{stack.data.title} has no secret of this name any longer. It can be removed.</p>}
          {secret && (
            <>
              <fieldset className="flex flex-col gap-1.5">
                <legend className="pb-1 text-sm font-medium text-muted">Where</legend>
                {servers.map((server) => (
                  <Checkbox
                    key={server}
                    checked={chosen.has(server)}
                    onChange={(next) => setChosen((before) => new Set(next ? [...before, server] : [...before].filter((each) => each !== server)))}
                  >
                    {server}
                  </Checkbox>
                ))}
              </fieldset>
              <div className="flex flex-col gap-2">
                {!secret.given && (
                  <Checkbox checked={own === true} onChange={(next) => setOwn(next)}>
                    Give the value instead of having one made up
                  </Checkbox>
                )}
                {given && (
                  <Field
                    label="New value"
                    hint={
                      secret.given
                        ? 'It cannot be made up here: it comes from somebody else.'
                        : secret.urlSafe
                          ? 'Letters, digits, ".", "_", "~" and "-"'
                          : undefined
                    }
                  >
                    {(field) => (
                      <Input {...field} type="password" autoComplete="new-password" value={value} onChange={(event) => setValue(event.target.value)} />
                    )}
                  </Field>
                )}
              </div>
              <div>
                <p className="pb-1 text-sm font-medium text-muted">What happens, in this order</p>
                <ol className="list-decimal pl-5 text-muted">
                  {rotationSteps(secret, on.length).map((step) => (
                    <li key={step} className="py-px">
                      {step}
                    </li>
                  ))}
                </ol>
              </div>
            </>
          )}
          {rotate.error && <ErrorPanel error={rotate.error} />}
        </div>
      </Dialog>
      <ConfirmDialog
        open={confirmation !== null}
        title={`Rotate ${name} in production`}
        effect={confirmation?.effect ?? ''}
        expected={confirmation?.expected ?? null}
        action="Rotate"
        busy={rotate.busy}
        onConfirm={(typed) => void rotate.confirm(typed)}
        onClose={rotate.reset}
      />
    </>
  );
}
