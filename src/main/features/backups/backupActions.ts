import { AppError } from '../../../shared/errors.ts';
import { type BackupPlace, type Retention, retentionSchema } from '../../../shared/model/backup.ts';
import { readPlace } from '../../../shared/model/backupPlaceText.ts';
import type { OperationId, RequestId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { CellContext, CellOutcome } from '../../operations/operations.ts';
import type { BackupsService } from './backupsService.ts';

/** One step of a workflow about backups, filled in. */
export interface BackupStepRequest {
  action: 'backup' | 'verify-backup' | 'restore-test' | 'restore';
  stack: string;
  server: Server;
  /**
   * `services`: names with commas between. `places`: one a line or with commas between, as `here:/PATH`, `server:NAME:/PATH`,
   * `computer:/PATH`; `place` and `from` for a restore. `keep`: so many of the newest. `sealedBy`: name of a stored secret. `set`: its id.
   * `fresh`, `whole`, `acceptSmaller`, `deep`: `true` or `false`.
   */
  values: Readonly<Record<string, string>>;
  checkOnly: boolean;
}

type RunPart = (start: (part: { requestId: RequestId; partOf: OperationId }) => Promise<Operation>) => Promise<CellOutcome>;

/** What steps of workflows have done with backups: each an operation of its own, of which an audit looks only at what is known. */
export function backupActions(service: BackupsService) {
  return {
    run: async (request: BackupStepRequest, context: CellContext, runPart: RunPart): Promise<CellOutcome> => {
      const { action, stack, server, values } = request;
      if (request.checkOnly) return audit(service, request, context);
      const target = { id: stack, selector: server.name };
      const services = listOf(values.services);
      const set = { set: textOf(values.set), from: textOf(values.from), place: textOf(values.place) === undefined ? undefined : placeOf(values.place ?? '') };
      if (action === 'backup') {
        const places = listOf(values.places).map(placeOf);
        const retention = retentionOf(values);
        return runPart((part) =>
          service.run({
            ...{ ...part, ...target, services, retention, acceptSmaller: values.acceptSmaller === 'true' },
            places: places.length === 0 ? undefined : places,
            sealedBy: textOf(values.sealedBy),
          }),
        );
      }
      if (action === 'verify-backup') {
        const found = await asFinding(() => runPart((part) => service.verify({ ...part, ...target, ...set, deep: values.deep !== 'false' })));
        if (found.exitCode === 1 || set.set !== undefined) return found;
        const aged = await audit(service, request, context);
        return aged.exitCode === 1 ? aged : found;
      }
      if (action === 'restore-test') return runPart((part) => service.test({ ...part, ...target, ...set, services }));
      return runPart((part) => service.restore({ ...part, ...target, ...set, services, fresh: values.fresh === 'true', whole: values.whole === 'true' }));
    },
  };
}

/** A set that is not there or is damaged is what was asked about: a finding, and no failure of the look. */
async function asFinding(look: () => Promise<CellOutcome>): Promise<CellOutcome> {
  try {
    return await look();
  } catch (error) {
    if (!AppError.is(error, 'backup.not-found') && !AppError.is(error, 'backup.damaged')) throw error;
    const detail = error.code === 'backup.damaged' ? (error as AppError<'backup.damaged'>).data.problems.join('; ') : 'there is no backup';
    return { state: 'skipped', detail, exitCode: 1 };
  }
}

/** What is known says enough for an audit: nothing is asked of the server, and nothing is changed. */
async function audit(service: BackupsService, { action, stack, server }: BackupStepRequest, context: CellContext): Promise<CellOutcome> {
  context.phase('check');
  if (action === 'restore') return { state: 'skipped', detail: 'a restore is no part of an audit' };
  const [health] = await service.health({ id: stack, selector: server.name });
  if (health === undefined) return { state: 'skipped', detail: `${stack} is not there, and nothing was kept of it`, exitCode: 1 };
  for (const reason of health.reasons) await context.output('note', `${reason}\n`);
  const told = health.newest === null ? 'no backup' : `newest ${health.newest.manifest.id}, ${health.sets} sets`;
  const matters = action === 'restore-test' ? health.state === 'good' : !['missing', 'bad', 'stale'].includes(health.state);
  return matters
    ? { state: 'satisfied', detail: told, exitCode: 0 }
    : { state: 'skipped', detail: `${told}: ${health.reasons[0] ?? health.state}`, exitCode: 1 };
}

function placeOf(text: string): BackupPlace {
  const place = readPlace(text);
  if (place !== null) return place;
  throw new AppError('stack.parameter-invalid', { name: 'places', problem: `${text} is no place: here:/PATH, server:NAME:/PATH or computer:/PATH` });
}

function retentionOf(values: Readonly<Record<string, string>>): Retention | undefined {
  const given = Object.fromEntries(
    (['last', 'days', 'daily', 'weekly', 'monthly'] as const).flatMap((name) => {
      const value = textOf(values[name]);
      return value === undefined ? [] : [[name, Number(value)] as const];
    }),
  );
  if (Object.keys(given).length === 0) return undefined;
  const parsed = retentionSchema.safeParse(given);
  if (!parsed.success) throw new AppError('stack.parameter-invalid', { name: 'last', problem: 'numbers say what is kept' });
  return parsed.data;
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(/[,\n]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function textOf(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
