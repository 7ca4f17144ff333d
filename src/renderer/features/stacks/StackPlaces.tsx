import { type PlaceLink, PlaceLinks } from '../../ui/PlaceLinks.tsx';

const places: readonly PlaceLink[] = [
  { to: '/stacks', label: 'Catalogue' },
  { to: '/projects', label: 'Own projects' },
  { to: '/lint', label: 'Lint' },
  { to: '/secrets', label: 'Secrets' },
];

/** The places that belong to stacks, beside each other. */
export const StackPlaces = () => <PlaceLinks label="Places of stacks" places={places} />;
