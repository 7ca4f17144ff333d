import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WorkflowStep } from '../../../shared/model/workflowStep.ts';
import { Badge } from '../../ui/Badge.tsx';

const risks = { restart: 'restarts something', reboot: 'restarts the server', lockout: 'guarded against lock-out', data: 'changes data' };
const kinds = { question: 'asks you', approval: 'needs approval', wait: 'waits', reboot: 'restarts the server', local: 'from this laptop', stack: 'stack' };

function Script({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <div className="text-sm text-faint">{title}</div>
      <pre tabIndex={0} className="max-h-56 overflow-auto rounded-sm border border-line bg-surface px-2.5 py-1.5 font-mono text-xs text-muted select-text">
        {text.trim() || 'nothing'}
      </pre>
    </div>
  );
}

function Details({ step }: { step: WorkflowStep }): ReactNode {
  switch (step.kind) {
    case 'command':
      return (
        <>
          {step.check !== undefined && <Script title="Check: ends with 0 when nothing is to be done" text={step.check} />}
          {step.apply !== undefined && <Script title="Apply" text={step.apply} />}
          {step.verify !== undefined && <Script title="Verify" text={step.verify} />}
          {step.rollback !== undefined && <Script title="Roll back" text={step.rollback} />}
        </>
      );
    case 'question':
      return <p className="text-sm whitespace-pre-line text-muted">{step.text}</p>;
    case 'approval':
      return <p className="text-sm whitespace-pre-line text-muted">{step.statement}</p>;
    case 'wait':
    case 'reboot':
      return <Script title={step.kind === 'wait' ? 'Waits until this ends with 0' : 'Restarts where this ends with 1'} text={step.check} />;
    case 'local':
      return <Script title="Tried from this laptop" text={JSON.stringify(step.probe, null, 2)} />;
    case 'stack':
      return <Script title={`${step.action} of ${step.stack}`} text={JSON.stringify(step.with ?? {}, null, 2)} />;
    case 'workflow':
      return <p className="text-sm text-muted">The steps of {step.workflow}.</p>;
  }
}

/** The steps of a workflow with their reasons; each opens to the scripts that it runs. */
export function StepList({ steps }: { steps: readonly WorkflowStep[] }) {
  return (
    <ol>
      {steps.map((step, index) => (
        <li key={step.id} className="border-b border-hairline">
          <details className="group">
            <summary className="flex min-h-9 list-none items-center gap-2.5 rounded-sm px-1 py-1.5 hover:bg-raised/60">
              <ChevronRight aria-hidden size={13} className="shrink-0 text-faint transition-transform duration-100 group-open:rotate-90" />
              <span className="font-mono text-sm text-faint">{String(index + 1).padStart(2, '0')}</span>
              <span className="min-w-0 flex-1">
                <span className="block">{step.title}</span>
                <span className="block text-sm text-muted">{step.why}</span>
              </span>
              {step.kind === 'command' && step.risk !== 'none' && <Badge tone={step.risk === 'lockout' ? 'warn' : 'neutral'}>{risks[step.risk]}</Badge>}
              {step.kind === 'command' && step.sudo && <Badge>root</Badge>}
              {step.kind !== 'command' && step.kind !== 'workflow' && <Badge>{kinds[step.kind]}</Badge>}
            </summary>
            <div className="flex flex-col gap-2 pt-1 pb-3 pl-7">
              <Details step={step} />
              {step.note !== undefined && <p className="text-sm text-muted">{step.note}</p>}
            </div>
          </details>
        </li>
      ))}
    </ol>
  );
}
