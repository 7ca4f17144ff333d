import type { OperationId } from '../../../../shared/model/ids.ts';
import type { Server } from '../../../../shared/model/server.ts';

/** When servers may be interrupted, as workflows see it. */
export interface MaintenancePort {
  /** `free`: the server has no windows. */
  verdict(
    server: Server,
  ): { kind: 'free' } | { kind: 'open'; window: string; untilMs: number } | { kind: 'closed'; next: { window: string; atMs: number; text: string } | null };
  /** Why a run goes on outside of the windows, where a person has said so after it was started. */
  overrideOf(operation: OperationId): { who: string; reason: string } | null;
}
