import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { defined, oneOf, text } from './addressParts.ts';
import { rootRoute } from './rootRoute.tsx';

const workflows = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workflows',
  validateSearch: (search) => defined({ on: text(search['on']), q: text(search['q']), kind: oneOf(search['kind'], ['checklist', 'runbook'] as const) }),
  component: lazyRouteComponent(() => import('../../features/workflows/WorkflowsScreen.tsx'), 'WorkflowsScreen'),
});

const workflow = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workflows/$id',
  validateSearch: (search) => defined({ on: text(search['on']), only: text(search['only']), incident: text(search['incident']) }),
  component: lazyRouteComponent(() => import('../../features/workflows/WorkflowScreen.tsx'), 'WorkflowScreen'),
});

const schedules = createRoute({
  getParentRoute: () => rootRoute,
  path: '/schedules',
  validateSearch: (search) =>
    defined({
      tab: oneOf(search['tab'], ['windows'] as const),
      item: text(search['item']),
      dialog: oneOf(search['dialog'], ['add', 'edit', 'adopt'] as const),
    }),
  component: lazyRouteComponent(() => import('../../features/schedules/SchedulesScreen.tsx'), 'SchedulesScreen'),
});

const audits = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audits',
  validateSearch: (search) => defined({ workflow: text(search['workflow']), view: oneOf(search['view'], ['servers', 'compare'] as const) }),
  component: lazyRouteComponent(() => import('../../features/audits/AuditsScreen.tsx'), 'AuditsScreen'),
});

const audit = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audits/$id',
  validateSearch: (search) => defined({ server: text(search['server']) }),
  component: lazyRouteComponent(() => import('../../features/audits/AuditScreen.tsx'), 'AuditScreen'),
});

const search = createRoute({
  getParentRoute: () => rootRoute,
  path: '/search',
  validateSearch: (search) =>
    defined({ q: text(search['q']), server: text(search['server']), since: oneOf(search['since'], ['1h', '24h', '7d', '30d'] as const) }),
  component: lazyRouteComponent(() => import('../../features/evidence/SearchScreen.tsx'), 'SearchScreen'),
});

const operations = createRoute({
  getParentRoute: () => rootRoute,
  path: '/operations',
  component: lazyRouteComponent(() => import('../../features/operations/OperationsScreen.tsx'), 'OperationsScreen'),
});

const operation = createRoute({
  getParentRoute: () => rootRoute,
  path: '/operations/$id',
  validateSearch: (search) =>
    defined({ server: text(search['server']), step: text(search['step']), find: text(search['find']), view: oneOf(search['view'], ['timeline'] as const) }),
  component: lazyRouteComponent(() => import('../../features/operations/OperationScreen.tsx'), 'OperationScreen'),
});

/** Addresses of workflows, their schedules, and runs of the past. */
export const runRoutes = [workflows, workflow, schedules, audits, audit, search, operations, operation] as const;
