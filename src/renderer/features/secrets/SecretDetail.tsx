import { Link } from '@tanstack/react-router';
import { Pencil, RotateCw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { KeepSecretDialog } from './KeepSecretDialog.tsx';
import { RotateDialog } from './RotateDialog.tsx';
import type { SecretRow } from './secretView.ts';

interface SecretDetailProps {
  secret: SecretRow;
  /** Other servers that have the same secret of the same stack. */
  siblings: readonly string[];
  onClose(): void;
  onChanged(): void;
}

/** One secret: whose it is, where it is in use and since when, and what can be done with it. Its value is never shown. */
export function SecretDetail({ secret, siblings, onClose, onChanged }: SecretDetailProps) {
  const [dialog, setDialog] = useState<'rotate' | 'set' | 'remove' | null>(null);
  const unset = useAction(client.secrets.unset, () => {
    setDialog(null);
    onClose();
    onChanged();
  });
  const { place, uses } = secret;
  const stackId = place.kind === 'other' ? null : place.stackId;
  const servers = [...new Set([...uses.map((use) => use.serverName), ...siblings])];
  return (
    <aside aria-label={`About ${secret.shortName}`} className="flex min-h-0 flex-col gap-4 overflow-y-auto border-l border-line px-4 pt-2 pb-6">
      <div className="flex min-h-10 items-center gap-2">
        <h2 className="min-w-0 flex-1 font-mono text-md font-semibold break-all">{secret.shortName}</h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </div>
      <div className="flex flex-wrap gap-1.5">
        {stackId !== null && uses.length > 0 && (
          <Button icon={RotateCw} onClick={() => setDialog('rotate')}>
            Rotate
          </Button>
        )}
        <Button icon={Pencil} onClick={() => setDialog('set')}>
          Another value
        </Button>
        <Button icon={Trash2} onClick={() => setDialog('remove')}>
          Remove
        </Button>
      </div>
      {unset.error && <ErrorPanel error={unset.error} />}
      <KeyValue
        rows={[
          stackId === null
            ? null
            : [
                'Of',
                <Link key="of" to="/stacks/$id" params={{ id: stackId }} className="text-accent hover:underline">
                  {stackId}
                </Link>,
              ],
          place.kind === 'stack' ? ['For', place.serverName] : place.kind === 'project' ? ['For', 'every server that runs it'] : null,
          ['Sealed', <RelativeTime key="sealed" atMs={secret.updatedAtMs} suffix=" ago" />],
          [
            'Fingerprint',
            secret.fingerprint === null ? (
              <span key="print" className="text-warn">
                the keystore is locked
              </span>
            ) : (
              <code key="print" className="font-mono text-sm" title="Tells one value from another on this computer, and nothing else of it">
                {secret.fingerprint}
              </code>
            ),
          ],
          [
            'Kept as',
            <code key="name" className="font-mono text-sm break-all select-text">
              {secret.name}
            </code>,
          ],
        ]}
      />
      <Section title="In use" aside={uses.length > 0 && count(uses.length, 'place')}>
        {uses.length === 0 ? (
          <p className="px-1 text-muted">Nowhere, as far as this computer has seen.</p>
        ) : (
          <ul aria-label="Uses">
            {uses.map((use) => (
              <li key={`${use.stackId}/${use.serverName}`} className="border-b border-hairline px-1 py-1.5">
                <div className="flex items-baseline gap-3">
                  <Link to="/servers/$name/stacks/$id" params={{ name: use.serverName, id: use.stackId }} className="truncate font-medium hover:underline">
                    {use.serverName}
                  </Link>
                  <span className="ml-auto whitespace-nowrap text-faint">
                    {use.since === null ? (
                      <span title="It was in use before that was kept">since unknown</span>
                    ) : (
                      <>
                        since <code className="font-mono text-sm">{use.since}</code>
                        {use.sinceMs !== null && (
                          <>
                            , <RelativeTime atMs={use.sinceMs} suffix=" ago" />
                          </>
                        )}
                      </>
                    )}
                  </span>
                </div>
                <p className="text-sm break-words text-muted">{use.services.length === 0 ? 'no service names it' : use.services.join(', ')}</p>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {dialog === 'rotate' && stackId !== null && <RotateDialog stackId={stackId} name={secret.shortName} servers={servers} onClose={() => setDialog(null)} />}
      {dialog === 'set' && (
        <KeepSecretDialog
          name={secret.name}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null);
            onChanged();
          }}
        />
      )}
      <ConfirmDialog
        open={dialog === 'remove'}
        title="Remove this secret?"
        effect={
          uses.length > 0
            ? `${secret.shortName} is erased from this computer. What runs on ${uses.map((use) => use.serverName).join(', ')} keeps it; the next deploy reads it back from there.`
            : `${secret.shortName} is erased from this computer. What uses it will ask for it.`
        }
        expected={null}
        action="Remove"
        busy={unset.busy}
        onConfirm={() => void unset.run({ name: secret.name })}
        onClose={() => setDialog(null)}
      />
    </aside>
  );
}
