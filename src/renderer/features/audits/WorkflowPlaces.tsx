import { Link } from '@tanstack/react-router';

const places = [
  { to: '/workflows', label: 'Library' },
  { to: '/audits', label: 'Audits' },
  { to: '/search', label: 'Search output' },
] as const;

/** The places that belong to workflows, beside each other. */
export function WorkflowPlaces() {
  return (
    <nav aria-label="Places of workflows" className="flex items-center rounded border border-line bg-surface p-0.5">
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
