import type { Facts } from '../../../shared/model/facts.ts';
import type { Fit, Tier, TierId } from '../../../shared/model/fit.ts';
import type { ServerId, StackId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { judgeStack, judgeTier } from './fitRules.ts';
import { readTiers } from './tierCatalog.ts';

/** What judging servers needs from the rest of the core. */
export interface FitPorts {
  /** The file of the tiers. */
  tiersFile: string;
  /** Throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  facts(id: ServerId): Facts | null;
  /** Throws `stack.not-found`, `stack.definition-invalid`. */
  stack(id: StackId): Promise<StackDefinition>;
}

/** Whether servers have what a tier or a stack needs, by the facts that were read last. */
export interface FitService {
  /** Smallest first. */
  tiers(): Promise<Tier[]>;
  /** One fit for each server and target, servers in order; with neither tier nor stack against every tier. */
  judge(request: { selector: string; tier?: TierId | undefined; stack?: StackId | undefined }): Promise<Fit[]>;
}

/** Makes the service. Nothing is asked of a server. */
export function createFitService(ports: FitPorts): FitService {
  const tiers = () => readTiers(ports.tiersFile);
  return {
    tiers,
    async judge({ selector, tier, stack }) {
      const servers = ports.select(selector);
      const definition = stack === undefined ? null : await ports.stack(stack);
      const judgedTiers = tier === undefined && stack !== undefined ? [] : (await tiers()).filter(({ id }) => tier === undefined || id === tier);
      return servers.flatMap(({ id, name }) => {
        const facts = ports.facts(id);
        return [...judgedTiers.map((each) => judgeTier(name, facts, each)), ...(definition === null ? [] : [judgeStack(name, facts, definition)])];
      });
    },
  };
}
