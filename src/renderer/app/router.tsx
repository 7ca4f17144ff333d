import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { FleetScreen } from '../features/inventory/FleetScreen.tsx';
import { NotFound } from './NotFound.tsx';
import { RouteError } from './RouteError.tsx';
import { Shell } from './Shell.tsx';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const oneOf = <V extends string>(value: unknown, allowed: readonly V[]): V | undefined => allowed.find((each) => each === value);
const texts = (value: unknown): string[] | undefined => (Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : undefined);
const whole = (value: unknown): number | undefined => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined);
const values = (value: unknown): Record<string, string> | undefined =>
  typeof value === 'object' && value !== null && Object.values(value).every((each) => typeof each === 'string') ? (value as Record<string, string>) : undefined;
const defined = <T extends object>(search: T) =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: T[K] };

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: RouteError });
const parent = () => root;

const index = createRoute({
  getParentRoute: parent,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/fleet' });
  },
});

const fleet = createRoute({
  getParentRoute: parent,
  path: '/fleet',
  component: FleetScreen,
  validateSearch: (search) =>
    defined({
      q: text(search['q']),
      env: oneOf(search['env'], ['production', 'staging', 'development'] as const),
      attention: search['attention'] === true ? true : undefined,
      group: oneOf(search['group'], ['environment', 'group', 'role', 'none'] as const),
      sort: text(search['sort']),
      dialog: oneOf(search['dialog'], ['add', 'import', 'export', 'edit', 'labels', 'remove'] as const),
      server: text(search['server']),
      on: text(search['on']),
      trust: text(search['trust']),
    }),
});

