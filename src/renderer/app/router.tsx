import { createHashHistory, createRouter } from '@tanstack/react-router';
import { NotFound } from './NotFound.tsx';
import { RouteError } from './RouteError.tsx';
import { fleetRoutes } from './routes/fleetRoutes.ts';
import { recordRoutes } from './routes/recordRoutes.ts';
import { rootRoute } from './routes/rootRoute.tsx';
import { runRoutes } from './routes/runRoutes.ts';
import { stackRoutes } from './routes/stackRoutes.ts';
import { watchRoutes } from './routes/watchRoutes.ts';

const routeTree = rootRoute.addChildren([...fleetRoutes, ...stackRoutes, ...runRoutes, ...watchRoutes, ...recordRoutes]);

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
