import { Link } from '@tanstack/react-router';
import type { Incident, IncidentSource } from '../../../shared/model/incident.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';

/** So many alerts are named; of more their number is told. */
const mostNamed = 8;

function ServerLinks({ names }: { names: readonly string[] }) {
  return names.map((name, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <Link to="/servers/$name/$tab" params={{ name, tab: 'overview' }} className="hover:underline">
        {name}
      </Link>
    </span>
  ));
}

/** What made somebody open it: a word, or the alerts with a way to each. */
function Source({ source: { kind, name, alerts = [] } }: { source: IncidentSource }) {
  if (alerts.length === 0) return name ?? kind;
  return (
    <ul className="flex flex-col gap-1">
      {alerts.slice(0, mostNamed).map(({ id, title, servers }) => (
        <li key={id}>
          <Link to="/alerts/$id" params={{ id }} className="text-accent hover:underline">
            {title}
          </Link>
          {servers.length > 0 && ' on '}
          <ServerLinks names={servers.slice(0, 3)} />
          {servers.length > 3 && ` and ${servers.length - 3} more`}
        </li>
      ))}
      {alerts.length > mostNamed && <li className="text-muted">and {alerts.length - mostNamed} more</li>}
    </ul>
  );
}

/** What an incident is about, where it came from, and how it ended. */
export function IncidentFacts({ incident: { servers, stacks, source, resolution } }: { incident: Incident }) {
  return (
    <KeyValue
      rows={[
        ['Servers', servers.length === 0 ? 'none named' : <ServerLinks key="servers" names={servers.map(({ name }) => name)} />],
        ['Stacks', stacks.join(', ') || 'none named'],
        ['Opened from', <Source key="source" source={source} />],
        resolution === null ? null : ['Resolution', resolution],
      ]}
    />
  );
}
