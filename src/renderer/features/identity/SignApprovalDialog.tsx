import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';

/** Shows in words what another person asks to be approved, and signs it with this computer's key. */
export function SignApprovalDialog({ onClose }: { onClose(): void }) {
  const [code, setCode] = useState('');
  const [attestation, setAttestation] = useState<string | null>(null);
  const given = code.trim();
  const asked = useQuery({ ...orpc.approvals.read.queryOptions({ input: { code: given } }), enabled: given !== '', retry: false });
  const sign = useAction(client.approvals.sign, (signed) => setAttestation(signed.attestation));
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => asked.data && attestation === null && void sign.run({ code: given, hours: 24 })}
      title="Sign an approval"
      description="Read what you are asked to approve. Your signature fits this and nothing else, and holds for a day."
      footer={
        <>
          <Button onClick={onClose}>{attestation === null ? 'Cancel' : 'Close'}</Button>
          {attestation === null && (
            <Button type="submit" variant="primary" busy={sign.busy} disabled={asked.data === undefined || asked.data.own}>
              Approve and sign
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        {attestation === null ? (
          <>
            <Field label="The code that you were sent">
              {(field) => (
                <Textarea
                  {...field}
                  className="font-mono text-xs"
                  value={code}
                  placeholder="ph-request-1.…"
                  onChange={(event) => setCode(event.target.value)}
                />
              )}
            </Field>
            {given !== '' && asked.error && <ErrorPanel error={toSerializedError(asked.error)} />}
            {asked.data && (
              <>
                <p>
                  <b>{asked.data.startedBy.name}</b> asks you to approve:
                </p>
                {asked.data.statements.map((statement) => (
                  <pre key={statement} className="rounded-sm bg-bg px-2.5 py-1.5 font-mono text-xs whitespace-pre-wrap select-text">
                    {statement}
                  </pre>
                ))}
                {asked.data.own && <p className="text-warn">This computer started the run; another person has to approve it.</p>}
              </>
            )}
            {sign.error && <ErrorPanel error={sign.error} />}
          </>
        ) : (
          <>
            <p>Signed. Send this line back:</p>
            <pre className="max-h-40 overflow-y-auto rounded-sm bg-bg px-2.5 py-1.5 font-mono text-xs break-all whitespace-pre-wrap select-text">
              {attestation}
            </pre>
            <div>
              <CopyButton label="Copy the approval" text={attestation} />
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}
