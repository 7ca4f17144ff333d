import { useQuery } from '@tanstack/react-query';
import type { Compared, Difference } from '../../../shared/contract/exec.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { cx } from '../../ui/cx.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';

const signs: Record<Difference['lines'][number]['kind'], string> = { same: ' ', removed: '−', added: '+' };
const looks: Record<Difference['lines'][number]['kind'], string> = { same: 'text-muted', removed: 'bg-bad-bg text-bad', added: 'bg-good-bg text-good' };

function Stream({ compared, titled }: { compared: Compared; titled: boolean }) {
  return (
    <>
      {titled && <div className="px-3 pt-1.5 font-medium text-text">standard {compared.stream === 'stderr' ? 'error' : 'output'}</div>}
      {compared.verdict === 'too-different' && <div className="px-3 text-muted">There is too little in common to show it line by line.</div>}
      {compared.differences.map((difference) => (
        <div key={`${difference.base}-${difference.other}`}>
          <div className="px-3 text-faint">
            line {difference.base} there, {difference.other} here
          </div>
          {difference.lines.map((line, index) => (
            <div key={`${index}-${line.kind}`} className={cx('flex min-h-[17px] px-3 break-all whitespace-pre-wrap', looks[line.kind])}>
              <span className="w-4 shrink-0 select-none">{signs[line.kind]}</span>
              <span className="min-w-0">{line.text}</span>
            </div>
          ))}
        </div>
      ))}
      {compared.cut && <div className="px-3 text-warn">Not all of the difference is shown.</div>}
    </>
  );
}

interface GroupDifferenceProps {
  id: OperationId;
  base: { serverId: ServerId; name: string };
  other: { serverId: ServerId; name: string };
}

/** How a group's output differs from that of the group that most others are like. */
export function GroupDifference({ id, base, other }: GroupDifferenceProps) {
  const query = useQuery(orpc.exec.compare.queryOptions({ input: { id, base: base.serverId, other: other.serverId } }));
  if (query.error) return <ErrorPanel error={toSerializedError(query.error)} />;
  if (query.isPending) {
    return (
      <div role="status" aria-label="Comparing" className="flex h-16 items-center rounded border border-line px-3">
        <Skeleton className="w-52" />
      </div>
    );
  }
  const different = query.data.streams.filter(({ verdict }) => verdict !== 'same');
  return (
    <div
      role="region"
      aria-label={`Difference between ${base.name} and ${other.name}`}
      tabIndex={0}
      className="max-h-[304px] overflow-auto rounded border border-line bg-bg py-2 font-mono text-xs leading-[17px] select-text"
    >
      {different.length === 0 ? (
        <div className="px-3 text-muted">They printed the same; only how they ended differs.</div>
      ) : (
        different.map((compared) => <Stream key={compared.stream} compared={compared} titled={different.length > 1 || compared.stream === 'stderr'} />)
      )}
    </div>
  );
}
