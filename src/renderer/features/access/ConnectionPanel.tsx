import { useQuery } from '@tanstack/react-query';
import { LogIn } from 'lucide-react';
import type { ConnectionDetails, LoginStep } from '../../../shared/model/server.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

const methods: Record<LoginStep['method'], string> = {
  publickey: 'a key',
  certificate: 'a certificate',
  password: 'a password',
  questions: 'answers of a person',
};
const lanes: Record<string, string> = {
  interactive: 'Terminals',
  control: 'Commands and readings',
  bulk: 'Files and long work',
  jump: 'Way to other servers',
  person: 'Everything',
};

/** One step of a login in words. */
export function loginWords({ method, key }: LoginStep): string {
  if (key === null) return methods[method];
  const from = key.path ?? 'the agent';
  return `${methods[method]}${key.certificate === null ? '' : ` “${key.certificate.keyId}”`} from ${from}`;
}

function ConnectionRow({ connection }: { connection: ConnectionDetails }) {
  const { lane, sinceMs, user, login, hostKey, authority, serverVersion, keyExchange, cipher, mac, via } = connection;
  return (
    <li className="border-b border-hairline py-2">
      <div className="mb-1 flex items-center gap-3">
        <b className="font-medium">{lanes[lane] ?? lane}</b>
        <span className="ml-auto text-sm text-faint">
          since <RelativeTime atMs={sinceMs} suffix=" ago" />
        </span>
      </div>
      <KeyValue
        className="text-sm"
        rows={[
          ['Logged in', `as ${user} by ${login.map(loginWords).join(', then ')}`],
          ...login.flatMap(({ key }): [string, string][] => (key === null ? [] : [['Our key', `${key.type} ${key.fingerprint}`]])).slice(0, 1),
          via.length === 0 ? null : ['Through', via.join(' → ')],
          ['Host key', `${hostKey.type} ${hostKey.fingerprint}`],
          authority === null ? null : ['Certified by', authority.fingerprint],
          ['Server', serverVersion],
          ['Sealed by', [keyExchange, cipher, ...(mac === null ? [] : [mac])].join(', ')],
        ]}
      />
    </li>
  );
}

/** The connections that are open, and how each was made. */
export function ConnectionPanel({ name, onLogin }: { name: string; onLogin(): void }) {
  const held = useQuery(orpc.access.connection.queryOptions({ input: { name }, refetchInterval: 5_000 }));
  return (
    <Section title="Connections" aside={held.data?.state}>
      {held.isPending && <SkeletonRows count={3} label="Loading connections" />}
      {held.error && <ErrorPanel error={toSerializedError(held.error)} />}
      {held.data?.error && <ErrorPanel error={held.data.error} />}
      {held.data?.connections.length === 0 && <p className="py-1.5 text-muted">None is open. One is made when something needs it.</p>}
      <ul>
        {held.data?.connections.map((connection) => (
          <ConnectionRow key={`${connection.lane} ${connection.sinceMs}`} connection={connection} />
        ))}
      </ul>
      <Button icon={LogIn} onClick={onLogin} className="mt-2.5">
        Log in
      </Button>
    </Section>
  );
}
