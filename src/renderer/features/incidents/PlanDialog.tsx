import { useQuery } from '@tanstack/react-query';
import { incidentLevels } from '../../../shared/model/incident.ts';
import { orpc } from '../../client/client.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Loaded } from '../records/Loaded.tsx';

const usePlan = () => useQuery({ ...orpc.incidents.plan.queryOptions({ input: {} }), refetchInterval: 60_000 });

/** Who is on call now. */
export function OnCallLine() {
  const onCall = usePlan().data?.onCall;
  if (!onCall) return null;
  return (
    <span title={onCall.contact.reach}>
      on call: {onCall.contact.name}, until {new Date(onCall.untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC
    </span>
  );
}

/** Whom to turn to: contacts by role, the three levels, who is on call. */
export function PlanDialog({ onClose }: { onClose(): void }) {
  const plan = usePlan();
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title="Contacts and on-call"
      description="Filled in from a file: pilothouse incidents contacts --import contacts.yaml"
      footer={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      {/* As high before it is loaded as after, so that the dialog stays where it came up. */}
      <div className="min-h-[400px]">
        <Loaded query={plan} label="Loading contacts" rows={5}>
          {({ plan: { contacts, levels }, onCall, savedAtMs, who }) =>
            contacts.length === 0 ? (
              <EmptyState title="Nobody is named yet">
                An incident tells whom to turn to once the contacts, the three levels and the rotation are filled in.
              </EmptyState>
            ) : (
              <div className="flex flex-col gap-4 pb-2">
                <PlainTable
                  label="Contacts"
                  rows={contacts}
                  rowKey={({ id }) => id}
                  columns={[
                    { id: 'name', title: 'Name', cell: ({ name }) => name },
                    { id: 'role', title: 'Role', cell: ({ role }) => role },
                    { id: 'answers', title: 'Answers for', wide: true, cell: ({ responsibility }) => responsibility },
                    { id: 'reach', title: 'Reached by', cell: ({ reach }) => reach },
                  ]}
                />
                <PlainTable
                  label="Escalation path"
                  rows={levels}
                  rowKey={({ level }) => String(level)}
                  columns={[
                    { id: 'level', title: 'Level', cell: ({ level }) => `${level}, ${incidentLevels[level].word}` },
                    {
                      id: 'who',
                      title: 'Who is told',
                      cell: (step) => step.contacts.map((id) => contacts.find((contact) => contact.id === id)?.name ?? id).join(', '),
                    },
                    { id: 'when', title: 'When', wide: true, cell: ({ when }) => when },
                    { id: 'next', title: 'Next level after', align: 'end', cell: ({ withinMin }) => (withinMin === null ? '' : `${withinMin} min`) },
                  ]}
                />
                <p className="text-muted">
                  {onCall === null ? 'Nobody is on call.' : `On call: ${onCall.contact.name} (${onCall.contact.reach}); then ${onCall.next?.name ?? 'nobody'}.`}{' '}
                  {savedAtMs !== null && (
                    <>
                      Saved by {who} <RelativeTime atMs={savedAtMs} suffix=" ago" />.
                    </>
                  )}
                </p>
              </div>
            )
          }
        </Loaded>
      </div>
    </Dialog>
  );
}
