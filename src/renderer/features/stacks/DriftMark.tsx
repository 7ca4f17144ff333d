import { Link } from '@tanstack/react-router';
import { cx } from '../../ui/cx.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import type { DriftView } from './driftView.ts';

/** The room of its longest word, so that the head does not move when it is known. */
const width = 'min-w-[104px]';

/** Whether a deployment is as its release says, in a word; leads to what differs. */
export function DriftMark({ view, stackId, serverName }: { view: DriftView; stackId: string; serverName: string }) {
  if (view.state === 'looking') {
    return (
      <StateMark tone="busy" title="It is being compared with the release" className={width}>
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
      className={cx('hover:underline', width, tone === 'warn' && 'text-warn')}
    >
      <StateMark tone={tone}>{words}</StateMark>
    </Link>
  );
}
