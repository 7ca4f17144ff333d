import { useState } from 'react';
import type { AlertEvidence } from '../../../shared/model/alert.ts';
import { Button } from '../../ui/Button.tsx';
import { formatExact, formatTimeOfDay } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { EvidenceChart } from './EvidenceChart.tsx';
import { kindOfSubject, metricWords, subjectText, valueText } from './metricWords.ts';
import { thresholdText } from './ruleWords.ts';

const drawn = 4;
const keyOf = ({ ruleId, serverId, subject }: AlertEvidence) => `${ruleId} ${serverId} ${subject}`;

/** The readings that an alert is believed for: the first ones drawn against their limit, or all as a table. */
export function AlertEvidenceList({ evidence, over }: { evidence: readonly AlertEvidence[]; over: boolean }) {
  const [asTable, setAsTable] = useState(false);
  if (evidence.length === 0) return null;
  return (
    <Section
      title={over ? 'What it was believed for' : 'What it is believed for'}
      aside={
        <Button variant="ghost" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'As charts' : 'As a table'}
        </Button>
      }
    >
      {asTable ? (
        <EvidenceTable evidence={evidence} />
      ) : (
        <div className="flex flex-col gap-4 pt-1">
          {evidence.slice(0, drawn).map((each) => (
            <EvidenceChart key={keyOf(each)} evidence={each} />
          ))}
          {evidence.length > drawn && <EvidenceTable evidence={evidence.slice(drawn)} />}
        </div>
      )}
    </Section>
  );
}

interface Row {
  evidence: AlertEvidence;
  atMs: number;
  value: number;
  key: string;
}

function EvidenceTable({ evidence }: { evidence: readonly AlertEvidence[] }) {
  const rows = evidence.flatMap((each): Row[] => {
    const recent: readonly (readonly [number, number])[] = each.recent.length === 0 ? [[each.atMs, each.value]] : each.recent;
    return recent.toReversed().map(([atMs, value]) => ({ evidence: each, atMs, value, key: `${keyOf(each)} ${atMs}` }));
  });
  return (
    <PlainTable<Row>
      label="Readings"
      rowKey={({ key }) => key}
      rows={rows}
      columns={[
        {
          id: 'where',
          title: 'Where',
          cell: ({ evidence: { serverName, subject } }) => `${serverName}${subject === '' ? '' : ` · ${subjectText(subject)}`}`,
        },
        { id: 'what', title: 'What', cell: ({ evidence: { metric, subject } }) => metricWords(metric, kindOfSubject(subject)).label },
        {
          id: 'value',
          title: 'Value',
          align: 'end',
          width: '96px',
          cell: ({ evidence: { metric, subject }, value }) => valueText(metricWords(metric, kindOfSubject(subject)), value),
        },
        {
          id: 'limit',
          title: 'Bad',
          align: 'end',
          width: '130px',
          cell: ({ evidence: { metric, subject, comparator, threshold } }) => (
            <span className="text-muted">{thresholdText({ metric, on: kindOfSubject(subject), comparator, value: threshold })}</span>
          ),
        },
        {
          id: 'when',
          title: 'Measured',
          align: 'end',
          width: '92px',
          cell: ({ atMs }) => <span title={formatExact(atMs)}>{formatTimeOfDay(atMs)}</span>,
        },
        { id: 'ago', title: 'Ago', align: 'end', width: '64px', wide: true, cell: ({ atMs }) => <RelativeTime atMs={atMs} className="text-faint" /> },
      ]}
    />
  );
}
