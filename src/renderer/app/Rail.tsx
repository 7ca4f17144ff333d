import { Link, useLocation } from '@tanstack/react-router';
import {
  Activity,
  Archive,
  BellRing,
  CalendarClock,
  History,
  Layers,
  ListChecks,
  type LucideIcon,
  NotebookText,
  ScrollText,
  Server,
  Settings,
  ShipWheel,
  Siren,
  SquareTerminal,
} from 'lucide-react';
import { alertsStore, schedulesStore, useStateStream } from '../client/streams.ts';
import { alertTotals } from '../features/alerts/alertTotals.ts';
import { dueCount } from '../features/schedules/scheduleView.ts';
import { cx } from '../ui/cx.ts';

interface PlaceEntry {
  to:
    | '/fleet'
    | '/stacks'
    | '/workflows'
    | '/schedules'
    | '/health'
    | '/terminals'
    | '/logs'
    | '/backups'
    | '/records'
    | '/alerts'
    | '/incidents'
    | '/activity'
    | '/settings';
  label: string;
  icon: LucideIcon;
  keys: string;
  /** Beginnings of addresses that belong to it too. */
  also?: readonly string[];
}

const places: readonly PlaceEntry[] = [
  { to: '/fleet', label: 'Fleet', icon: Server, keys: 'g f', also: ['/servers/'] },
  { to: '/stacks', label: 'Stacks', icon: Layers, keys: 'g s', also: ['/projects', '/lint', '/secrets'] },
  { to: '/workflows', label: 'Workflows', icon: ListChecks, keys: 'g w', also: ['/audits', '/search'] },
  { to: '/schedules', label: 'Schedules', icon: CalendarClock, keys: 'g c' },
  { to: '/health', label: 'Health', icon: Activity, keys: 'g h' },
  { to: '/alerts', label: 'Alerts', icon: BellRing, keys: 'g n' },
  { to: '/terminals', label: 'Terminals', icon: SquareTerminal, keys: 'g t' },
  { to: '/logs', label: 'Logs', icon: ScrollText, keys: 'g l' },
  { to: '/backups', label: 'Backups', icon: Archive, keys: 'g b' },
  { to: '/records', label: 'Records', icon: NotebookText, keys: 'g r' },
  { to: '/incidents', label: 'Incidents', icon: Siren, keys: 'g i' },
  { to: '/activity', label: 'Activity', icon: History, keys: 'g a' },
];

/** How much in a place waits for somebody. */
interface Waiting {
  count: number;
  word: string;
  tone: 'warn' | 'bad';
}

const badge = 'absolute top-0 right-0 rounded-full px-1 text-2xs font-semibold text-bg tabular-nums wide:static wide:ml-auto wide:px-1.5';

function WaitingBadge({ count, word, tone }: Waiting) {
  return (
    <span className={cx(badge, tone === 'bad' ? 'bg-bad' : 'bg-warn')}>
      {count}
      <span className="sr-only"> {word}</span>
    </span>
  );
}

/** The calendar's place says how much of it is due. */
function SchedulesPlace(place: PlaceEntry) {
  const due = dueCount(useStateStream(schedulesStore).list);
  return <Place {...place} waiting={{ count: due, word: 'due', tone: 'warn' }} />;
}

/** The place of alerts says how many fire that nobody has. */
function AlertsPlace(place: PlaceEntry) {
  const { firing, worst } = alertTotals(useStateStream(alertsStore).list);
  return <Place {...place} waiting={{ count: firing, word: 'firing', tone: worst === 'critical' ? 'bad' : 'warn' }} />;
}

function Place({ to, label, icon: Icon, keys, also = [], waiting }: PlaceEntry & { waiting?: Waiting }) {
  const waits = waiting !== undefined && waiting.count > 0;
  const belongs = useLocation({ select: ({ pathname }) => also.some((start) => pathname.startsWith(start)) });
  return (
    <Link
      to={to}
      title={`${label} (${keys})`}
      aria-label={waits ? `${label} ${waiting.count} ${waiting.word}` : label}
      data-belongs={belongs || undefined}
      className="relative flex h-[29px] items-center justify-center gap-[9px] rounded px-2 text-muted transition-colors duration-100 hover:bg-raised hover:text-text data-[status=active]:bg-accent-bg data-[status=active]:text-text data-belongs:bg-accent-bg data-belongs:text-text wide:justify-start"
    >
      <Icon aria-hidden size={15} strokeWidth={1.7} className="shrink-0" />
      <span className="sr-only wide:not-sr-only">{label}</span>
      {waits && ' '}
      {waits && <WaitingBadge {...waiting} />}
    </Link>
  );
}

/** The places of the app. */
export function Rail() {
  return (
    <nav aria-label="Places" className="row-span-3 flex flex-col gap-0.5 border-r border-line bg-surface px-2 py-2.5">
      <div className="flex h-7 items-center justify-center gap-2 px-2 wide:mb-2.5 wide:justify-start">
        <ShipWheel aria-hidden size={16} strokeWidth={1.8} className="shrink-0 text-accent" />
        <span className="hidden text-md font-semibold tracking-[-0.01em] wide:inline">Pilothouse</span>
      </div>
      {places.map((place) => {
        const Shown = place.to === '/schedules' ? SchedulesPlace : place.to === '/alerts' ? AlertsPlace : Place;
        return <Shown key={place.to} {...place} />;
      })}
      <div className="mt-auto" />
      <Place to="/settings" label="Settings" icon={Settings} keys="g ," />
    </nav>
  );
}
