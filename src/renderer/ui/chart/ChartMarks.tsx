import { formatExact } from '../format.ts';
import { Menu } from '../Menu.tsx';
import { Mark, type Tone } from '../StateMark.tsx';
import { Tooltip } from '../Tooltip.tsx';
import { clusterMarks, type MarkCluster } from './chartMarks.ts';
import { plotInset } from './chartPlot.ts';
import type { ChartMark, ChartRange } from './chartTypes.ts';

const worst: readonly Tone[] = ['bad', 'warn', 'info', 'busy', 'good', 'off', 'unknown'];
const toneOf = (marks: readonly ChartMark[]): Tone => worst.find((tone) => marks.some((mark) => mark.tone === tone)) ?? 'info';

function Words({ marks }: { marks: readonly ChartMark[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {marks.slice(0, 6).map((mark) => (
        <li key={mark.key}>
          <span className="flex items-center gap-1.5 font-medium">
            <Mark tone={mark.tone} size={9} />
            {mark.title}
          </span>
          <span className="block pl-[15px] text-faint">
            {mark.detail} · {formatExact(mark.atMs)}
          </span>
        </li>
      ))}
      {marks.length > 6 && <li className="text-faint">and {marks.length - 6} more</li>}
    </ul>
  );
}

const place = 'absolute top-0 flex size-3.5 -translate-x-1/2 items-center justify-center rounded-sm hover:bg-raised';

function Cluster({ cluster: { at, marks } }: { cluster: MarkCluster }) {
  const left = { left: `${at * 100}%` };
  const [first] = marks;
  if (first === undefined) return null;
  const name = marks.map((mark) => `${mark.title}, ${mark.detail}`).join('; ');
  if (marks.length === 1 && first.href !== null)
    return (
      <Tooltip content={<Words marks={marks} />} side="top">
        <a href={first.href} aria-label={name} className={place} style={left}>
          <Mark tone={first.tone} size={9} />
        </a>
      </Tooltip>
    );
  const button = (
    <button type="button" aria-label={marks.length > 1 ? `${marks.length}: ${name}` : name} className={place} style={left}>
      <Mark tone={toneOf(marks)} size={9} />
      {marks.length > 1 && <span className="pl-px text-2xs text-muted">{marks.length}</span>}
    </button>
  );
  const linked = marks.filter((mark) => mark.href !== null);
  return linked.length === 0 ? (
    <Tooltip content={<Words marks={marks} />} side="top">
      {button}
    </Tooltip>
  ) : (
    <Menu
      align="start"
      trigger={button}
      entries={linked.map((mark) => ({
        label: mark.title,
        hint: mark.detail,
        onSelect: () => {
          window.location.assign(mark.href ?? '#');
        },
      }))}
    />
  );
}

/** What happened, as marks along the top of a plot, each a way to it. */
export function ChartMarks({ marks, range, width }: { marks: readonly ChartMark[]; range: ChartRange; width: number }) {
  const inner = width - plotInset.left - plotInset.right;
  if (marks.length === 0 || inner <= 0) return null;
  return (
    <div className="pointer-events-none absolute -top-1.5 h-3.5 *:pointer-events-auto" style={{ left: plotInset.left, width: inner }}>
      {clusterMarks(marks, range, inner).map((cluster) => (
        <Cluster key={cluster.key} cluster={cluster} />
      ))}
    </div>
  );
}
