import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { gateWords } from './gateWords.ts';
import { fillIn } from './stackNeeds.ts';

/** What can be asked of a stack at any time, through a tunnel of this computer. */
export function SmokeTests({ stack, values }: { stack: StackDefinition; values: Record<string, string> }) {
  if (stack.smokeTests.length === 0) return null;
  const rows = stack.smokeTests.map((gate) => ({ key: JSON.stringify(gate), ...gateWords(gate) }));
  return (
    <Section title="Smoke tests" aside="asked through a tunnel of this computer, at any time">
      <PlainTable
        label="Smoke tests"
        rows={rows}
        rowKey={(row) => row.key}
        columns={[
          { id: 'title', title: 'Test', width: '34%', cell: (row) => <span className="font-medium">{row.title}</span> },
          { id: 'asks', title: 'Passes when', cell: (row) => <span className="break-words text-muted">{fillIn(row.asks, values)}</span> },
          { id: 'within', title: 'Within', width: '72px', align: 'end', cell: (row) => row.within },
        ]}
      />
    </Section>
  );
}