const server = createRoute({
  getParentRoute: parent,
  path: '/servers/$name/$tab',
  validateSearch: (search) =>
    defined({
      dialog: oneOf(search['dialog'], ['edit', 'remove', 'trust', 'login'] as const),
      fit: text(search['fit']),
      path: text(search['path']),
      file: text(search['file']),
      root: search['root'] === true ? true : undefined,
    }),
  component: lazyRouteComponent(() => import('../features/inventory/ServerScreen.tsx'), 'ServerScreen'),
});
const serverIndex = createRoute({
  getParentRoute: parent,
  path: '/servers/$name',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/servers/$name/$tab', params: { name: params.name, tab: 'overview' } });
  },
});
const deployment = createRoute({
  getParentRoute: parent,
  path: '/servers/$name/stacks/$id',
  validateSearch: (search) =>
    defined({
      view: oneOf(search['view'], ['services', 'releases', 'drift', 'lint', 'tests', 'models', 'space', 'runs'] as const),
      from: text(search['from']),
      to: text(search['to']),
    }),
  component: lazyRouteComponent(() => import('../features/stacks/DeploymentScreen.tsx'), 'DeploymentScreen'),
});
const on = (search: Record<string, unknown>) => defined({ on: text(search['on']) });
const exec = createRoute({
  getParentRoute: parent,
  path: '/exec',
  validateSearch: (search) => defined({ on: text(search['on']), again: text(search['again']) }),
  component: lazyRouteComponent(() => import('../features/exec/ExecScreen.tsx'), 'ExecScreen'),
});
const stacks = createRoute({
  getParentRoute: parent,
  path: '/stacks',
  validateSearch: (search) => defined({ on: text(search['on']), q: text(search['q']), show: oneOf(search['show'], ['unwell', 'drift', 'older'] as const) }),
  component: lazyRouteComponent(() => import('../features/stacks/StacksScreen.tsx'), 'StacksScreen'),
});
const stack = createRoute({
  getParentRoute: parent,
  path: '/stacks/$id',
  validateSearch: (search) => defined({ tab: oneOf(search['tab'], ['deployments', 'health', 'data', 'values'] as const) }),
  component: lazyRouteComponent(() => import('../features/stacks/StackScreen.tsx'), 'StackScreen'),
});
const deploy = createRoute({
  getParentRoute: parent,
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
  component: lazyRouteComponent(() => import('../features/stacks/DeployScreen.tsx'), 'DeployScreen'),
});
const lint = createRoute({
  getParentRoute: parent,
  path: '/lint',
  validateSearch: (search) =>
    defined({
      view: oneOf(search['view'], ['stack', 'files', 'rules'] as const),
      stack: text(search['stack']),
      on: text(search['on']),
      explain: text(search['explain']),
    }),
  component: lazyRouteComponent(() => import('../features/stacks/LintScreen.tsx'), 'LintScreen'),
});
const projects = createRoute({
  getParentRoute: parent,
  path: '/projects',
  validateSearch: (search) =>
    defined({
      item: text(search['item']),
      dialog: oneOf(search['dialog'], ['add'] as const),
      on: text(search['on']),
      view: oneOf(search['view'], ['found'] as const),
    }),
  component: lazyRouteComponent(() => import('../features/projects/ProjectsScreen.tsx'), 'ProjectsScreen'),
});
const secrets = createRoute({
  getParentRoute: parent,
  path: '/secrets',
  validateSearch: (search) => defined({ q: text(search['q']), item: text(search['item']), dialog: oneOf(search['dialog'], ['add', 'import'] as const) }),
  component: lazyRouteComponent(() => import('../features/secrets/SecretsScreen.tsx'), 'SecretsScreen'),
});
const workflows = createRoute({
  getParentRoute: parent,
  path: '/workflows',
  validateSearch: on,
  component: lazyRouteComponent(() => import('../features/workflows/WorkflowsScreen.tsx'), 'WorkflowsScreen'),
});
const workflow = createRoute({
  getParentRoute: parent,
  path: '/workflows/$id',
  validateSearch: on,
  component: lazyRouteComponent(() => import('../features/workflows/WorkflowScreen.tsx'), 'WorkflowScreen'),
});
const operations = createRoute({
  getParentRoute: parent,
  path: '/operations',
  component: lazyRouteComponent(() => import('../features/operations/OperationsScreen.tsx'), 'OperationsScreen'),
});
const operation = createRoute({
  getParentRoute: parent,
  path: '/operations/$id',
  validateSearch: (search) => defined({ server: text(search['server']), step: text(search['step']) }),
  component: lazyRouteComponent(() => import('../features/operations/OperationScreen.tsx'), 'OperationScreen'),
});
const terminals = createRoute({
  getParentRoute: parent,
  path: '/terminals',
  validateSearch: (search) => defined({ id: text(search['id']) }),
  component: lazyRouteComponent(() => import('../features/terminals/TerminalsScreen.tsx'), 'TerminalsScreen'),
});
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
  getParentRoute: parent,
  path: '/records/$tab',
  validateSearch: tabIn,
  component: lazyRouteComponent(() => import('../features/records/RecordsScreen.tsx'), 'RecordsScreen'),
});
const recordsIndex = createRoute({
  getParentRoute: parent,
  path: '/records',
  beforeLoad: () => {
    throw redirect({ to: '/records/$tab', params: { tab: 'groups' }, search: {} });
  },
});
const document = createRoute({
  getParentRoute: parent,
  path: '/documents/$name',
  validateSearch: (search) =>
    defined({
      version: typeof search['version'] === 'number' && Number.isInteger(search['version']) && search['version'] > 0 ? search['version'] : undefined,
      edit: search['edit'] === true ? (true as const) : undefined,
    }),
  component: lazyRouteComponent(() => import('../features/records/DocumentScreen.tsx'), 'DocumentScreen'),
});
const settings = createRoute({
  getParentRoute: parent,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/SettingsScreen.tsx'), 'SettingsScreen'),
});

const routeTree = root.addChildren([
  index,
  fleet,
  server,
  serverIndex,
  deployment,
  exec,
  stacks,
  stack,
  deploy,
  lint,
  projects,
  secrets,
  workflows,
  workflow,
  operations,
  operation,
  terminals,
  records,
  recordsIndex,
  document,
  settings,
]);

/** Addresses of everything; kept in the hash, so that they work in every host. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: RouteError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
