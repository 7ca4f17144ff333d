import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Eraser, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { PruneItem } from '../../../shared/contract/stackDay2.ts';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count, formatBytes } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';

const kindWords: Record<PruneItem['kind'], string> = { release: 'release', files: 'files', image: 'image', volume: 'volume' };
const keepChoices = ['3', '5', '10', '20'];

/** A volume's own name without the `volume:` in front, as `prune` wants it. */
const volumeName = (item: PruneItem) => item.id.replace(/^volume:/, '');
/** Volumes are listed where nothing mounts them; data never goes by itself, only where it is named. */
const isData = (item: PruneItem) => item.kind === 'volume';
const sizeOf = (items: readonly PruneItem[]) => items.reduce((sum, item) => sum + (item.bytes ?? 0), 0);

function Items({
  items,
  label,
  named,
  onName,
}: {
  items: readonly PruneItem[];
  label: string;
  named?: ReadonlySet<string>;
  onName?: (item: PruneItem, on: boolean) => void;
}) {
  return (
    <ul aria-label={label}>
      {items.map((item) => (
        <li key={item.id} className="grid min-h-8 grid-cols-[20px_64px_minmax(0,1.4fr)_76px_minmax(0,1.6fr)] items-center gap-3 border-b border-hairline px-1">
          {named && onName && isData(item) ? (
            <Checkbox checked={named.has(volumeName(item))} onChange={(on) => onName(item, on)} ariaLabel={`Remove ${item.name} with its data`} />
          ) : (
            <span />
          )}
          <span className="text-muted">{kindWords[item.kind]}</span>
          <code className="truncate font-mono text-sm" title={item.name}>
            {item.name}
          </code>
          <span className="text-right text-muted">{item.bytes === null ? <span title="Nobody has measured it">unknown</span> : formatBytes(item.bytes)}</span>
          <span className="truncate text-faint" title={item.why}>
            {item.why}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What of a deployment's disk no release needs any longer, what is kept and why, and the way to have the first removed. */
export function PrunePanel({ deployment }: { deployment: DeploymentStatus }) {
  const navigate = useNavigate();
  const [keep, setKeep] = useState('5');
  const [named, setNamed] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const { stackId, serverName } = deployment;
  const query = useQuery({
    ...orpc.stackDay2.prunable.queryOptions({ input: { id: stackId, selector: serverName, keep: Number(keep) }, retry: false }),
    placeholderData: (before) => before,
  });
  const prune = useAction(client.stackDay2.prune, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  if (query.isPending) return <SkeletonRows count={8} label="Asking what lies on its disk" />;
  if (query.error) return <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Ask again</Button>} />;
  const list = query.data.lists.find((each) => each.serverName === serverName && each.stackId === stackId);
  const items = list?.items ?? [];
  const goes = items.filter((item) => item.goes && !isData(item));
  const left = items.filter(isData);
  const stays = items.filter((item) => !item.goes && !isData(item));
  const data = left.filter((item) => named.has(volumeName(item)));
  const freed = formatBytes(sizeOf([...goes, ...data]));
  const unknown = goes.filter((item) => item.bytes === null).length;
  const begin = () => {
    setAsking(false);
    void prune.run({ id: stackId, selector: serverName, keep: Number(keep), volumes: data.map(volumeName) });
  };
  const onName = (item: PruneItem, on: boolean) =>
    setNamed((before) => new Set(on ? [...before, volumeName(item)] : [...before].filter((name) => name !== volumeName(item))));
  return (
    <>
      <div className="flex min-h-10 flex-wrap items-center gap-2">
        <span className="px-1">
          {goes.length === 0 ? (
            <StateMark tone="good">Nothing is left over: every image, file and release is needed</StateMark>
          ) : (
            <>
              <b className="font-semibold">{freed}</b>{' '}
              <span className="text-muted">
                of {count(goes.length, 'thing')} that nothing needs any longer{unknown > 0 && `, ${unknown} of unknown size`}. Images share layers, so that less
                may become free.
              </span>
            </>
          )}
        </span>
        <div className="ml-auto flex gap-1.5">
          <Select
            label="Releases to keep"
            prefix="Keep:"
            value={keep}
            options={keepChoices.map((number) => ({ value: number, label: `last ${number} releases` }))}
            onChange={setKeep}
          />
          <Button icon={RefreshCw} busy={query.isFetching} onClick={() => void query.refetch()}>
            Look again
          </Button>
          <Button variant="danger" icon={Eraser} disabled={goes.length === 0 && data.length === 0} onClick={() => setAsking(true)}>
            Prune
          </Button>
        </div>
      </div>
      <div className="flex flex-col gap-5 pt-2">
        {goes.length > 0 && (
          <Section title="Goes" aside={freed}>
            <Items items={goes} label="What goes" />
          </Section>
        )}
        {left.length > 0 && (
          <Section title="Data that nothing mounts" aside="goes only where it is ticked">
            <Items items={left} label="Data that nothing mounts" named={named} onName={onName} />
          </Section>
        )}
        <Section title="Stays" aside="what runs, and what a way back needs">
          {stays.length === 0 ? <p className="px-1 py-1.5 text-muted">Nothing of it is on the server.</p> : <Items items={stays} label="What stays" />}
        </Section>
      </div>
      <ConfirmDialog
        open={asking}
        title="Prune what nothing needs"
        effect={
          <div className="flex flex-col gap-2">
            <p>
              {count(goes.length, 'thing')} of {stackId} on {serverName} {goes.length === 1 ? 'is' : 'are'} removed, {freed} at most. What runs and the last{' '}
              {keep} releases with their images stay. It is worked out anew on the server before anything goes.
            </p>
            {data.length > 0 && (
              <p className="rounded border border-bad/45 bg-bad-bg px-2.5 py-1.5">
                <b className="font-semibold">With data:</b> {data.map((item) => item.name).join(', ')}. It cannot be brought back from here.
              </p>
            )}
          </div>
        }
        expected={data.length > 0 ? (data[0]?.name ?? null) : null}
        action="Prune"
        onConfirm={begin}
        onClose={() => setAsking(false)}
      />
      <ActionConfirm action={prune} title="Prune" verb="Prune" />
    </>
  );
}
