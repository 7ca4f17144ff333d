import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CircleCheck, FileText, Microscope, Play, TrendingUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { incidentLevels, type TimelineItem } from '../../../shared/model/incident.ts';
import { ActionConfirm } from '../../app/ActionConfirm.tsx';
import { client, orpc } from '../../client/client.ts';
import { incidentsStore, operationsStore, useStateStream } from '../../client/streams.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { isFinal, operationStates } from '../operations/operationState.ts';
import { Loaded } from '../records/Loaded.tsx';
import { downloadText } from '../records/recordWords.tsx';
import { EscalationAside } from './EscalationAside.tsx';
import { CloseDialog, EscalateDialog, RunDialog } from './IncidentDialogs.tsx';
import { kindWords, levelTones } from './incidentWords.ts';

const route = getRouteApi('/incidents/$id');

/** One incident: what happened, who has it, and what can be done about it. */
export function IncidentScreen() {
  const { id } = route.useParams();
  const { dialog } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const shown = useQuery({ ...orpc.incidents.show.queryOptions({ input: { id } }), refetchInterval: 5000, retry: false });
  const changed = useStateStream(incidentsStore).items.get(id);
  const refresh = () => void queries.invalidateQueries({ queryKey: orpc.incidents.key() });
  const { refetch } = shown;
  useEffect(() => {
    if (changed !== undefined) void refetch();
  }, [changed, refetch]);
  const evidence = useAction(client.incidents.evidence, refresh);
  const draft = useAction(
    async ({ requestId: _ }: { requestId: string }) => client.incidents.postmortem({ id }),
    ({ markdown }) => downloadText(`${id}.md`, markdown),
  );
  const show = (next: 'run' | 'escalate' | 'close' | undefined) => void navigate({ search: next === undefined ? {} : { dialog: next }, replace: true });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Loaded query={shown} label="Loading the incident">
        {({ incident, timeline, escalation }) => (
          <>
            <PageHeader
              title={incident.title}
              actions={
                <>
                  {incident.closedAtMs === null && (
                    <>
                      <Button icon={Microscope} busy={evidence.busy} onClick={() => void evidence.run({ id })} disabled={incident.servers.length === 0}>
                        Collect evidence
                      </Button>
                      <Button icon={Play} onClick={() => show('run')}>
                        Run a runbook
                      </Button>
                      <Button icon={TrendingUp} onClick={() => show('escalate')}>
                        Change level
                      </Button>
                      <Button variant="primary" icon={CircleCheck} onClick={() => show('close')}>
                        Close it
                      </Button>
                    </>
                  )}
                  <Button icon={FileText} busy={draft.busy} onClick={() => void draft.run({})}>
                    Postmortem draft
                  </Button>
                </>
              }
            >
              <Link to="/incidents" search={{}} className="hover:underline">
                Incidents
              </Link>
              <span className="font-mono text-sm">{id}</span>
              <StateMark tone={incident.closedAtMs === null ? levelTones[incident.level] : 'good'}>
                {incident.closedAtMs === null ? `level ${incident.level}, ${incidentLevels[incident.level].word}` : 'closed'}
              </StateMark>
              <span>
                opened by {incident.openedBy} <RelativeTime atMs={incident.openedAtMs} suffix=" ago" />
              </span>
            </PageHeader>
            <div className="flex min-h-0 flex-1 gap-5 overflow-hidden px-4 pb-2">
              <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-3 overflow-y-auto">
                {evidence.error && <ErrorPanel error={evidence.error} />}
                {draft.error && <ErrorPanel error={draft.error} />}
                <Timeline items={timeline} />
                {incident.closedAtMs === null && <NoteForm id={id} onDone={refresh} />}
              </div>
              <EscalationAside incident={incident} escalation={escalation} onDone={refresh} />
            </div>
            {dialog === 'run' && <RunDialog incident={incident} onClose={() => show(undefined)} />}
            {dialog === 'escalate' && <EscalateDialog incident={incident} onClose={() => show(undefined)} onDone={refresh} />}
            {dialog === 'close' && <CloseDialog incident={incident} onClose={() => show(undefined)} onDone={refresh} />}
          </>
        )}
      </Loaded>
      <ActionConfirm action={evidence} title="Collect evidence" verb="Collect" />
    </div>
  );
}

function Timeline({ items }: { items: readonly TimelineItem[] }) {
  const operations = useStateStream(operationsStore).items;
  return (
    <ol aria-label="Timeline" className="flex flex-col">
      {items.map((item, index) => {
        const state = item.operationId === undefined ? undefined : (operations.get(item.operationId)?.state ?? item.state);
        const known = state === undefined ? undefined : operationStates[state as keyof typeof operationStates];
        return (
          <li key={index} className="grid grid-cols-[84px_72px_1fr] gap-x-3 border-b border-hairline py-1.5">
            <RelativeTime atMs={item.atMs} suffix=" ago" className="text-right text-faint" />
            <span className={item.kind === 'change' ? 'text-warn' : 'text-muted'}>{kindWords[item.kind]}</span>
            <span className="min-w-0 break-words whitespace-pre-wrap select-text">
              <b className="font-semibold">{item.who}</b>{' '}
              {item.operationId === undefined ? (
                item.text
              ) : (
                <Link to="/operations/$id" params={{ id: item.operationId }} className="text-accent underline">
                  {item.text}
                </Link>
              )}
              {known && (
                <span className="ml-2 inline-flex">
                  <StateMark tone={known.tone}>{isFinal(state as keyof typeof operationStates) ? known.word : `${known.word}…`}</StateMark>
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function NoteForm({ id, onDone }: { id: string; onDone(): void }) {
  const [text, setText] = useState('');
  const note = useAction(client.incidents.note, () => {
    setText('');
    onDone();
  });
  const send = () => text.trim() !== '' && void note.run({ id, text: text.trim() });
  return (
    <form
      className="flex flex-col gap-2 pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field label="What you saw or did">
        {(field) => <Textarea {...field} value={text} maxLength={16_000} onChange={(event) => setText(event.target.value)} />}
      </Field>
      {note.error && <ErrorPanel error={note.error} />}
      <div>
        <Button type="submit" busy={note.busy} disabled={text.trim() === ''}>
          Note it
        </Button>
      </div>
    </form>
  );
}
