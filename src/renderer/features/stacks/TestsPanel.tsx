import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import type { StackTestResult } from '../../../shared/contract/stackTests.ts';
import type { DeploymentStatus } from '../../../shared/model/stack.ts';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { coreNowMs } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';

function took(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function figures({ figures: measured }: StackTestResult): string {
  if (measured === null) return '';
  const parts = [
    measured.firstTokenMs === null ? null : `first token ${Math.round(measured.firstTokenMs).toLocaleString('en')} ms`,
    measured.tokensPerS === null ? null : `${measured.tokensPerS.toFixed(1)} tokens/s`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function Result({ result }: { result: StackTestResult }) {
  const [open, setOpen] = useState(!result.passed);
  return (
    <li className="border-b border-hairline px-2 py-1.5">
      <div className="grid grid-cols-[minmax(0,1fr)_104px_minmax(0,1fr)_70px_72px] items-center gap-3">
        <span className="truncate font-medium">{result.title}</span>
        <StateMark tone={result.passed ? 'good' : 'bad'}>{result.passed ? 'passed' : 'failed'}</StateMark>
        <span className="truncate text-muted">{figures(result) || result.kind}</span>
        <span className="text-right text-muted">{took(result.tookMs)}</span>
        {result.answer === '' ? (
          <span />
        ) : (
          <Button variant="ghost" aria-expanded={open} onClick={() => setOpen(!open)}>
            Answer
          </Button>
        )}
      </div>
      {result.reason !== '' && <p className="pt-0.5 break-words text-bad">{result.reason}</p>}
      {open && result.answer !== '' && (
        <pre
          tabIndex={0}
          role="region"
          aria-label={`Answer to ${result.title}`}
          className="mt-1 max-h-40 overflow-auto rounded-sm bg-surface px-2.5 py-1.5 font-mono text-xs whitespace-pre-wrap text-muted select-text"
        >
          {result.answer}
        </pre>
      )}
    </li>
  );
}

/** Asks a deployed stack whether it does what it is for, from here, and shows what it answered. Nothing is changed by it. */
export function TestsPanel({ deployment }: { deployment: DeploymentStatus }) {
  const { stackId, serverName } = deployment;
  const tests = useMutation({
    mutationFn: async () => {
      const { reports } = await client.stackTests.run({ id: stackId, selector: serverName });
      return { report: reports.find((each) => each.serverName === serverName) ?? null, atMs: coreNowMs() };
    },
  });
  const run = (
    <Button variant={tests.data ? 'secondary' : 'primary'} icon={FlaskConical} busy={tests.isPending} onClick={() => tests.mutate()}>
      {tests.data ? 'Run again' : 'Run the tests'}
    </Button>
  );
  const report = tests.data?.report ?? null;
  const failed = report?.results.filter((result) => !result.passed).length ?? 0;
  if (tests.isPending && !tests.data) return <SkeletonRows count={4} label="Asking what it answers" />;
  if (tests.error) return <ErrorPanel error={toSerializedError(tests.error)} actions={run} />;
  if (tests.data === undefined) {
    return (
      <EmptyState title="Does it do what it is for?" actions={run}>
        Its smoke tests ask it from this computer, through the connection to {serverName}: what people would ask, and whether the answer is right. They change
        nothing.
      </EmptyState>
    );
  }
  if (report === null) {
    return (
      <EmptyState title="It was not tested" actions={run}>
        {serverName} did not answer for it.
      </EmptyState>
    );
  }
  return (
    <>
      <div className="flex min-h-10 items-center gap-3">
        {report.error ? (
          <StateMark tone="unknown">It could not be asked</StateMark>
        ) : (
          <StateMark tone={failed === 0 ? 'good' : 'bad'}>
            {failed === 0 ? `All ${count(report.results.length, 'test')} passed` : `${failed} of ${count(report.results.length, 'test')} failed`}
          </StateMark>
        )}
        <span className="text-faint">
          {report.release && <code className="font-mono text-sm">{report.release}</code>} tested <RelativeTime atMs={tests.data.atMs} suffix=" ago" />
        </span>
        <div className="ml-auto">{run}</div>
      </div>
      {report.error && <ErrorPanel error={report.error} />}
      <ul aria-label="Tests">
        {report.results.map((result) => (
          <Result key={result.title} result={result} />
        ))}
      </ul>
    </>
  );
}
