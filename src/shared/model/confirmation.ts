import { AppError } from '../errors.ts';
import type { Server } from './server.ts';

/**
 * Refuses a change of production that was not confirmed: throws `guard.confirmation-needed` unless `confirm` is the selector's
 * text or, for a single server, its name. Without a server of production among them nothing is asked.
 */
export function confirmProduction(
  change: { selector: string; effect: string; confirm: string | undefined },
  servers: readonly Pick<Server, 'name' | 'environment'>[],
): void {
  const guarded = servers.filter((server) => server.environment === 'production');
  if (guarded.length === 0) return;
  const [only] = servers.length === 1 ? servers : [];
  const expected = only?.name ?? change.selector;
  if (change.confirm === expected || change.confirm === change.selector) return;
  throw new AppError('guard.confirmation-needed', { expected, effect: `${change.effect} on ${guarded.map((server) => server.name).join(', ')}` });
}
