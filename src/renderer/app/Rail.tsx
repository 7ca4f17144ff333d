import { Link, useLocation } from '@tanstack/react-router';
import { Layers, ListChecks, type LucideIcon, NotebookText, Server, Settings, ShipWheel, SquareTerminal } from 'lucide-react';

interface PlaceEntry {
  to: '/fleet' | '/stacks' | '/workflows' | '/terminals' | '/records' | '/settings';
  label: string;
  icon: LucideIcon;
  keys: string;
  /** Beginnings of addresses that belong to it too. */
  also?: readonly string[];
}

const places: readonly PlaceEntry[] = [
  { to: '/fleet', label: 'Fleet', icon: Server, keys: 'g f', also: ['/servers/'] },
  { to: '/stacks', label: 'Stacks', icon: Layers, keys: 'g s', also: ['/projects', '/lint', '/secrets'] },
  { to: '/workflows', label: 'Workflows', icon: ListChecks, keys: 'g w' },
  { to: '/terminals', label: 'Terminals', icon: SquareTerminal, keys: 'g t' },
  { to: '/records', label: 'Records', icon: NotebookText, keys: 'g r' },
];

function Place({ to, label, icon: Icon, keys, also = [] }: PlaceEntry) {
  const belongs = useLocation({ select: ({ pathname }) => also.some((start) => pathname.startsWith(start)) });
  return (
    <Link
      to={to}
      title={`${label} (${keys})`}
      aria-label={label}
      data-belongs={belongs || undefined}
      className="flex h-[29px] items-center justify-center gap-[9px] rounded px-2 text-muted transition-colors duration-100 hover:bg-raised hover:text-text data-[status=active]:bg-accent-bg data-[status=active]:text-text data-belongs:bg-accent-bg data-belongs:text-text wide:justify-start"
    >
      <Icon aria-hidden size={15} strokeWidth={1.7} className="shrink-0" />
      <span className="hidden wide:inline">{label}</span>
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
      {places.map((place) => (
        <Place key={place.to} {...place} />
      ))}
      <div className="mt-auto" />
      <Place to="/settings" label="Settings" icon={Settings} keys="g ," />
    </nav>
  );
}
