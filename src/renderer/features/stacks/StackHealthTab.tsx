import type { HealthGate, StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { gateWords, secondsWords } from './gateWords.ts';
import { SmokeTests } from './SmokeTests.tsx';
import { defaultsOf, fillIn } from './stackNeeds.ts';

/** Gates in words, one to a row. */
function Gates({ gates, values }: { gates: readonly HealthGate[]; values: Record<string, string> }) {
  const rows = gates.map((gate) => ({ key: JSON.stringify(gate), ...gateWords(gate) }));
  return (
    <PlainTable
      label="Health gates"
      rows={rows}
      rowKey={(row) => row.key}
      columns={[
        { id: 'title', title: 'Gate', width: '34%', cell: (row) => <span className="font-medium">{row.title}</span> },
        { id: 'asks', title: 'Passes when', cell: (row) => <span className="break-words text-muted">{fillIn(row.asks, values)}</span> },
        { id: 'within', title: 'Within', width: '72px', align: 'end', cell: (row) => row.within },
      ]}
    />
  );
}

/** What starts when: phases one after the other, and the migrations between them. */
function StartOrder({ stack }: { stack: StackDefinition }) {
  const named = new Set(stack.start.flatMap((phase) => ('services' in phase ? phase.services : [])));
  const rest = stack.services.map(({ name }) => name).filter((name) => !named.has(name));
  const phases = [...stack.start, ...(rest.length > 0 ? [{ title: stack.start.length === 0 ? 'All at once' : 'What is left', services: rest }] : [])];
  return (
    <ol aria-label="Start order">
      {phases.map((phase, index) => (
        <li key={phase.title} className="grid grid-cols-[28px_minmax(120px,200px)_minmax(0,1fr)] items-baseline gap-x-3 border-b border-hairline px-2 py-1.5">
          <span className="font-mono text-sm text-faint">{index + 1}</span>
          <span className="font-medium">{phase.title}</span>
          {'services' in phase ? (
            <span className="text-muted">{phase.services.join(', ')}</span>
          ) : (
            <span className="min-w-0 text-muted">
              <code className="block truncate font-mono text-sm" title={phase.run.command.join(' ')}>
                {phase.run.command.join(' ')}
              </code>
              in {phase.run.service}, within {secondsWords(phase.run.timeoutS)}
              {phase.dump.length > 0 && `; ${phase.dump.join(' and ')} ${phase.dump.length === 1 ? 'is' : 'are'} dumped before`}
            </span>
          )}
        </li>
      ))}
      {stack.warmUps.map((warmUp) => (
        <li key={warmUp.title} className="grid grid-cols-[28px_minmax(120px,200px)_minmax(0,1fr)] items-baseline gap-x-3 border-b border-hairline px-2 py-1.5">
          <span className="text-faint">+</span>
          <span className="font-medium">{warmUp.title}</span>
          <span className="min-w-0 text-muted">
            <code className="block truncate font-mono text-sm" title={warmUp.command.join(' ')}>
              {warmUp.command.join(' ')}
            </code>
            in {warmUp.service}, within {secondsWords(warmUp.timeoutS)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function figure({ min, max, unit }: StackDefinition['expected'][number]): string {
  const range =
    min !== undefined && max !== undefined
      ? `${min.toLocaleString('en')} – ${max.toLocaleString('en')}`
      : min !== undefined
        ? `at least ${min.toLocaleString('en')}`
        : `at most ${(max ?? 0).toLocaleString('en')}`;
  return `${range} ${unit}`;
}

/** How a stack comes up, what must hold before a release counts as good, and what can be asked of it at any time. */
export function StackHealthTab({ stack }: { stack: StackDefinition }) {
  const values = defaultsOf(stack);
  return (
    <div className="flex flex-col gap-6">
      <Section title="Start order" aside="each is well before the next one starts">
        <StartOrder stack={stack} />
      </Section>
      <Section title="Health gates" aside="one that does not pass brings the release before back">
        {stack.gates.length === 0 ? (
          <p className="px-2 text-muted">There are none: whether a release works is for you to see.</p>
        ) : (
          <Gates gates={stack.gates} values={values} />
        )}
      </Section>
      <SmokeTests stack={stack} values={values} />
      {stack.expected.length > 0 && (
        <Section title="Expected performance">
          <PlainTable
            label="Expected performance"
            rows={stack.expected}
            rowKey={(row) => `${row.what} ${row.when}`}
            columns={[
              { id: 'what', title: 'What', width: '34%', cell: (row) => <span className="font-medium">{row.what}</span> },
              { id: 'figure', title: 'Figure', width: '210px', cell: figure },
              { id: 'when', title: 'Where, under which load', cell: (row) => <span className="text-muted">{row.when}</span> },
            ]}
          />
        </Section>
      )}
    </div>
  );
}
