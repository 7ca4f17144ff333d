import { type Attachment, attachmentPieceBytes } from '../../../shared/model/evidence.ts';
import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import { client, newRequestId } from '../../client/client.ts';

/** Where a note or a file belongs: a run, or a cell of it. */
export interface EvidencePlace {
  id: OperationId;
  serverId?: ServerId;
  stepId?: string;
}

/** Attaches a file that a person chose, piece by piece. Throws what the core throws. */
export async function attachFile(file: File, place: EvidencePlace): Promise<Attachment> {
  const uploadId = crypto.randomUUID();
  const bytes = new Uint8Array(await file.arrayBuffer());
  const sha256 = hex(await crypto.subtle.digest('SHA-256', bytes));
  let offset = 0;
  do {
    const piece = bytes.subarray(offset, offset + attachmentPieceBytes);
    await client.evidence.upload({ uploadId, offset, data: toBase64(piece) });
    offset += piece.length;
  } while (offset < bytes.length);
  return (await client.evidence.attach({ requestId: newRequestId(), uploadId, name: file.name || 'file', sha256, ...place })).attachment;
}

/** Fetches an attached file or a report and hands it to the person as a file. */
export async function saveAttachment({ id, name }: Pick<Attachment, 'id' | 'name'>): Promise<void> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const piece: Awaited<ReturnType<typeof client.evidence.download>> = await client.evidence.download({ attachmentId: id, offset });
    pieces.push(fromBase64(piece.data));
    offset = piece.nextOffset;
  }
  // Whatever it is, it is saved and never shown or run here.
  saveBlob(name, new Blob(pieces, { type: 'application/octet-stream' }));
}

/** Hands a person a file. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Bytes of a base64 text. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return btoa(text);
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
