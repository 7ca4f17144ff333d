import { auditsHandlers as handlers } from '../../src/main/features/audits/auditsHandlers.ts';
import { createAuditsService } from '../../src/main/features/audits/auditsService.ts';
import { auditChecks, isPresetAudit, presetAudits } from './auditsData.ts';
import type { World } from './world.ts';

/** Implements `audits` of the contract: the real rules over audits that were made up. */
export function auditsHandlers(world: World) {
  presetAudits(world, Date.now());
  return handlers(
    createAuditsService({
      operations: { get: (id) => world.operations.get(id), list: ({ limit }) => world.operations.list().slice(0, limit) },
      frozenAudit: (id) =>
        isPresetAudit(id) ? { workflow: { id: 'security-hardening', version: 2, title: 'Security hardening' }, checks: auditChecks } : null,
    }),
  );
}
