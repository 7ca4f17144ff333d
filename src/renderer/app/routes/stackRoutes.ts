import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { defined, oneOf, text, texts, values, whole } from './addressParts.ts';
import { rootRoute } from './rootRoute.tsx';

const stacks = createRoute({
  getParentRoute: () => rootRoute,
  path: '/stacks',
  validateSearch: (search) => defined({ on: text(search['on']), q: text(search['q']), show: oneOf(search['show'], ['unwell', 'drift', 'older'] as const) }),
  component: lazyRouteComponent(() => import('../../features/stacks/StacksScreen.tsx'), 'StacksScreen'),
});

const stack = createRoute({
  getParentRoute: () => rootRoute,
  path: '/stacks/$id',
  validateSearch: (search) => defined({ tab: oneOf(search['tab'], ['deployments', 'health', 'data', 'values'] as const) }),
  component: lazyRouteComponent(() => import('../../features/stacks/StackScreen.tsx'), 'StackScreen'),
});

const deploy = createRoute({
  getParentRoute: () => rootRoute,
  path: '/stacks/$id/deploy',
  validateSearch: (search) =>
    defined({
      on: text(search['on']),
      step: oneOf(search['step'], ['servers', 'plan', 'confirm'] as const),
      set: values(search['set']),
      profiles: texts(search['profiles']),
      base: oneOf(search['base'], ['current'] as const),
      roles: values(search['roles']),
      order: oneOf(search['order'], ['all', 'one-by-one', 'canary'] as const),
      failures: whole(search['failures']),
      soak: whole(search['soak']),
      accept: texts(search['accept']),
      server: text(search['server']),
    }),
  component: lazyRouteComponent(() => import('../../features/stacks/DeployScreen.tsx'), 'DeployScreen'),
});

const deployment = createRoute({
  getParentRoute: () => rootRoute,
  path: '/servers/$name/stacks/$id',
  validateSearch: (search) =>
    defined({
      view: oneOf(search['view'], ['services', 'releases', 'drift', 'lint', 'tests', 'models', 'space', 'runs'] as const),
      from: text(search['from']),
      to: text(search['to']),
    }),
  component: lazyRouteComponent(() => import('../../features/stacks/DeploymentScreen.tsx'), 'DeploymentScreen'),
});

const lint = createRoute({
  getParentRoute: () => rootRoute,
  path: '/lint',
  validateSearch: (search) =>
    defined({
      view: oneOf(search['view'], ['stack', 'files', 'rules'] as const),
      stack: text(search['stack']),
      on: text(search['on']),
      explain: text(search['explain']),
    }),
  component: lazyRouteComponent(() => import('../../features/stacks/LintScreen.tsx'), 'LintScreen'),
});

const projects = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects',
  validateSearch: (search) =>
    defined({
      item: text(search['item']),
      dialog: oneOf(search['dialog'], ['add'] as const),
      on: text(search['on']),
      view: oneOf(search['view'], ['found'] as const),
    }),
  component: lazyRouteComponent(() => import('../../features/projects/ProjectsScreen.tsx'), 'ProjectsScreen'),
});

const secrets = createRoute({
  getParentRoute: () => rootRoute,
  path: '/secrets',
  validateSearch: (search) => defined({ q: text(search['q']), item: text(search['item']), dialog: oneOf(search['dialog'], ['add', 'import'] as const) }),
  component: lazyRouteComponent(() => import('../../features/secrets/SecretsScreen.tsx'), 'SecretsScreen'),
});

const backups = createRoute({
  getParentRoute: () => rootRoute,
  path: '/backups',
  validateSearch: (search) => defined({ q: text(search['q']), sort: text(search['sort']) }),
  component: lazyRouteComponent(() => import('../../features/backups/BackupsScreen.tsx'), 'BackupsScreen'),
});

const backup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/backups/$server/$stack',
  component: lazyRouteComponent(() => import('../../features/backups/BackupScreen.tsx'), 'BackupScreen'),
});

/** Addresses of stacks and what they need. */
export const stackRoutes = [stacks, stack, deploy, deployment, lint, projects, secrets, backups, backup] as const;
