import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { useState } from 'react';
import type { AttemptView } from '../../../shared/model/alert.ts';
import { type Heartbeat, heartbeatAddressSchema } from '../../../shared/model/alertChannel.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Select } from '../../ui/Select.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { Loaded } from '../records/Loaded.tsx';
import { AttemptLine } from './ChannelRow.tsx';
import { readSpan } from './ruleText.ts';
import { spanText } from './ruleWords.ts';

/** A sign of life to somebody else, who notices when nobody watches any more. */
export function HeartbeatSection() {
  const heartbeat = useQuery({ ...orpc.alerts.heartbeat.show.queryOptions({ input: {} }), refetchInterval: 10_000 });
  return (
    <Section title="Heartbeat">
      <p className="max-w-[90ch] pb-2 text-muted">
        A sign of life goes to an address again and again. Whoever listens there notices when this computer sleeps, is cut off, or watches no more.
      </p>
      <div className="-mx-4">
        <Loaded query={heartbeat} label="Loading the heartbeat" rows={2}>
          {({ heartbeat: present }) => <HeartbeatForm key={JSON.stringify(present.fields)} heartbeat={present} />}
        </Loaded>
      </div>
    </Section>
  );
}

function Stand({ heartbeat: { fields, lastSentAtMs, failing, failures, last } }: { heartbeat: Heartbeat }) {
  if (!fields.enabled) return <StateMark tone="off">off</StateMark>;
  return (
    <span className="flex flex-wrap items-center gap-x-4">
      <StateMark tone={failing ? 'bad' : failures > 0 ? 'warn' : lastSentAtMs === null ? 'off' : 'good'}>
        {failing ? 'failing' : failures > 0 ? 'failed once or twice' : lastSentAtMs === null ? 'not sent yet' : 'beats'}
      </StateMark>
      {lastSentAtMs !== null && (
        <span className="text-muted">
          arrived <RelativeTime atMs={lastSentAtMs} suffix=" ago" staleAfterMs={fields.intervalS * 3000} />
        </span>
      )}
      {last !== null && last.outcome !== 'sent' && <AttemptLine attempt={last} />}
    </span>
  );
}

function HeartbeatForm({ heartbeat }: { heartbeat: Heartbeat }) {
  const { fields, host } = heartbeat;
  const [enabled, setEnabled] = useState(fields.enabled);
  const [method, setMethod] = useState(fields.method);
  const [interval, setInterval] = useState(spanText(fields.intervalS));
  const [address, setAddress] = useState('');
  const [attempt, setAttempt] = useState<AttemptView | null>(null);
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.alerts.heartbeat.key() });
  const save = useAction(client.alerts.heartbeat.save, () => {
    setAddress('');
    refresh();
  });
  const test = useAction(client.alerts.heartbeat.test, (result) => {
    setAttempt(result.attempt);
    refresh();
  });
  const intervalS = readSpan(interval);
  const wrongInterval = intervalS === null || intervalS < 30 || intervalS > 3600;
  const wrongAddress = address !== '' && !heartbeatAddressSchema.safeParse(address).success;
  const changed = enabled !== fields.enabled || method !== fields.method || intervalS !== fields.intervalS || address !== '';
  const isReady = changed && !wrongInterval && !wrongAddress && !(enabled && host === null && address === '');
  return (
    <form
      className="flex flex-col gap-3 px-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && intervalS !== null) void save.run({ fields: { enabled, method, intervalS }, ...(address !== '' && { address }) });
      }}
    >
      <Stand heartbeat={heartbeat} />
      <div className="grid max-w-[860px] grid-cols-[minmax(0,1fr)_110px_110px] items-start gap-3">
        <Field
          label="Address"
          error={wrongAddress ? 'an address like https://hc.example.com/…' : null}
          hint={host === null ? 'its path lets in, so it is kept sealed' : `now at ${host}; kept unless you type another`}
        >
          {(field) => (
            <Input
              {...field}
              type="password"
              autoComplete="new-password"
              className="font-mono"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
          )}
        </Field>
        <Field label="By">
          {(field) => (
            <Select<'GET' | 'POST'>
              {...field}
              field
              value={method}
              options={[
                { value: 'GET', label: 'GET' },
                { value: 'POST', label: 'POST' },
              ]}
              onChange={setMethod}
            />
          )}
        </Field>
        <Field label="Every" error={wrongInterval ? '30 s to 1 h' : null}>
          {(field) => <Input {...field} value={interval} onChange={(event) => setInterval(event.target.value)} />}
        </Field>
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Checkbox checked={enabled} onChange={setEnabled}>
          Send it
        </Checkbox>
        <Button type="submit" variant="primary" busy={save.busy} disabled={!isReady}>
          Save
        </Button>
        <Button icon={Send} busy={test.busy} disabled={host === null} aria-label="Test the heartbeat" onClick={() => void test.run({})}>
          Test
        </Button>
        {attempt !== null && (
          <span role="status">
            <AttemptLine attempt={attempt} />
          </span>
        )}
      </div>
      {(save.error ?? test.error) && (
        <div className="max-w-[760px]">
          {save.error && <ErrorPanel error={save.error} />}
          {test.error && <ErrorPanel error={test.error} />}
        </div>
      )}
    </form>
  );
}
