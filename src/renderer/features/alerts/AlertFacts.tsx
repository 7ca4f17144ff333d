import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Alert, AlertRecord } from '../../../shared/model/alert.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatExact } from '../../ui/format.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { AlertStand, Until } from './AlertLine.tsx';
import { causeText, subjectName } from './alertView.ts';
import { subjectText } from './metricWords.ts';

const link = 'text-accent hover:underline';

const ended: Record<NonNullable<AlertRecord['ended']>, string> = {
  good: 'it is good again',
  noData: 'nothing is measured of it any more',
  gone: 'its server or its rule left',
};

/** What an alert is about, and how it stands. */
export function AlertFacts({ record, alert }: { record: AlertRecord; alert: Alert | null }) {
  const subjects = alert === null ? record.subjects.map(subjectText) : alert.subjects.map(subjectName);
  const rows: (readonly [string, ReactNode] | null)[] = [
    ['Cause', causeText(record.cause)],
    record.servers.length === 0 ? ['Where', 'this computer'] : ['Servers', <ServerLinks key="servers" servers={record.servers} />],
    subjects.length === 0 ? null : ['On them', <span key="subjects">{[...new Set(subjects)].join(', ')}</span>],
    record.stacks.length === 0 ? null : ['Stacks', <StackLinks key="stacks" stacks={record.stacks} />],
    alert === null ? null : ['Bad since', <RelativeTime key="since" atMs={alert.sinceMs} suffix=" ago" />],
    alert?.raisedAtMs === null ? null : ['Raised', formatExact(record.raisedAtMs)],
    record.endedAtMs === null ? null : ['Over', formatExact(record.endedAtMs)],
    record.ended === null ? null : ['Because', ended[record.ended]],
    record.whileAway ? ['Found', 'while away: in what the server kept while nobody watched'] : null,
    alert?.state === 'held' ? null : ['Level', String(alert?.level ?? record.level)],
    alert?.escalatesAtMs == null || alert.acknowledged !== null ? null : ['Next level', <Until key="next" atMs={alert.escalatesAtMs} />],
    record.runbook === null ? null : ['Runbook', <RunbookLink key="runbook" record={record} />],
    record.incident === null
      ? null
      : [
          'Incident',
          <Link key="incident" to="/incidents/$id" params={{ id: record.incident }} className={link}>
            {record.incident}
          </Link>,
        ],
    record.acknowledgedBy === null || alert !== null ? null : ['Looked after by', record.acknowledgedBy],
  ];
  return (
    <aside aria-label="About the alert" className="flex min-w-0 flex-col gap-5">
      {alert !== null && (
        <Section title={alert.hold === null ? 'Who has it' : 'Why it is not told'}>
          <AlertStand alert={alert} />
          {alert.hold?.reason === 'silence' && alert.hold.id !== null && <EndSilence id={alert.hold.id} />}
        </Section>
      )}
      <Section title="About">
        <KeyValue rows={rows} />
      </Section>
      {alert !== null && alert.rules.length > 0 && (
        <Section title={alert.rules.length === 1 ? 'By the rule' : 'By the rules'}>
          <ul>
            {alert.rules.map((rule) => (
              <li key={rule} className="truncate">
                <Link to="/alerts/rules/$id" params={{ id: rule }} className={`${link} font-mono text-sm`}>
                  {rule}
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </aside>
  );
}

function EndSilence({ id }: { id: string }) {
  const queries = useQueryClient();
  const end = useAction(client.alerts.silences.end, () => void queries.invalidateQueries({ queryKey: orpc.alerts.key() }));
  return (
    <div className="flex flex-col items-start gap-2 pt-2">
      <Button busy={end.busy} onClick={() => void end.run({ id })}>
        End the silence
      </Button>
      {end.error && <ErrorPanel error={end.error} />}
    </div>
  );
}

function RunbookLink({ record: { runbook, servers, incident } }: { record: AlertRecord }) {
  const on = servers.map(({ name }) => name).join(',');
  return (
    <Link to="/workflows/$id" params={{ id: runbook ?? '' }} search={{ ...(on !== '' && { on }), ...(incident !== null && { incident }) }} className={link}>
      {runbook}
    </Link>
  );
}

function ServerLinks({ servers }: { servers: AlertRecord['servers'] }) {
  return (
    <>
      {servers.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to="/servers/$name/$tab" params={{ name, tab: 'overview' }} className={link}>
            {name}
          </Link>
        </span>
      ))}
    </>
  );
}

function StackLinks({ stacks }: { stacks: readonly string[] }) {
  return (
    <>
      {stacks.map((stack, index) => (
        <span key={stack}>
          {index > 0 && ', '}
          <Link to="/stacks/$id" params={{ id: stack }} className={link}>
            {stack}
          </Link>
        </span>
      ))}
    </>
  );
}
