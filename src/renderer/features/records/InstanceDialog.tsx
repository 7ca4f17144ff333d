import { gpuWords } from '../../../shared/model/instanceFilter.ts';
import type { InstanceType } from '../../../shared/model/instanceType.ts';
import { formatCost, monthlyAmount } from '../../../shared/model/money.ts';
import type { Server } from '../../../shared/model/server.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { ServerLinks } from './recordWords.tsx';

const notStated = <span className="text-faint">not stated</span>;

/** One instance type: sizes, every price with its source and date, what is doubtful, and who has it. */
export function InstanceDialog({ id, type, users, onClose }: { id: string; type: InstanceType | undefined; users: readonly Server[]; onClose(): void }) {
  if (type === undefined) {
    return (
      <Dialog open onClose={onClose} title={id} footer={<Button onClick={onClose}>Close</Button>}>
        <EmptyState title={`The catalogue has no ${id}`}>It may be of another version of the program.</EmptyState>
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={type.name} description={type.provider} footer={<Button onClick={onClose}>Close</Button>}>
      <div className="flex flex-col gap-4 pb-2">
        <KeyValue
          rows={[
            ['vCPU', type.vcpu ?? notStated],
            ['Memory', type.ramGb === null ? notStated : `${type.ramGb} GB`],
            ['GPU', gpuWords(type) || 'none'],
            ['Network', type.network ?? notStated],
            ['Storage', type.storage ?? notStated],
            ['Named for', type.use ?? notStated],
            type.setupFee === null ? null : ['Setup', `${type.setupFee.amount} ${type.setupFee.currency}, once`],
          ]}
        />
        <Section title="Prices as quoted">
          {type.prices.length === 0 && <p className="py-1 text-muted">No source gives one.</p>}
          <ul>
            {type.prices.map((price) => (
              <li key={`${price.source} ${price.amount}`} className="flex flex-wrap gap-x-3 border-b border-hairline py-1">
                <span className="font-semibold tabular-nums">
                  {price.rounded ? '~ ' : ''}
                  {formatCost(price)}
                </span>
                {price.per !== 'month' && (
                  <span className="text-muted tabular-nums">
                    ≈ {monthlyAmount(price).toFixed(2)} {price.currency}/month
                  </span>
                )}
                <span className="ml-auto text-faint">
                  {price.source}, {price.asOf ?? 'undated'}
                </span>
              </li>
            ))}
          </ul>
        </Section>
        {type.doubts.length > 0 && (
          <Section title="Doubtful">
            <ul className="flex flex-col gap-1 pt-1">
              {type.doubts.map((doubt) => (
                <li key={doubt} className="flex gap-2">
                  <StateMark tone="warn" className="h-[1.45em] shrink-0">
                    <span className="sr-only">doubtful</span>
                  </StateMark>
                  <span>{doubt}</span>
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Section title="Servers with this plan" aside={users.length}>
          {users.length > 0 ? (
            <ServerLinks names={users.map(({ name }) => name)} most={12} />
          ) : (
            <p className="py-1 text-muted">None. A server takes it in its form, under Record.</p>
          )}
        </Section>
      </div>
    </Dialog>
  );
}
