import { ChevronRight } from 'lucide-react';
import type { WorkflowStep } from '../../../shared/model/workflow.ts';
import { Badge } from '../../ui/Badge.tsx';

const risks = { restart: 'restarts something', lockout: 'guarded against lock-out' };

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
              {step.risk !== 'none' && <Badge tone={step.risk === 'lockout' ? 'warn' : 'neutral'}>{risks[step.risk]}</Badge>}
              {step.sudo && <Badge>root</Badge>}
            </summary>
            <div className="flex flex-col gap-2 pt-1 pb-3 pl-7">
              <Script title="Check: ends with 0 when nothing is to be done" text={step.check} />
              <Script title="Apply" text={step.apply} />
              <Script title="Verify" text={step.verify} />
            </div>
          </details>
        </li>
      ))}
    </ol>
  );
}
