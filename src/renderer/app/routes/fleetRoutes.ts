import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { FleetScreen } from '../../features/inventory/FleetScreen.tsx';
import { defined, oneOf, text } from './addressParts.ts';
import { rootRoute } from './rootRoute.tsx';

const index = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/fleet' });
  },
});

const fleet = createRoute({
  getParentRoute: () => rootRoute,
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
  getParentRoute: () => rootRoute,
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
  component: lazyRouteComponent(() => import('../../features/inventory/ServerScreen.tsx'), 'ServerScreen'),
});

const serverIndex = createRoute({
  getParentRoute: () => rootRoute,
  path: '/servers/$name',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/servers/$name/$tab', params: { name: params.name, tab: 'overview' } });
  },
});

const exec = createRoute({
  getParentRoute: () => rootRoute,
  path: '/exec',
  validateSearch: (search) => defined({ on: text(search['on']), again: text(search['again']) }),
  component: lazyRouteComponent(() => import('../../features/exec/ExecScreen.tsx'), 'ExecScreen'),
});

const terminals = createRoute({
  getParentRoute: () => rootRoute,
  path: '/terminals',
  validateSearch: (search) => defined({ id: text(search['id']), view: oneOf(search['view'], ['recordings'] as const), recording: text(search['recording']) }),
  component: lazyRouteComponent(() => import('../../features/terminals/TerminalsScreen.tsx'), 'TerminalsScreen'),
});

const terminalWindow = createRoute({
  getParentRoute: () => rootRoute,
  path: '/terminal/$id',
  component: lazyRouteComponent(() => import('../../features/terminals/TerminalWindow.tsx'), 'TerminalWindow'),
});

const logs = createRoute({
  getParentRoute: () => rootRoute,
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
  component: lazyRouteComponent(() => import('../../features/logs/LogsScreen.tsx'), 'LogsScreen'),
});

/** Addresses of the fleet, one server, and what is done by hand on servers. */
export const fleetRoutes = [index, fleet, server, serverIndex, exec, terminals, terminalWindow, logs] as const;
