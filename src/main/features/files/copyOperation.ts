import { mkdir, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { z } from 'zod';
import type { Transfer } from '../../../shared/contract/files.ts';
import { visibleName } from '../../../shared/model/remotePath.ts';
import type { CellContext, CellOutcome, OperationType } from '../../operations/operations.ts';
import { downloadTree, stopsForGood, type TransferredTree, uploadTree } from '../../remote/transfer/copyTree.ts';
import { discardLocalPart, downloadFile } from '../../remote/transfer/downloadFile.ts';
import { localPathOf } from '../../remote/transfer/localTree.ts';
import { lookAtPlace } from '../../remote/transfer/remotePlace.ts';
import { localError } from '../../remote/transfer/transferErrors.ts';
import { discardPart, type FileTransfer, type TransferredFile, uploadFile } from '../../remote/transfer/uploadFile.ts';
import { byteText, type CopySpec, copySpecSchema, partName, placeDown, placeUp } from './copyRules.ts';
import { TransferProgress } from './transferProgress.ts';

/** Where a copy goes, found out once: in a later life the target is there already, and means something else. */
const placesSchema = z.object({ local: z.string(), remote: z.string(), kind: z.enum(['file', 'directory']) });
type Places = z.infer<typeof placesSchema>;

/**
 * The kind of operation that copies. Its work is idempotent: a later life of the core, or a retry, finds the parts of the earlier one and goes
 * on from what it proves of them. Cancelled, it takes its unfinished parts away.
 */
export function copyOperation(show: (key: string, transfer: Transfer | null) => void): OperationType<CopySpec> {
  return {
    kind: 'copy',
    spec: copySpecSchema,
    steps: (spec) => [{ id: 'copy', title: copyTitle(spec).slice(0, 200), runs: 'always' }],
    async runCell(spec, context) {
      const stubborn = context.started('copy');
      const progress = new TransferProgress(context, show);
      try {
        return await context.effect('copy', 'idempotent', () => carryOut(spec, context, progress, stubborn));
      } finally {
        progress.end();
      }
    },
  };
}

/** What a copy is called in lists. */
export function copyTitle({ direction, local, remote }: Pick<CopySpec, 'direction' | 'local' | 'remote'>): string {
  const [from, to] = direction === 'up' ? [local, remote] : [remote, local];
  return `Copy ${visibleName(from)} ${direction === 'up' ? 'up' : 'down'} to ${visibleName(to)}`;
}

async function carryOut(spec: CopySpec, context: CellContext, progress: TransferProgress, stubborn: boolean): Promise<CellOutcome> {
  const { signal, operationId } = context;
  const server = { remote: context.remote, name: context.serverName };
  context.phase('check');
  const places = await findPlaces(spec, context, stubborn);
  const common = { localPath: places.local, remotePath: places.remote, sudo: spec.sudo, signal, stubborn, ...progress.hooks };
  if (places.kind === 'directory') {
    const copy = spec.direction === 'up' ? uploadTree : downloadTree;
    const done = await copy(server, { ...common, partOf: (path) => partName(operationId, path) });
    for (const path of done.leftOut) await context.output('note', `Left out, neither file nor directory: ${visibleName(path)}\n`);
    return { state: 'done', detail: treeText(done) };
  }
  const transfer: FileTransfer = { ...common, part: partName(operationId, '') };
  if (spec.direction === 'down') await makeParent(places.local);
  try {
    const done = await (spec.direction === 'up' ? uploadFile : downloadFile)(server, transfer);
    await context.output('note', `sha256 ${done.sha256} at both ends\n`);
    return { state: 'done', detail: fileText(done) };
  } catch (error) {
    if (stopsForGood(signal)) await (spec.direction === 'up' ? discardPart(server, transfer) : discardLocalPart(transfer));
    throw error;
  }
}

async function findPlaces(spec: CopySpec, context: CellContext, stubborn: boolean): Promise<Places> {
  const known = placesSchema.safeParse(context.memory.get('places'));
  if (known.success) return known.data;
  const { signal, remote, serverName } = context;
  const look = () => lookAtPlace({ remote, name: serverName }, spec.remote, { sudo: spec.sudo, signal });
  const there = await remote.persist(look, { signal, stubborn });
  const here = await stat(localPathOf(spec.local)).catch(() => null);
  const hereKind = here === null ? 'nothing' : here.isDirectory() ? 'directory' : 'file';
  const places: Places =
    spec.direction === 'up'
      ? { local: spec.local, remote: placeUp(spec, there), kind: hereKind === 'directory' ? 'directory' : 'file' }
      : { local: placeDown(spec, serverName, hereKind, sep), remote: there.path, kind: there.kind === 'directory' ? 'directory' : 'file' };
  context.memory.set('places', places);
  return places;
}

async function makeParent(path: string): Promise<void> {
  await mkdir(localPathOf(dirname(path)), { recursive: true }).catch((error: unknown) => {
    throw localError(error, dirname(path), 'write');
  });
}

function fileText({ bytes, sha256, resumes }: TransferredFile): string {
  return [byteText(bytes), `sha256 ${sha256.slice(0, 12)}…`, ...resumedText(resumes)].join(' · ');
}

function treeText({ bytes, files, unchanged, resumes, leftOut }: TransferredTree): string {
  const parts = [`${files} files, ${byteText(bytes)}`];
  if (unchanged > 0) parts.push(`${unchanged} were there already`);
  if (leftOut.length > 0) parts.push(`${leftOut.length} left out`);
  return [...parts, ...resumedText(resumes)].join(' · ');
}

const resumedText = (resumes: number) => (resumes === 0 ? [] : [`resumed ${resumes === 1 ? 'once' : `${resumes} times`}`]);
