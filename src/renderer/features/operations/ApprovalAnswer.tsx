import { useQuery } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { OperationId } from '../../../shared/model/ids.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';

/** Carries what a step asks to another person, and takes their signature. */
export function ApprovalAnswer({ id, stepId }: { id: OperationId; stepId: string }) {
  const [text, setText] = useState('');
  const request = useQuery({ ...orpc.approvals.request.queryOptions({ input: { id, stepId } }), retry: false });
  const give = useAction(client.approvals.give, () => setText(''));
  return (
    <div className="flex flex-col gap-2">
      <p className="text-muted">
        Another person signs it on their computer: in the settings under Signatures, or with{' '}
        <code className="font-mono text-sm">pilothouse approvals sign</code>.
      </p>
      {request.error && <ErrorPanel error={toSerializedError(request.error)} />}
      {request.data && (
        <div className="flex items-center gap-2">
          <code className="min-w-0 flex-1 truncate rounded-sm bg-bg px-2.5 py-1.5 font-mono text-xs">{request.data.code}</code>
          <CopyButton label="Copy the request" text={request.data.code} />
        </div>
      )}
      <Field label="What they sent back">
        {(field) => (
          <Textarea {...field} className="font-mono text-xs" value={text} placeholder="ph-approval-1.…" onChange={(event) => setText(event.target.value)} />
        )}
      </Field>
      {give.error && <ErrorPanel error={give.error} />}
      <div>
        <Button
          variant="primary"
          icon={ShieldCheck}
          busy={give.busy}
          disabled={text.trim() === ''}
          onClick={() => void give.run({ id, stepId, attestation: text.trim() })}
        >
          Check and go on
        </Button>
      </div>
    </div>
  );
}
