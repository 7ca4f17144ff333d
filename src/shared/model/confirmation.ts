import { AppError } from '../errors.ts';
import type { Server } from './server.ts';

/** What nobody is asked to type: a longer selector is confirmed by the number of its servers. */
const longestTyped = 100;
const namesShown = 12;

/**
 * Refuses a change of production that was not confirmed: throws `guard.confirmation-needed` unless `confirm` is the selector's
 * text or, for a single server, its name, or `N servers` where the text is too long to be typed. Without a server of production
 * among them nothing is asked.
 */
export function confirmProduction(
  change: { selector: string; effect: string; confirm: string | undefined },
  servers: readonly Pick<Server, 'name' | 'environment'>[],
): void {
  const guarded = servers.filter((server) => server.environment === 'production');
  if (guarded.length === 0) return;
  const [only] = servers.length === 1 ? servers : [];
  const expected = only?.name ?? (change.selector.length > longestTyped ? `${servers.length} servers` : change.selector);
  if (change.confirm === expected || change.confirm === change.selector) return;
  const names = guarded.slice(0, namesShown).map((server) => server.name);
  const more = guarded.length > namesShown ? ` and ${guarded.length - namesShown} more` : '';
  throw new AppError('guard.confirmation-needed', { expected, effect: `${change.effect} on ${names.join(', ')}${more}` });
}
