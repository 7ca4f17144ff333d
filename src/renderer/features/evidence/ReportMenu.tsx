import { FileText } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { SerializedError } from '../../../shared/errors.ts';
import type { ReportFormat } from '../../../shared/model/evidence.ts';
import type { OperationId } from '../../../shared/model/ids.ts';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { fromBase64, saveBlob } from './attachFile.ts';

const formats: readonly { format: ReportFormat; label: string; hint: string }[] = [
  { format: 'pdf', label: 'PDF', hint: 'to hand in' },
  { format: 'html', label: 'HTML', hint: 'one file, prints well' },
  { format: 'md', label: 'Markdown', hint: 'for a ticket' },
  { format: 'json', label: 'JSON', hint: 'for a program' },
];

/** Saves a report of a run that proves what was done. */
export function ReportMenu({ id }: { id: OperationId }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<SerializedError | null>(null);
  const save = async (format: ReportFormat) => {
    setBusy(true);
    try {
      const report = await client.evidence.report({ id, format });
      saveBlob(report.name, new Blob([fromBase64(report.data)], { type: report.type }));
      toast(`Saved ${report.name}`);
    } catch (failure) {
      setError(toSerializedError(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Menu
        trigger={
          <Button icon={FileText} busy={busy}>
            Report
          </Button>
        }
        entries={formats.map(({ format, label, hint }) => ({ label, hint, onSelect: () => void save(format) }))}
      />
      {error && (
        <Dialog open onClose={() => setError(null)} width="narrow" title="There is no report">
          <div className="pb-4">
            <ErrorPanel error={error} />
          </div>
        </Dialog>
      )}
    </>
  );
}
