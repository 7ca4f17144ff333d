import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FoundProject } from '../../../shared/contract/projects.ts';
import { errorWording } from '../../../shared/errorWording.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { useSettled } from '../stacks/useSettled.ts';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { nameFrom, nameProblem } from './projectView.ts';

function AdoptDialog({ found, onClose }: { found: FoundProject; onClose(): void }) {
  const navigate = useNavigate();
  const [id, setId] = useState(nameFrom(found.project));
  const adopt = useAction(client.projects.adopt, ({ operation }) => void navigate({ to: '/operations/$id', params: { id: operation.id } }));
  const problem = nameProblem(id);
  const { confirmation } = adopt;
  return (
    <>
      <Dialog
        open={confirmation === null}
        onClose={onClose}
        title={`Adopt ${found.project}`}
        description={`As it runs on ${found.serverName}, ${count(found.services.length, 'service')}.`}
        onSubmit={() => problem === null && void adopt.run({ server: found.serverName, project: found.project, id: id as StackId })}
        footer={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" variant="primary" busy={adopt.busy} disabled={problem !== null}>
              Adopt
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-3 pb-2">
          <ul className="list-disc pl-4 text-muted">
            <li>
              Its files are read from <code className="font-mono text-sm break-all">{found.workingDirectory}</code> and become a project of yours.
            </li>
            <li>What runs becomes its first release. No container is touched, stopped or made anew.</li>
            <li>Secrets in its env files are sealed on this computer, and stay on the server as they are.</li>
            <li>Where what runs is not what its files say, it is refused and the differences are named.</li>
          </ul>
          <Field label="Name" error={problem}>
            {(field) => <Input {...field} value={id} className="font-mono" onChange={(event) => setId(event.target.value)} />}
          </Field>
          {adopt.error && <ErrorPanel error={adopt.error} />}
        </div>
      </Dialog>
      <ConfirmDialog
        open={confirmation !== null}
        title={`Adopt ${found.project} in production`}
        effect={confirmation?.effect ?? ''}
        expected={confirmation?.expected ?? null}
        action="Adopt"
        danger={false}
        busy={adopt.busy}
        onConfirm={(typed) => void adopt.confirm(typed)}
        onClose={adopt.reset}
      />
    </>
  );
}

/** Compose projects that run on servers and that nobody looks after from here, each to be adopted. */
export function FoundProjects({ on, onSelector }: { on: string; onSelector(on: string): void }) {
  const targets = useTargets(on);
  const asked = useSettled(on, 500);
  const [adopting, setAdopting] = useState<FoundProject | null>(null);
  const query = useQuery({
    ...orpc.projects.discover.queryOptions({ input: { selector: asked || 'none' }, retry: false }),
    enabled: asked !== '' && asked === on && targets.rows.length > 0,
    staleTime: 60_000,
  });
  const found = query.data?.found ?? [];
  return (
    <div className="flex flex-col gap-5">
      <TargetField selector={on} targets={targets} onChange={onSelector} listed={false} reads />
      {on === '' && <EmptyState title="Which servers shall be asked?">They tell which compose projects run on them. Nothing is changed by asking.</EmptyState>}
      {query.isLoading && <SkeletonRows count={4} label="Asking the servers" />}
      {query.error && <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Ask again</Button>} />}
      {query.data && found.length === 0 && (
        <EmptyState title="Nothing unknown runs there">Every compose project on these servers is looked after from here already.</EmptyState>
      )}
      {found.length > 0 && (
        <Section title="Running, and not looked after" aside={count(found.length, 'project')}>
          <ul aria-label="Found projects">
            {found.map((each) => (
              <li
                key={`${each.serverName}/${each.project}`}
                className="grid min-h-10 grid-cols-[minmax(110px,1fr)_minmax(96px,0.8fr)_minmax(120px,1fr)_minmax(0,1.6fr)_auto] items-center gap-3 border-b border-hairline px-2 py-1"
              >
                <span className="truncate font-semibold">{each.project}</span>
                <span className="truncate text-muted">{each.serverName}</span>
                <StateMark tone={each.running === each.containers ? 'good' : 'warn'} title={each.services.join(', ')}>
                  {each.running} of {count(each.containers, 'container')}
                </StateMark>
                <code className="truncate font-mono text-sm text-muted" title={each.configFiles.join('\n')}>
                  {each.workingDirectory}
                </code>
                <Button onClick={() => setAdopting(each)}>Adopt</Button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {query.data && query.data.failures.length > 0 && (
        <Section title="Could not be asked" aside={count(query.data.failures.length, 'server')}>
          <ul>
            {query.data.failures.map((failure) => (
              <li key={failure.serverName} className="border-b border-hairline px-2 py-1.5">
                <StateMark tone="unknown" className="[&>span]:whitespace-normal">
                  <span className="font-medium">{failure.serverName}</span> <span className="text-muted">{errorWording(failure.error).sentence}</span>
                </StateMark>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {adopting && <AdoptDialog found={adopting} onClose={() => setAdopting(null)} />}
    </div>
  );
}
