import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { defined, oneOf, text, whole } from './addressParts.ts';
import { rootRoute } from './rootRoute.tsx';

const tabIn = (search: Record<string, unknown>) =>
  defined({
    q: text(search['q']),
    sort: text(search['sort']),
    item: text(search['item']),
    dialog: oneOf(search['dialog'], ['add', 'remove'] as const),
    due: search['due'] === true ? (true as const) : undefined,
    provider: text(search['provider']),
    gpu: text(search['gpu']),
    vram: typeof search['vram'] === 'number' ? search['vram'] : undefined,
  });

const records = createRoute({
  getParentRoute: () => rootRoute,
  path: '/records/$tab',
  validateSearch: tabIn,
  component: lazyRouteComponent(() => import('../../features/records/RecordsScreen.tsx'), 'RecordsScreen'),
});

const recordsIndex = createRoute({
  getParentRoute: () => rootRoute,
  path: '/records',
  beforeLoad: () => {
    throw redirect({ to: '/records/$tab', params: { tab: 'groups' }, search: {} });
  },
});

const document = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents/$name',
  validateSearch: (search) =>
    defined({
      version: typeof search['version'] === 'number' && Number.isInteger(search['version']) && search['version'] > 0 ? search['version'] : undefined,
      edit: search['edit'] === true ? (true as const) : undefined,
    }),
  component: lazyRouteComponent(() => import('../../features/records/DocumentScreen.tsx'), 'DocumentScreen'),
});

const activity = createRoute({
  getParentRoute: () => rootRoute,
  path: '/activity',
  validateSearch: (search) =>
    defined({
      q: text(search['q']),
      server: text(search['server']),
      outcome: oneOf(search['outcome'], ['started', 'done', 'failed', 'partly-failed', 'cancelled', 'needs-attention'] as const),
      tab: oneOf(search['tab'], ['changes', 'copies'] as const),
      dialog: oneOf(search['dialog'], ['verify'] as const),
      limit: whole(search['limit']),
    }),
  component: lazyRouteComponent(() => import('../../features/activity/ActivityScreen.tsx'), 'ActivityScreen'),
});

const settings = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('../../features/settings/SettingsScreen.tsx'), 'SettingsScreen'),
});

/** Addresses of records of this computer and its settings. */
export const recordRoutes = [records, recordsIndex, document, activity, settings] as const;
