import { useState } from 'react';
import { type Contact, type Escalation, type Incident, incidentLevels } from '../../../shared/model/incident.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { IncidentFacts } from './IncidentFacts.tsx';

interface AsideProps {
  incident: Incident;
  escalation: Escalation | null;
  onDone(): void;
}

/** Who has it, who is next and from when, and what it is about. */
export function EscalationAside({ incident, escalation, onDone }: AsideProps) {
  const now = useNowMs();
  const [asked, setAsked] = useState<string | null>(null);
  const contacted = useAction(client.incidents.contacted, () => {
    setAsked(null);
    onDone();
  });
  const person = (contact: Contact) => (
    <li key={contact.id} className="flex flex-wrap items-center gap-x-2 gap-y-1 py-1">
      <span className="font-semibold">{contact.name}</span>
      <span className="text-muted">{contact.role}</span>
      <span className="w-full text-sm text-muted select-text">{contact.reach}</span>
      {asked === contact.id ? (
        <>
          <Button busy={contacted.busy} onClick={() => void contacted.run({ id: incident.id, contact: contact.name, reached: true, text: '' })}>
            Reached
          </Button>
          <Button busy={contacted.busy} onClick={() => void contacted.run({ id: incident.id, contact: contact.name, reached: false, text: '' })}>
            Not reached
          </Button>
        </>
      ) : (
        <Button aria-label={`I told them… ${contact.name}`} onClick={() => setAsked(contact.id)}>
          I told them…
        </Button>
      )}
    </li>
  );
  const due = escalation?.dueAtMs ?? null;
  return (
    <aside aria-label="Escalation" className="flex w-72 shrink-0 flex-col gap-3 overflow-y-auto border-l border-hairline pl-4">
      {escalation !== null && (
        <>
          <section>
            <h3 className="font-semibold">
              Level {escalation.level}, {incidentLevels[escalation.level].word}
            </h3>
            <p className="text-muted">
              since <RelativeTime atMs={escalation.sinceMs} suffix=" ago" />
            </p>
            {escalation.contacts.length === 0 ? <p className="py-1 text-warn">Nobody is named for this level.</p> : <ul>{escalation.contacts.map(person)}</ul>}
          </section>
          {escalation.next !== null && (
            <section>
              <h3 className="font-semibold">
                Next: level {escalation.next.level}, {incidentLevels[escalation.next.level].word}
              </h3>
              {due !== null && (
                <StateMark tone={due <= now ? 'bad' : 'info'}>
                  {due <= now ? 'due since ' : 'due at '}
                  {new Date(due).toISOString().slice(11, 16)} UTC
                </StateMark>
              )}
              <ul>
                {escalation.next.contacts.map((contact) => (
                  <li key={contact.id} className="text-muted">
                    {contact.name}, {contact.reach}
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
      {contacted.error && <ErrorPanel error={contacted.error} />}
      <IncidentFacts incident={incident} />
    </aside>
  );
}
