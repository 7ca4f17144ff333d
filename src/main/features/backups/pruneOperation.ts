import { z } from 'zod';
import { backupPlaceSchema, retentionSchema } from '../../../shared/model/backup.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { CellContext, CellOutcome, OperationType } from '../../operations/operations.ts';
import { isDamaged } from './backupOperation.ts';
import { type BackupPorts, placeName } from './backupPorts.ts';
import { openPlace } from './openPlace.ts';
import { judgeRetention } from './retentionRules.ts';

/** What is frozen into the journal for letting sets go. */
export const pruneSpecSchema = z.object({
  stackId: z.string(),
  title: z.string(),
  places: z.array(backupPlaceSchema).min(1).max(8),
  retention: retentionSchema,
  sets: z.array(z.string()),
});
export type PruneSpec = z.infer<typeof pruneSpecSchema>;

/** The kind of operation that lets sets go: those named, where retention still says so when it looks again. */
export function pruneOperation(ports: BackupPorts): OperationType<PruneSpec> {
  return {
    kind: 'backup-prune',
    spec: pruneSpecSchema,
    steps: ({ places }) =>
      places.map((place, at) => ({ id: `prune.${at}`, title: `Let go at ${placeName(place)}`.slice(0, 200), runs: 'always' as const, goesOn: true })),
    runCell: (spec, context) => prune(ports, spec, context, Number(context.stepId.slice('prune.'.length))),
  };
}

async function prune(ports: BackupPorts, spec: PruneSpec, context: CellContext, at: number): Promise<CellOutcome> {
  const place = spec.places[at];
  if (place === undefined) return { state: 'skipped', detail: null };
  context.phase('apply');
  const of = { serverName: context.serverName, stackId: spec.stackId };
  const { files } = await openPlace(ports, place, of, { home: { remote: context.remote, serverName: context.serverName }, signal: context.signal });
  const { sets } = await files.list();
  const kept = sets.map(({ id, kind, startedAtMs }) => ({ id, kind, atMs: startedAtMs, good: !isDamaged(ports, { ...of, id }, placeName(place)) }));
  const going = judgeRetention(kept, spec.retention, ports.nowMs()).filter(({ goes, id }) => goes && spec.sets.includes(id));
  const gone = await files.prune(going.map(({ id }) => id));
  for (const id of gone) {
    await context.output('note', `${id} is gone from ${placeName(place)}.\n`);
    ports.repo.gone({ ...of, stackId: of.stackId as StackId, id }, place);
  }
  return { state: gone.length === 0 ? 'satisfied' : 'done', detail: `${gone.length} gone, ${sets.length - gone.length} stay` };
}
