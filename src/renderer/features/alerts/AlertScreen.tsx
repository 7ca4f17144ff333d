import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { BellOff, BookOpen, Check, Siren, Undo2 } from 'lucide-react';
import { useEffect } from 'react';
import type { Alert, AlertRecord } from '../../../shared/model/alert.ts';
import { orpc } from '../../client/client.ts';
import { alertsStore, useStateStream } from '../../client/streams.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { AlertDeliveries } from './AlertDeliveries.tsx';
import { AlertDialogs } from './AlertDialogs.tsx';
import { AlertEvents } from './AlertEvents.tsx';
import { AlertEvidenceList } from './AlertEvidenceList.tsx';
import { AlertFacts } from './AlertFacts.tsx';
import { AlertBadges } from './AlertLine.tsx';
import { partOf, severityTones } from './alertTotals.ts';
import { type AlertActions, useAlertActions } from './useAlertActions.tsx';

const route = getRouteApi('/alerts/$id');

/** One alert: why it is believed, what happened to it, who was told, and what can be done about it. */
export function AlertScreen() {
  const { id } = route.useParams();
  const shown = useQuery({ ...orpc.alerts.show.queryOptions({ input: { id } }), refetchInterval: 10_000, retry: false });
  const { items } = useStateStream(alertsStore);
  const key = shown.data?.record.key ?? id;
  const live = items.get(key);
  const { refetch } = shown;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of it is other events and deliveries.
  useEffect(() => void refetch(), [live, refetch]);
  const { actions, ...asked } = useAlertActions();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Loaded query={shown} label="Loading the alert">
        {({ record, alert, events, deliveries }) => {
          const present = alert === null ? null : (live ?? alert);
          const evidence = present?.evidence ?? events.findLast((event) => event.evidence.length > 0)?.evidence ?? [];
          return (
            <>
              <PageHeader title={present?.title ?? record.title} actions={present && <HeaderActions alert={present} actions={actions} />}>
                <Link to="/alerts" search={{}} className="hover:underline">
                  Alerts
                </Link>
                <Stand record={record} alert={present} />
                <AlertBadges alert={present ?? { flapping: record.flapping, level: record.level, incident: record.incident }} />
              </PageHeader>
              <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_300px] gap-6 overflow-y-auto px-4 pb-6 wide:grid-cols-[minmax(0,1fr)_340px]">
                <div className="flex min-w-0 flex-col gap-5">
                  {asked.error && <ErrorPanel error={asked.error} actions={<Button onClick={asked.clearError}>Dismiss</Button>} />}
                  {present?.explanation && <p className="max-w-[84ch] pt-1 text-muted">{present.explanation}</p>}
                  <AlertEvidenceList evidence={evidence} over={present === null} />
                  <Section title="What happened">
                    <AlertEvents events={events} />
                  </Section>
                  <Section title="Who was told">
                    <AlertDeliveries deliveries={deliveries} held={present !== null && partOf(present) === 'held'} />
                  </Section>
                </div>
                <AlertFacts record={record} alert={present} />
              </div>
            </>
          );
        }}
      </Loaded>
      <AlertDialogs {...asked} />
    </div>
  );
}

function Stand({ record, alert }: { record: AlertRecord; alert: Alert | null }) {
  if (alert === null) {
    return (
      <StateMark tone="good">
        over {record.endedAtMs !== null && <RelativeTime atMs={record.endedAtMs} suffix=" ago" />}, was {record.severity}
      </StateMark>
    );
  }
  const part = partOf(alert);
  return (
    <StateMark tone={part === 'held' ? 'off' : severityTones[alert.severity]}>
      {alert.severity}, {part === 'held' ? 'not told' : part === 'acknowledged' ? 'looked after' : 'firing'} for <RelativeTime atMs={alert.sinceMs} />
    </StateMark>
  );
}

function HeaderActions({ alert, actions }: { alert: Alert; actions: AlertActions }) {
  const part = partOf(alert);
  return (
    <>
      {alert.runbook !== null && (
        <Button icon={BookOpen} onClick={() => actions.runbook(alert)}>
          Runbook
        </Button>
      )}
      {alert.state !== 'held' && alert.incident === null && (
        <Button icon={Siren} onClick={() => actions.incident([alert])}>
          Open an incident
        </Button>
      )}
      <Button icon={BellOff} onClick={() => actions.silence([alert])}>
        Silence
      </Button>
      {part === 'acknowledged' && (
        <Button icon={Undo2} onClick={() => actions.unacknowledge([alert])}>
          Take back
        </Button>
      )}
      {part === 'firing' && (
        <Button variant="primary" icon={Check} onClick={() => actions.acknowledge([alert])}>
          Acknowledge
        </Button>
      )}
    </>
  );
}
