import { type PlaceLink, PlaceLinks } from '../../ui/PlaceLinks.tsx';

const places: readonly PlaceLink[] = [
  { to: '/workflows', label: 'Library' },
  { to: '/audits', label: 'Audits' },
  { to: '/search', label: 'Search output' },
];

/** The places that belong to workflows, beside each other. */
export const WorkflowPlaces = () => <PlaceLinks label="Places of workflows" places={places} />;
