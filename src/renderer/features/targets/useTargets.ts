import { useMemo } from 'react';
import type { FleetRow } from '../../../shared/contract/servers.ts';
import { AppError, type SerializedError, serializeError } from '../../../shared/errors.ts';
import { resolveSelector } from '../../../shared/model/selector.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';

/** The servers that a selector picks now, or why it picks none. */
export interface Targets {
  rows: readonly FleetRow[];
  error: SerializedError | null;
}

/** Resolves a selector against rows, as the core will. */
export function targetsOf(selector: string, rows: readonly FleetRow[]): Targets {
  if (selector.trim() === '') return { rows: [], error: null };
  try {
    const names = new Set(
      resolveSelector(
        selector,
        rows.map((row) => row.server),
      ).map((server) => server.id),
    );
    return { rows: rows.filter((row) => names.has(row.server.id)), error: null };
  } catch (error) {
    if (error instanceof AppError) return { rows: [], error: serializeError(error) };
    throw error;
  }
}

/** The servers that a selector picks, live. */
export function useTargets(selector: string): Targets {
  const fleet = useStateStream(fleetStore);
  return useMemo(() => targetsOf(selector, fleet.list), [selector, fleet.list]);
}
