import { lazy, Suspense, useState } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';

const OpenRowMenu = lazy(() => import('./OpenRowMenu.tsx').then((module) => ({ default: module.OpenRowMenu })));

/** What can be done with one server of the fleet. The menu itself is made when it is first opened: rows come and go while scrolling. */
export function RowMenu({ row }: { row: FleetRow }) {
  // The same element is there for one server after the other.
  const [openedFor, setOpenedFor] = useState<string | null>(null);
  const { id, name } = row.server;
  const button = (
    <button
      type="button"
      aria-label={`Actions for ${name}`}
      aria-haspopup="menu"
      title="Actions"
      tabIndex={-1}
      onClick={() => setOpenedFor(id)}
      className="size-5 shrink-0 rounded text-center text-md leading-none text-muted hover:bg-raised hover:text-text"
    >
      ⋯
    </button>
  );
  if (openedFor !== id) return button;
  return (
    <Suspense fallback={button}>
      <OpenRowMenu key={id} row={row} />
    </Suspense>
  );
}
