import type { Settings } from '../../../../shared/contract/settings.ts';
import type { Server } from '../../../../shared/model/server.ts';
import type { KeptServer } from '../collect/healthService.ts';

/** Seconds between two looks at a server that nobody watches. */
const defaultIntervalS = { production: 5, staging: 15, development: 30 } as const;

/** Servers that are read in the background, and how often: all but those of the demo fleet, and those whose environment has no interval. */
export function keptServers(servers: readonly Server[], { healthIntervalS = defaultIntervalS }: Pick<Settings, 'healthIntervalS'>): KeptServer[] {
  return servers.flatMap(({ id, name, environment, demo }) => {
    const intervalS = healthIntervalS[environment];
    return demo || intervalS === 0 ? [] : [{ id, name, intervalS }];
  });
}
