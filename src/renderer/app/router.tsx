import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { healthSearch } from '../features/health/healthAddress.ts';
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
      log: text(search['log']),
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
  validateSearch: (search) => defined({ on: text(search['on']), q: text(search['q']), kind: oneOf(search['kind'], ['checklist', 'runbook'] as const) }),
  component: lazyRouteComponent(() => import('../features/workflows/WorkflowsScreen.tsx'), 'WorkflowsScreen'),
});
const workflow = createRoute({
  getParentRoute: parent,
  path: '/workflows/$id',
  validateSearch: (search) => defined({ on: text(search['on']), only: text(search['only']), incident: text(search['incident']) }),
  component: lazyRouteComponent(() => import('../features/workflows/WorkflowScreen.tsx'), 'WorkflowScreen'),
});
const schedules = createRoute({
  getParentRoute: parent,
  path: '/schedules',
  validateSearch: (search) =>
    defined({
      tab: oneOf(search['tab'], ['windows'] as const),
      item: text(search['item']),
      dialog: oneOf(search['dialog'], ['add', 'edit', 'adopt'] as const),
    }),
  component: lazyRouteComponent(() => import('../features/schedules/SchedulesScreen.tsx'), 'SchedulesScreen'),
});
const audits = createRoute({
  getParentRoute: parent,
  path: '/audits',
  validateSearch: (search) => defined({ workflow: text(search['workflow']), view: oneOf(search['view'], ['servers', 'compare'] as const) }),
  component: lazyRouteComponent(() => import('../features/audits/AuditsScreen.tsx'), 'AuditsScreen'),
});
const audit = createRoute({
  getParentRoute: parent,
  path: '/audits/$id',
  validateSearch: (search) => defined({ server: text(search['server']) }),
  component: lazyRouteComponent(() => import('../features/audits/AuditScreen.tsx'), 'AuditScreen'),
});
const search = createRoute({
  getParentRoute: parent,
  path: '/search',
  validateSearch: (search) =>
    defined({ q: text(search['q']), server: text(search['server']), since: oneOf(search['since'], ['1h', '24h', '7d', '30d'] as const) }),
  component: lazyRouteComponent(() => import('../features/evidence/SearchScreen.tsx'), 'SearchScreen'),
});
const operations = createRoute({
  getParentRoute: parent,
  path: '/operations',
  component: lazyRouteComponent(() => import('../features/operations/OperationsScreen.tsx'), 'OperationsScreen'),
});
const operation = createRoute({
  getParentRoute: parent,
  path: '/operations/$id',
  validateSearch: (search) =>
    defined({ server: text(search['server']), step: text(search['step']), find: text(search['find']), view: oneOf(search['view'], ['timeline'] as const) }),
  component: lazyRouteComponent(() => import('../features/operations/OperationScreen.tsx'), 'OperationScreen'),
});
const terminals = createRoute({
  getParentRoute: parent,
  path: '/terminals',
  validateSearch: (search) => defined({ id: text(search['id']), view: oneOf(search['view'], ['recordings'] as const), recording: text(search['recording']) }),
  component: lazyRouteComponent(() => import('../features/terminals/TerminalsScreen.tsx'), 'TerminalsScreen'),
});
const terminalWindow = createRoute({
  getParentRoute: parent,
  path: '/terminal/$id',
  component: lazyRouteComponent(() => import('../features/terminals/TerminalWindow.tsx'), 'TerminalWindow'),
});
const logs = createRoute({
  getParentRoute: parent,
  path: '/logs',
  validateSearch: (search) =>
    defined({
      on: text(search['on']),
      stacks: text(search['stacks']),
      services: text(search['services']),
      containers: text(search['containers']),
      units: text(search['units']),
      files: text(search['files']),
      q: text(search['q']),
      regex: search['regex'] === true ? (true as const) : undefined,
      levels: text(search['levels']),
      off: text(search['off']),
      at: text(search['at']),
      choose: search['choose'] === true ? (true as const) : undefined,
    }),
  component: lazyRouteComponent(() => import('../features/logs/LogsScreen.tsx'), 'LogsScreen'),
});
const health = createRoute({
  getParentRoute: parent,
  path: '/health',
  validateSearch: healthSearch,
  component: lazyRouteComponent(() => import('../features/health/HealthScreen.tsx'), 'HealthScreen'),
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
const activity = createRoute({
  getParentRoute: parent,
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
  component: lazyRouteComponent(() => import('../features/activity/ActivityScreen.tsx'), 'ActivityScreen'),
});
const alerts = createRoute({
  getParentRoute: parent,
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
  component: lazyRouteComponent(() => import('../features/alerts/AlertsScreen.tsx'), 'AlertsScreen'),
});
const alert = createRoute({
  getParentRoute: parent,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('../features/alerts/AlertScreen.tsx'), 'AlertScreen'),
});
const alertRule = createRoute({
  getParentRoute: parent,
  path: '/alerts/rules/$id',
  validateSearch: (search) => defined({ view: oneOf(search['view'], ['text'] as const) }),
  component: lazyRouteComponent(() => import('../features/alerts/RuleScreen.tsx'), 'RuleScreen'),
});
const newAlertRule = createRoute({
  getParentRoute: parent,
  path: '/alerts/new-rule',
  validateSearch: (search) => defined({ view: oneOf(search['view'], ['figures'] as const) }),
  component: lazyRouteComponent(() => import('../features/alerts/RuleScreen.tsx'), 'NewRuleScreen'),
});
const incidents = createRoute({
  getParentRoute: parent,
  path: '/incidents',
  validateSearch: (search) => defined({ dialog: oneOf(search['dialog'], ['open', 'contacts'] as const) }),
  component: lazyRouteComponent(() => import('../features/incidents/IncidentsScreen.tsx'), 'IncidentsScreen'),
});
const incident = createRoute({
  getParentRoute: parent,
  path: '/incidents/$id',
  validateSearch: (search) => defined({ dialog: oneOf(search['dialog'], ['run', 'escalate', 'close'] as const) }),
  component: lazyRouteComponent(() => import('../features/incidents/IncidentScreen.tsx'), 'IncidentScreen'),
});
const backups = createRoute({
  getParentRoute: parent,
  path: '/backups',
  validateSearch: (search) => defined({ q: text(search['q']), sort: text(search['sort']) }),
  component: lazyRouteComponent(() => import('../features/backups/BackupsScreen.tsx'), 'BackupsScreen'),
});
const backup = createRoute({
  getParentRoute: parent,
  path: '/backups/$server/$stack',
  component: lazyRouteComponent(() => import('../features/backups/BackupScreen.tsx'), 'BackupScreen'),
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
  schedules,
  audits,
  audit,
  search,
  operations,
  operation,
  terminals,
  terminalWindow,
  logs,
  health,
  records,
  recordsIndex,
  backups,
  backup,
  document,
  activity,
  alerts,
  alert,
  alertRule,
  newAlertRule,
  incidents,
  incident,
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
