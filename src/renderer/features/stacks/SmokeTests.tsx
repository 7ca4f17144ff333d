import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import type { StackTestReport, StackTestResult } from '../../../shared/contract/stackTests.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { gateWords } from './gateWords.ts';
import { fillIn } from './stackNeeds.ts';

/** Each test asks a model for seconds: a whole fleet is not asked by one press. */
const serversAtMost = 12;
const everywhere = 'everywhere';

function took(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function Answer({ result }: { result: StackTestResult }) {
  if (!result.passed) return <span className="break-words">{result.reason}</span>;
  const { figures } = result;
  return (
    <span className="block truncate text-muted" title={result.answer}>
      {figures?.firstTokenMs != null && `first token ${Math.round(figures.firstTokenMs)} ms, `}
      {figures?.tokensPerS != null && `${figures.tokensPerS.toFixed(1)} tokens/s · `}
      {result.answer}
    </span>
  );
}

/** How the tests went on one server. */
export function TestReport({ report }: { report: StackTestReport }) {
  const failed = report.results.filter(({ passed }) => !passed).length;
  return (
    <div>
      <p className="flex items-center gap-3 pb-1">
        <span className="font-semibold">{report.serverName}</span>
        <span className="font-mono text-sm text-muted">{report.release}</span>
        {report.error === null && (
          <StateMark tone={failed === 0 ? 'good' : 'bad'}>
            {failed === 0 ? `all ${report.results.length} passed` : `${failed} of ${report.results.length} did not pass`}
          </StateMark>
        )}
      </p>
      {report.error ? (
        <ErrorPanel error={report.error} />
      ) : (
        <PlainTable
          label={`Tests on ${report.serverName}`}
          rows={report.results}
          rowKey={(result) => `${result.kind} ${result.title}`}
          columns={[
            { id: 'title', title: 'Test', width: '34%', cell: (result) => <StateMark tone={result.passed ? 'good' : 'bad'}>{result.title}</StateMark> },
            { id: 'answer', title: 'Answer', cell: (result) => <Answer result={result} /> },
            { id: 'took', title: 'Took', width: '72px', align: 'end', cell: (result) => <span className="text-muted">{took(result.tookMs)}</span> },
          ]}
        />
      )}
    </div>
  );
}

/** What can be asked of a stack at any time, through a tunnel of this computer: the tests, a button, and how they went. */
export function SmokeTests({ stack, values }: { stack: StackDefinition; values: Record<string, string> }) {
  const fleet = useStateStream(fleetStore);
  const names = fleet.list.filter((row) => row.stacks.some((each) => each.stackId === stack.id)).map((row) => row.server.name);
  const [on, setOn] = useState(everywhere);
  const run = useMutation({
    mutationFn: (selector: string) => client.stackTests.run({ id: stack.id, selector }),
  });
  const selector = on === everywhere ? names.slice(0, serversAtMost).join(',') : on;
  const rows = stack.smokeTests.map((gate) => ({ key: JSON.stringify(gate), ...gateWords(gate) }));
  return (
    <Section title="Smoke tests" aside="asked through the SSH connection of this computer; they change nothing">
      {rows.length === 0 ? (
        <p className="px-2 text-muted">It has none of its own; what its health gates ask is asked instead.</p>
      ) : (
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
      )}
      <div className="flex flex-wrap items-center gap-1.5 px-2 pt-2.5">
        <Button icon={FlaskConical} busy={run.isPending} disabled={names.length === 0} onClick={() => run.mutate(selector)}>
          Run the tests
        </Button>
        {names.length > 1 && (
          <Select
            label="Servers to test"
            prefix="on"
            value={on}
            options={[
              {
                value: everywhere,
                label: names.length > serversAtMost ? `the first ${serversAtMost} of ${names.length} servers` : `all ${names.length} servers`,
              },
              ...names.map((name) => ({ value: name, label: name })),
            ]}
            onChange={setOn}
          />
        )}
        <span className="pl-1.5 text-sm text-faint" aria-live="polite">
          {names.length === 0
            ? 'It runs nowhere yet.'
            : run.isPending
              ? `Asking ${on === everywhere ? count(Math.min(names.length, serversAtMost), 'server') : on}`
              : run.data && (
                  <>
                    asked <RelativeTime atMs={run.submittedAt} suffix=" ago" />
                  </>
                )}
        </span>
      </div>
      {run.error && (
        <div className="pt-2">
          <ErrorPanel error={toSerializedError(run.error)} />
        </div>
      )}
      {run.data && (
        <div className="flex flex-col gap-4 px-2 pt-3">
          {run.data.reports.map((report) => (
            <TestReport key={report.serverId} report={report} />
          ))}
        </div>
      )}
    </Section>
  );
}
