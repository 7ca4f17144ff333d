import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { healthSearch } from '../../features/health/healthAddress.ts';
import { defined, oneOf, text } from './addressParts.ts';
import { rootRoute } from './rootRoute.tsx';

const health = createRoute({
  getParentRoute: () => rootRoute,
  path: '/health',
  validateSearch: healthSearch,
  component: lazyRouteComponent(() => import('../../features/health/HealthScreen.tsx'), 'HealthScreen'),
});

const alerts = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts',
  validateSearch: (search) =>
    defined({
      tab: oneOf(search['tab'], ['history', 'rules', 'silences', 'channels'] as const),
      q: text(search['q']),
      severity: oneOf(search['severity'], ['advice', 'warning', 'critical'] as const),
      state: oneOf(search['state'], ['open', 'ended'] as const),
      since: oneOf(search['since'], ['1d', '30d', 'all'] as const),
      show: oneOf(search['show'], ['off', 'changed', 'open'] as const),
      dialog: oneOf(search['dialog'], ['channel', 'silence'] as const),
      item: text(search['item']),
    }),
  // Notices name an alert so.
  beforeLoad: ({ search: { tab, item } }) => {
    if (tab === undefined && item !== undefined) throw redirect({ to: '/alerts/$id', params: { id: item }, replace: true });
  },
  component: lazyRouteComponent(() => import('../../features/alerts/AlertsScreen.tsx'), 'AlertsScreen'),
});

const alert = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('../../features/alerts/AlertScreen.tsx'), 'AlertScreen'),
});

const alertRule = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts/rules/$id',
  validateSearch: (search) => defined({ view: oneOf(search['view'], ['text'] as const) }),
  component: lazyRouteComponent(() => import('../../features/alerts/RuleScreen.tsx'), 'RuleScreen'),
});

const newAlertRule = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts/new-rule',
  validateSearch: (search) => defined({ view: oneOf(search['view'], ['figures'] as const) }),
  component: lazyRouteComponent(() => import('../../features/alerts/RuleScreen.tsx'), 'NewRuleScreen'),
});

const incidents = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents',
  validateSearch: (search) => defined({ dialog: oneOf(search['dialog'], ['open', 'contacts'] as const) }),
  component: lazyRouteComponent(() => import('../../features/incidents/IncidentsScreen.tsx'), 'IncidentsScreen'),
});

const incident = createRoute({
  getParentRoute: () => rootRoute,
  path: '/incidents/$id',
  validateSearch: (search) => defined({ dialog: oneOf(search['dialog'], ['run', 'escalate', 'close'] as const) }),
  component: lazyRouteComponent(() => import('../../features/incidents/IncidentScreen.tsx'), 'IncidentScreen'),
});

/** Addresses of health, alerts and incidents. */
export const watchRoutes = [health, alerts, alert, alertRule, newAlertRule, incidents, incident] as const;
