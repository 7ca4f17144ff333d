import { useQuery } from '@tanstack/react-query';
import { Copy, Download } from 'lucide-react';
import { useState } from 'react';
import type { ExportFormat } from '../../../shared/contract/servers.ts';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

const formats: readonly { value: ExportFormat; label: string }[] = [
  { value: 'yaml', label: 'YAML' },
  { value: 'json', label: 'JSON' },
  { value: 'csv', label: 'CSV' },
  { value: 'ansible-ini', label: 'Ansible inventory (INI)' },
  { value: 'ansible-yaml', label: 'Ansible inventory (YAML)' },
];

interface ExportDialogProps {
  /** Which servers; absent: all. */
  selector?: string | undefined;
  onClose(): void;
  /** Writes servers as a file. */
  write?: typeof client.servers.export;
}

/** Shows servers as a file of a format, to be saved or copied. */
export function ExportDialog({ selector, onClose, write = client.servers.export }: ExportDialogProps) {
  const [format, setFormat] = useState<ExportFormat>('yaml');
  const query = useQuery({
    queryKey: ['export', format, selector],
    queryFn: () => write({ format, ...(selector === undefined ? {} : { selector }) }),
    ...{ staleTime: 0, gcTime: 0, retry: false },
  });
  const file = query.data;
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title="Export servers"
      description={`${file ? count(file.count, 'server') : 'Servers'} as a file. Passwords and passphrases are never part of it.`}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {file ? (
            <CopyButton text={file.text} label="Copy text" />
          ) : (
            <Button icon={Copy} disabled>
              Copy text
            </Button>
          )}
          <Button variant="primary" icon={Download} disabled={!file} onClick={() => file && save(file.fileName, file.text)}>
            Save file
          </Button>
        </>
      }
    >
      <Field label="Format" className="max-w-64">
        {(field) => <Select<ExportFormat> {...field} field value={format} options={formats} onChange={setFormat} />}
      </Field>
      <div className="mt-3 flex h-[min(28rem,46vh)] flex-col">
        {query.isPending && <SkeletonRows count={8} label="Writing the servers" />}
        {query.error && <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />}
        {file?.notes.map((note) => (
          <p key={note} className="pb-1 text-sm text-warn">
            {note}
          </p>
        ))}
        {file && (
          <pre
            role="region"
            tabIndex={0}
            aria-label="Content of the file"
            className="min-h-0 flex-1 overflow-auto rounded border border-line bg-bg p-2 font-mono text-sm select-text"
          >
            {file.text.length > shownCharacters ? `${file.text.slice(0, shownCharacters)}\n… the file has it all` : file.text}
          </pre>
        )}
      </div>
    </Dialog>
  );
}

const shownCharacters = 50_000;

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
