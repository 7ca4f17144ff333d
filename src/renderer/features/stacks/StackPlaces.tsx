import { Link } from '@tanstack/react-router';

const places = [
  { to: '/stacks', label: 'Catalogue' },
  { to: '/projects', label: 'Own projects' },
  { to: '/lint', label: 'Lint' },
  { to: '/secrets', label: 'Secrets' },
] as const;

/** The places that belong to stacks, beside each other. */
export function StackPlaces() {
  return (
    <nav aria-label="Places of stacks" className="flex items-center rounded border border-line bg-surface p-0.5">
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
