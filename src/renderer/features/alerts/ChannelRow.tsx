import { Pencil, Send, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { AttemptView } from '../../../shared/model/alert.ts';
import type { AlertChannel } from '../../../shared/model/alertChannel.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark, type Tone } from '../../ui/StateMark.tsx';
import { attemptWords } from './AlertDeliveries.tsx';
import { channelKinds } from './channelForm.ts';
import { NotificationPermission } from './NotificationPermission.tsx';

function standOf({ fields, problem, last, waiting, givenUp }: AlertChannel): { tone: Tone; word: string } {
  if (!fields.enabled) return { tone: 'off', word: 'off' };
  if (problem !== null) return { tone: 'bad', word: 'not ready' };
  if (last !== null && last.outcome !== 'sent') return { tone: 'bad', word: 'failing' };
  if (waiting > 0 || givenUp > 0) return { tone: 'warn', word: 'behind' };
  return { tone: last === null ? 'off' : 'good', word: last === null ? 'not used yet' : 'tells' };
}

/** What came of one attempt, in a line. */
export function AttemptLine({ attempt: { outcome, problem, atMs, tookMs } }: { attempt: AttemptView }) {
  return (
    <span className={outcome === 'sent' ? 'text-muted' : 'text-bad'}>
      {attemptWords[outcome]} <RelativeTime atMs={atMs} suffix=" ago" /> after {tookMs < 1_000 ? `${tookMs} ms` : `${(tookMs / 1_000).toFixed(1)} s`}
      {problem !== null && `: ${problem}`}
    </span>
  );
}

/** One channel: what it is told of, how the last delivery went, and a test with its real result. */
export function ChannelRow({ channel, onEdit, onChanged }: { channel: AlertChannel; onEdit(): void; onChanged(): void }) {
  const { fields, host, problem, last, lastSentAtMs, waiting, givenUp } = channel;
  const [asked, setAsked] = useState(false);
  const [attempt, setAttempt] = useState<AttemptView | null>(null);
  const test = useAction(client.alerts.channels.test, (result) => {
    setAttempt(result.attempt);
    onChanged();
  });
  const remove = useAction(client.alerts.channels.remove, onChanged);
  const { tone, word } = standOf(channel);
  return (
    <li className="border-b border-hairline py-2">
      <div className="grid grid-cols-[104px_minmax(150px,1fr)_minmax(130px,0.8fr)_minmax(180px,1.2fr)_auto] items-center gap-3">
        <StateMark tone={tone}>{word}</StateMark>
        <span className="min-w-0">
          <b className="block truncate font-semibold">{fields.name}</b>
          <span className="block truncate text-sm text-muted">
            {channelKinds[fields.kind]}
            {host !== null && ` · ${host}`}
          </span>
        </span>
        <span className="min-w-0">
          <span className="block truncate">{fields.severities.join(', ')}</span>
          <span className="block truncate text-sm text-muted">
            {fields.fromLevel > 1 ? `from level ${fields.fromLevel}` : 'from the first level'}
            {fields.chatty && ', reminders too'}
          </span>
        </span>
        <span className="min-w-0">
          <span className="block truncate">
            {lastSentAtMs === null ? (
              <span className="text-muted">told nothing yet</span>
            ) : (
              <>
                told <RelativeTime atMs={lastSentAtMs} suffix=" ago" />
              </>
            )}
            {waiting > 0 && <span className="text-warn"> · {waiting} waiting</span>}
            {givenUp > 0 && <span className="text-bad"> · {givenUp} given up</span>}
          </span>
          {problem !== null ? (
            <span className="block text-sm break-words text-bad">{problem}</span>
          ) : (
            last !== null &&
            last.outcome !== 'sent' &&
            attempt === null && (
              <span className="block text-sm break-words">
                <AttemptLine attempt={last} />
              </span>
            )
          )}
        </span>
        <span className="flex items-center gap-1">
          <Button icon={Send} busy={test.busy} aria-label={`Test ${fields.name}`} onClick={() => void test.run({ channel: channel.id })}>
            Test
          </Button>
          <IconButton icon={Pencil} label={`Change ${fields.name}`} onClick={onEdit} />
          <IconButton icon={Trash2} label={`Remove ${fields.name}`} onClick={() => setAsked(true)} />
        </span>
      </div>
      {fields.kind === 'desktop' && <NotificationPermission />}
      {attempt !== null && (
        <p role="status" className="pt-1 pl-[116px]">
          <b className="font-medium">Test:</b> <AttemptLine attempt={attempt} />
        </p>
      )}
      {(test.error ?? remove.error) && (
        <div className="max-w-[760px] pt-2 pl-[116px]">
          {test.error && <ErrorPanel error={test.error} />}
          {remove.error && <ErrorPanel error={remove.error} />}
        </div>
      )}
      <ConfirmDialog
        open={asked}
        title={`Remove ${fields.name}?`}
        effect={`Its secrets are removed with it${waiting === 0 ? '' : `, and ${count(waiting, 'message')} that ${waiting === 1 ? 'waits is' : 'wait are'} told no more`}.`}
        expected={null}
        action="Remove"
        busy={remove.busy}
        onConfirm={() => {
          setAsked(false);
          void remove.run({ channel: channel.id });
        }}
        onClose={() => setAsked(false)}
      />
    </li>
  );
}
