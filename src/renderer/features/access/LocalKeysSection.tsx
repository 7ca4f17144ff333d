import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { GenerateKeyDialog } from './GenerateKeyDialog.tsx';

/** Keys on this computer that log in to servers. */
export function LocalKeysSection() {
  const queries = useQueryClient();
  const local = useQuery(orpc.keys.list.queryOptions({ input: {} }));
  const [making, setMaking] = useState(false);
  const generate = useAction(client.keys.generate, () => {
    setMaking(false);
    void queries.invalidateQueries({ queryKey: orpc.keys.key() });
  });
  return (
    <Section title="Keys" aside={local.data && `made in ${local.data.directory}`}>
      {local.isPending && <SkeletonRows count={2} label="Loading keys" />}
      {local.error && <ErrorPanel error={toSerializedError(local.error)} />}
      {local.data?.keys.length === 0 && <p className="py-1.5 text-muted">No key is known here.</p>}
      <ul>
        {local.data?.keys.map((key) => (
          <li key={key.path} className="flex min-h-8 flex-wrap items-center gap-x-3 border-b border-hairline px-1 py-1">
            <KeyRound aria-hidden size={13} className="text-faint" />
            <b className="font-medium">{key.name}</b>
            {key.encrypted && <Badge>passphrase</Badge>}
            <span className="text-sm text-muted">
              {key.usedBy.length === 0 ? 'used by no server' : `used by ${key.usedBy.length === 1 ? key.usedBy[0] : `${key.usedBy.length} servers`}`}
            </span>
            <code className="min-w-0 flex-1 truncate font-mono text-xs text-faint">{key.fingerprint}</code>
            <CopyButton compact label={`Copy the public half of ${key.name}`} text={key.publicKey} />
          </li>
        ))}
      </ul>
      <Button icon={KeyRound} onClick={() => setMaking(true)} className="mt-2.5">
        Make a key
      </Button>
      {making && (
        <GenerateKeyDialog busy={generate.busy} error={generate.error} onGenerate={(input) => void generate.run(input)} onClose={() => setMaking(false)} />
      )}
    </Section>
  );
}
