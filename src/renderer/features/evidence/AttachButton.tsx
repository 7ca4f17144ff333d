import { Paperclip } from 'lucide-react';
import { useRef, useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import type { Attachment } from '../../../shared/model/evidence.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { attachFile, type EvidencePlace } from './attachFile.ts';
import { useEvidenceChanged } from './useEvidence.ts';

interface AttachButtonProps {
  place: EvidencePlace;
  onAttached?(attachment: Attachment): void;
  onError(error: SerializedError | null): void;
}

/** Takes files of this computer and keeps them with a run. */
export function AttachButton({ place, onAttached, onError }: AttachButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const changed = useEvidenceChanged();
  const take = async (files: FileList) => {
    setBusy(true);
    onError(null);
    try {
      for (const file of files) {
        const attachment = await attachFile(file, place);
        onAttached?.(attachment);
      }
    } catch (error) {
      onError(toSerializedError(error));
    } finally {
      setBusy(false);
      changed();
      if (input.current) input.current.value = '';
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to attach"
        onChange={(event) => event.target.files && event.target.files.length > 0 && void take(event.target.files)}
      />
      <Button icon={Paperclip} busy={busy} onClick={() => input.current?.click()}>
        Attach
      </Button>
    </>
  );
}
