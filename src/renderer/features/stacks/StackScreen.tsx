import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Rocket, ScrollText } from 'lucide-react';
import type { StackId } from '../../../shared/model/ids.ts';
import type { HealthGate, StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { openLogs } from '../../app/dock/openTerminal.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { formatMib } from '../../ui/format.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { PageHeader, Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { RecentRuns } from '../operations/RecentRuns.tsx';
import { DeploymentList } from './DeploymentList.tsx';

const route = getRouteApi('/stacks/$id');

/** What a gate asks for, in words. */
export function gateWords(gate: HealthGate): string {
  switch (gate.kind) {
    case 'containers':
      return `every container runs and is healthy within ${gate.timeoutS} s`;
    case 'http':
      return `${gate.title}: ${gate.url} answers ${gate.status.join(' or ')} within ${gate.timeoutS} s`;
    case 'chat':
      return `${gate.title}: ${gate.model} gives a token within ${gate.timeoutS} s`;
    case 'command':
      return `${gate.title}: ${gate.command.join(' ')} in ${gate.service} ends with 0 within ${gate.timeoutS} s`;
  }
}

function Definition({ stack }: { stack: StackDefinition }) {
  const { requirements } = stack;
  return (
    <>
      <Section title="Services">
        <ul>
          {stack.services.map((service) => (
            <li key={service.name} className="grid min-h-8 grid-cols-[minmax(100px,1fr)_minmax(0,2fr)_auto] items-center gap-3 border-b border-hairline px-1">
              <span className="truncate font-medium">{service.title}</span>
              <code className="truncate font-mono text-sm text-muted" title={service.image}>
                {service.image}
              </code>
              {service.stateful ? <Badge>keeps data</Badge> : <span />}
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Needs">
        <KeyValue
          className="pt-1"
          rows={[
            requirements.gpus === undefined
              ? null
              : ['GPUs', `${requirements.gpus}${requirements.vramMib === undefined ? '' : ` with ${formatMib(requirements.vramMib)} VRAM`}`],
            requirements.memoryMib === undefined ? null : ['Memory', formatMib(requirements.memoryMib)],
            requirements.diskMib === undefined ? null : ['Disk', formatMib(requirements.diskMib)],
            requirements.dockerVersion === undefined ? null : ['Docker', `${requirements.dockerVersion} or newer`],
            requirements.composeVersion === undefined ? null : ['Compose', `${requirements.composeVersion} or newer`],
          ]}
        />
      </Section>
      <Section title="Counts as healthy when">
        <ul className="pt-1">
          {stack.gates.map((gate) => (
            <li key={gateWords(gate)} className="py-0.5 break-words text-muted">
              {gateWords(gate)}
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

/** One stack: where it runs, what it is made of, what ran for it. */
export function StackScreen() {
  const { id } = route.useParams();
  const stackId = id as StackId;
  const query = useQuery(orpc.stacks.show.queryOptions({ input: { id: stackId } }));
  if (query.error) {
    return (
      <div className="max-w-[760px] p-4">
        <ErrorPanel error={toSerializedError(query.error)} actions={<Button onClick={() => void query.refetch()}>Try again</Button>} />
      </div>
    );
  }
  if (!query.data) {
    return (
      <div className="px-4 pt-14">
        <SkeletonRows count={8} label="Loading the stack" />
      </div>
    );
  }
  const stack = query.data;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title={stack.title}
        actions={
          <>
            <Button icon={ScrollText} onClick={() => openLogs(stack.id, 'all')}>
              Follow logs
            </Button>
            <Link to="/stacks/$id/deploy" params={{ id: stack.id }} className={buttonClass('primary')}>
              <Rocket aria-hidden size={14} strokeWidth={1.8} /> Deploy
            </Link>
          </>
        }
      >
        <code className="font-mono text-sm">{stack.id}</code>
        <span>{stack.summary}</span>
      </PageHeader>
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,3fr)_minmax(280px,2fr)] gap-8 overflow-y-auto border-t border-line px-4 py-3">
        <div className="flex min-w-0 flex-col gap-6">
          <Section title="Deployments">
            <DeploymentList stackId={stack.id}>
              <div className="pt-6">
                <Section title="Rollouts">
                  <RecentRuns kinds={['rollout', 'rollback', 'stack-down', 'stack-restart']} subject={stack.id} empty="It was never rolled out from here." />
                </Section>
              </div>
            </DeploymentList>
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <Definition stack={stack} />
        </div>
      </div>
    </div>
  );
}
