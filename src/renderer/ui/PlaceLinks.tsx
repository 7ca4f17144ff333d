import { Link, type LinkProps } from '@tanstack/react-router';

/** A place of the window with its word. */
export interface PlaceLink {
  to: NonNullable<LinkProps['to']>;
  label: string;
}

/** Places that belong together, beside each other; the one that is open is marked. */
export function PlaceLinks({ label, places }: { label: string; places: readonly PlaceLink[] }) {
  return (
    <nav aria-label={label} className="flex items-center rounded border border-line bg-surface p-0.5">
      {places.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          activeOptions={{ exact: true, includeSearch: false }}
          className="flex h-5 items-center rounded-sm px-2 whitespace-nowrap text-muted hover:text-text data-[status=active]:bg-raised data-[status=active]:text-text"
        >
          {place.label}
        </Link>
      ))}
    </nav>
  );
}
