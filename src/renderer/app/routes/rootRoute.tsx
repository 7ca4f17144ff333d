import { createRootRoute } from '@tanstack/react-router';
import { NotFound } from '../NotFound.tsx';
import { RouteError } from '../RouteError.tsx';
import { Shell } from '../Shell.tsx';

/** The shell, around every screen. */
export const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: RouteError });
