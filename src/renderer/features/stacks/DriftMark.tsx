import { Link } from '@tanstack/react-router';
import { StateMark } from '../../ui/StateMark.tsx';
import type { DriftView } from './driftView.ts';

/** Whether a deployment is as its release says, in a word; leads to what differs. */
export function DriftMark({ view, stackId, serverName }: { view: DriftView; stackId: string; serverName: string }) {
  if (view.state === 'looking') {
    return (
      <StateMark tone="busy" title="It is being compared with the release">
        drift
      </StateMark>
    );
  }
  const [tone, words] =
    view.state === 'unknown'
      ? (['unknown', 'drift unknown'] as const)
      : view.items.length > 0
        ? (['warn', `drift ${view.items.length}`] as const)
        : (['off', 'no drift'] as const);
  return (
    <Link
      to="/servers/$name/stacks/$id"
      params={{ name: serverName, id: stackId }}
      search={{ view: 'drift' }}
      className={tone === 'warn' ? 'text-warn hover:underline' : 'hover:underline'}
    >
      <StateMark tone={tone}>{words}</StateMark>
    </Link>
  );
}
