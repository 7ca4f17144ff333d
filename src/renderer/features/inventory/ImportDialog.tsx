import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ImportEntry } from '../../../shared/contract/servers.ts';
import type { Environment } from '../../../shared/model/server.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';

const statuses: Record<ImportEntry['status'], { word: string; tone: Tone }> = {
  new: { word: 'new', tone: 'good' },
  same: { word: 'already here', tone: 'off' },
  conflict: { word: 'name taken', tone: 'warn' },
  unsupported: { word: 'not possible', tone: 'bad' },
};

/** Shows what an SSH configuration holds, what of it cannot be honoured, and adds what is picked. */
export function ImportDialog({ onClose }: { onClose(): void }) {
  const preview = useQuery(orpc.servers.importPreview.queryOptions({ input: { source: 'ssh-config' }, staleTime: 0, retry: false }));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [environment, setEnvironment] = useState<Environment>('development');
  const apply = useAction(client.servers.importApply, onClose);
  const entries = preview.data?.entries ?? [];
  const possible = useMemo(() => (preview.data?.entries ?? []).filter((entry) => entry.status === 'new' && entry.fields), [preview.data]);
  const picked = possible.filter((entry) => !left.has(entry.source));
  const toggle = (source: string, on: boolean) => {
    const next = new Set(left);
    if (on) next.delete(source);
    else next.add(source);
    setLeft(next);
  };
  const start = () => {
    const servers = picked.flatMap((entry) => (entry.fields ? [{ ...entry.fields, environment }] : []));
    if (servers.length > 0) void apply.run({ servers });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={start}
      width="wide"
      title="Import from SSH configuration"
      description={
        preview.data
          ? `${preview.data.path}: ${count(entries.length, 'entry', 'entries')}. Nothing is added before you say so; each server still asks for its host key.`
          : 'Reading your SSH configuration.'
      }
      footer={
        <>
          <span className="mr-auto flex items-center gap-2 text-muted">
            Added as
            <Select<Environment>
              label="Environment of the imported servers"
              value={environment}
              options={[
                { value: 'development', label: 'development' },
                { value: 'staging', label: 'staging' },
                { value: 'production', label: 'production' },
              ]}
              onChange={setEnvironment}
            />
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={apply.busy} disabled={picked.length === 0}>
            Add {count(picked.length, 'server')}
          </Button>
        </>
      }
    >
      <div className="min-h-[224px]">
        {preview.isPending && <SkeletonRows count={6} label="Reading the SSH configuration" />}
        {preview.error && <ErrorPanel error={toSerializedError(preview.error)} actions={<Button onClick={() => void preview.refetch()}>Read again</Button>} />}
        {preview.data && entries.length === 0 && (
          <EmptyState title="No hosts in this file">Patterns such as “Host *” are settings, not hosts, and are applied to the hosts they match.</EmptyState>
        )}
        {entries.length > 0 && (
          <ul aria-label="Entries" className="border-t border-line">
            {entries.map((entry) => (
              <li
                key={entry.source}
                className="grid min-h-8 grid-cols-[24px_minmax(110px,1fr)_minmax(150px,1.3fr)_112px_minmax(150px,1.6fr)] items-start gap-2 border-b border-hairline py-1.5"
              >
                <span className="flex h-[1.45em] items-center">
                  <Checkbox
                    checked={entry.status === 'new' && !left.has(entry.source)}
                    disabled={entry.status !== 'new'}
                    onChange={(on) => toggle(entry.source, on)}
                    ariaLabel={`Import ${entry.fields?.name ?? entry.source}`}
                  />
                </span>
                <b className="truncate font-semibold">{entry.fields?.name ?? entry.source}</b>
                <span className="truncate font-mono text-sm text-muted">
                  {entry.fields ? `${entry.fields.user}@${entry.fields.host}:${entry.fields.port}` : ''}
                </span>
                <StateMark tone={statuses[entry.status].tone}>{statuses[entry.status].word}</StateMark>
                <span className="text-sm text-muted">{entry.notes.join('; ')}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {apply.error && (
        <div className="pt-3">
          <ErrorPanel error={apply.error} />
        </div>
      )}
    </Dialog>
  );
}
