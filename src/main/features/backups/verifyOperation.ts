import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { backupManifestSchema, backupPlaceSchema } from '../../../shared/model/backup.ts';
import type { CellContext, CellOutcome, OperationType } from '../../operations/operations.ts';
import { type BackupPorts, placeName } from './backupPorts.ts';
import { passphraseFor } from './cells.ts';
import { openPlace } from './openPlace.ts';

/** What is frozen into the journal for a look at a set. */
export const verifySpecSchema = z.object({
  stackId: z.string(),
  title: z.string(),
  manifest: backupManifestSchema,
  places: z.array(backupPlaceSchema).min(1).max(8),
  deep: z.boolean(),
});
export type VerifySpec = z.infer<typeof verifySpecSchema>;

/** The kind of operation that looks at the files of a set at every place where it should be. Reads only; what it finds is remembered with the set. */
export function verifyOperation(ports: BackupPorts): OperationType<VerifySpec> {
  return {
    kind: 'backup-verify',
    spec: verifySpecSchema,
    steps: ({ places }) =>
      places.map((place, at) => ({ id: `look.${at}`, title: `Look at ${placeName(place)}`.slice(0, 200), runs: 'always' as const, goesOn: true })),
    runCell: (spec, context) => look(ports, spec, context, Number(context.stepId.slice('look.'.length))),
  };
}

async function look(ports: BackupPorts, { manifest, places, deep }: VerifySpec, context: CellContext, at: number): Promise<CellOutcome> {
  const place = places[at];
  if (place === undefined) return { state: 'skipped', detail: null };
  context.phase('check');
  const passphrase = await passphraseFor(ports, deep ? manifest.sealedBy : null);
  const home = { remote: context.remote, serverName: context.serverName };
  const { files } = await openPlace(ports, place, manifest, { home, signal: context.signal });
  const there = (await files.list()).sets.find(({ id }) => id === manifest.id);
  const problems = there === undefined ? ['the set is not there'] : await files.check(there, { deep, passphrase });
  if (there !== undefined && JSON.stringify(there.parts) !== JSON.stringify(manifest.parts))
    problems.push('its manifest is another than the one that was written');
  ports.repo.checked(manifest, { atMs: ports.nowMs(), place, ok: problems.length === 0, problems });
  if (problems.length > 0) throw new AppError('backup.damaged', { set: manifest.id, place: placeName(place), problems: problems.slice(0, 20) });
  const ageHours = (ports.nowMs() - manifest.startedAtMs) / 3_600_000;
  return { state: 'satisfied', detail: `${manifest.parts.length} files as they were made${deep ? ', each read through' : ''}; ${ageHours.toFixed(1)} h old` };
}
