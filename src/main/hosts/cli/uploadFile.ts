import { createHash, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { type Attachment, attachmentPieceBytes, maxAttachmentBytes } from '../../../shared/model/evidence.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import { newRequestId } from './cliContext.ts';

/** Attaches a file of this computer to a run. Throws `local.file-unreadable`, `evidence.file-too-large` and what the core throws. */
export async function uploadFile(client: CoreClient, path: string, place: { id: OperationId; serverId?: ServerId; stepId?: string }): Promise<Attachment> {
  const bytes = await readSmall(path);
  const uploadId = randomUUID();
  let offset = 0;
  do {
    const piece = bytes.subarray(offset, offset + attachmentPieceBytes);
    await client.evidence.upload({ uploadId, offset, data: piece.toString('base64') });
    offset += piece.length;
  } while (offset < bytes.length);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return (await client.evidence.attach({ requestId: newRequestId(), uploadId, name: basename(path), sha256, ...place })).attachment;
}

async function readSmall(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > maxAttachmentBytes) throw new AppError('evidence.file-too-large', { name: basename(path), limitBytes: maxAttachmentBytes });
    return await readFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('local.file-unreadable', { path, reason: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}
