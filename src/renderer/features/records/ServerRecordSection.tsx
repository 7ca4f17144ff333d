import { Link } from '@tanstack/react-router';
import { Pencil } from 'lucide-react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { groupKinds } from '../../../shared/model/group.ts';
import { typeOf } from '../../../shared/model/instanceFilter.ts';
import { type PlanFinding, planFindings } from '../../../shared/model/planPromise.ts';
import { dayOf, daysBetween } from '../../../shared/model/serverRecord.ts';
import { roleTitle } from '../../../shared/model/serverRole.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { useNowMs } from '../../ui/clock.ts';
import { count } from '../../ui/format.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { ReviewMark } from './ReviewMark.tsx';
import { CostText } from './recordWords.tsx';
import { useCatalogue, useDocuments, useGroups, useResources } from './useRecords.ts';

/** Days before a contract ends from which it is said to be near. */
const soonDays = 30;

function Renewal({ day }: { day: string }) {
  const days = daysBetween(dayOf(useNowMs()), day);
  if (days > soonDays) return <span className="tabular-nums">{day}</span>;
  return (
    <StateMark tone={days < 0 ? 'bad' : 'warn'} title={day}>
      {days < 0 ? `${count(-days, 'day')} ago` : days === 0 ? 'today' : `in ${count(days, 'day')}`}
    </StateMark>
  );
}

/** What a plan promises, set against what is there; empty where nothing can be compared. */
function usePlanFindings({ server, facts }: FleetRow): PlanFinding[] {
  const catalogue = useCatalogue();
  const type = typeOf(catalogue.data?.types ?? [], server.record);
  return type === null || facts === null ? [] : planFindings(type, facts);
}

/** Only what is not kept is named. */
function PlanCheck({ findings }: { findings: readonly PlanFinding[] }) {
  const broken = findings.filter(({ kept }) => !kept);
  if (broken.length === 0) return <StateMark tone="good">has what its plan promises</StateMark>;
  return (
    <ul className="flex flex-col">
      {broken.map(({ what, promised, found }) => (
        <li key={what}>
          <StateMark tone="warn" title={`The catalogue says ${promised}; the server shows ${found}`}>
            {what}: {promised} promised, {found} there
          </StateMark>
        </li>
      ))}
    </ul>
  );
}

function Belongs({ row }: { row: FleetRow }) {
  const { name, groups: labels } = row.server;
  const groups = useGroups();
  const documents = useDocuments();
  const resources = useResources();
  const stacks = new Set(row.stacks.map(({ stackId }) => stackId));
  const about = (documents.data ?? []).filter(
    (document) =>
      document.servers.includes(name) || document.groups.some((group) => labels.includes(group)) || document.stacks.some((stack) => stacks.has(stack)),
  );
  const used = (resources.data ?? []).filter((resource) => resource.servers.includes(name) || resource.groups.some((group) => labels.includes(group)));
  return (
    <KeyValue
      rows={[
        labels.length > 0
          ? [
              'Groups',
              <ul key="groups">
                {labels.map((label) => {
                  const group = groups.data?.find((each) => each.name === label);
                  const part = group?.members.find((member) => member.name === name);
                  return (
                    <li key={label}>
                      <Link to="/records/$tab" params={{ tab: 'groups' }} search={{ item: label }} className="hover:underline">
                        {label}
                      </Link>
                      <span className="text-muted">
                        {group && group.kind !== 'plain' && ` · ${groupKinds[group.kind].title.toLowerCase()}`}
                        {part?.part && `, ${part.part}`}
                        {part?.weight != null && `, weight ${part.weight}`}
                      </span>
                    </li>
                  );
                })}
              </ul>,
            ]
          : null,
        used.length > 0
          ? [
              'Uses',
              <span key="used" className="flex flex-wrap gap-x-3">
                {used.map((resource) => (
                  <Link key={resource.id} to="/records/$tab" params={{ tab: 'resources' }} search={{ item: resource.name }} className="hover:underline">
                    {resource.name}
                  </Link>
                ))}
              </span>,
            ]
          : null,
        about.length > 0
          ? [
              'Documents',
              <ul key="about">
                {about.map((document) => (
                  <li key={document.id} className="flex flex-wrap gap-x-3">
                    <Link to="/documents/$name" params={{ name: document.name }} search={{}} className="hover:underline">
                      {document.title}
                    </Link>
                    {document.nextReviewOn && <ReviewMark document={document} withDay={false} />}
                  </li>
                ))}
              </ul>,
            ]
          : null,
      ]}
    />
  );
}

/** Whether what belongs to a server is still on its way: until then its length is not known. */
export function useRecordPending(): boolean {
  const queries = [useGroups(), useDocuments(), useResources(), useCatalogue()];
  return queries.some((query) => query.isPending);
}

/** What is kept about a server: who rents it out, who answers for it, what it costs, and what belongs to it. */
export function ServerRecordSection({ row }: { row: FleetRow }) {
  const { name, record = {}, roles = [] } = row.server;
  const { provider, plan, location, publicAddress, privateAddress, owner, cost, purchasedOn, renewsOn, notes } = record;
  const findings = usePlanFindings(row);
  const isEmpty = Object.keys(record).length === 0 && roles.length === 0;
  return (
    <Section
      title="Record"
      aside={
        <Link
          to="/servers/$name/$tab"
          params={{ name, tab: 'overview' }}
          search={{ dialog: 'edit' }}
          className={buttonClass('ghost', 'h-5 px-1.5')}
          aria-label="Edit the record"
        >
          <Pencil aria-hidden size={12} /> Edit
        </Link>
      }
    >
      <div className="flex flex-col gap-1 pt-1">
        {isEmpty && <p className="text-muted">Nothing is kept yet: provider, owner, cost, roles.</p>}
        <KeyValue
          rows={[
            roles.length > 0 ? ['Does', roles.map(roleTitle).join(', ')] : null,
            provider || plan ? ['Rented', [provider, plan, location].filter(Boolean).join(' · ')] : location ? ['Location', location] : null,
            findings.length > 0 ? ['', <PlanCheck key="check" findings={findings} />] : null,
            publicAddress ? ['Public', <Address key="public" value={publicAddress} />] : null,
            privateAddress ? ['Private', <Address key="private" value={privateAddress} />] : null,
            owner ? ['Owner', owner] : null,
            cost ? ['Cost', <CostText key="cost" cost={cost} />] : null,
            purchasedOn
              ? [
                  'Ordered',
                  <span key="ordered" className="tabular-nums">
                    {purchasedOn}
                  </span>,
                ]
              : null,
            renewsOn ? ['Renews', <Renewal key="renews" day={renewsOn} />] : null,
            notes
              ? [
                  'Notes',
                  <span key="notes" className="whitespace-pre-wrap select-text">
                    {notes}
                  </span>,
                ]
              : null,
          ]}
        />
        <Belongs row={row} />
      </div>
    </Section>
  );
}

function Address({ value }: { value: string }) {
  return <code className="font-mono text-sm select-text">{value}</code>;
}
