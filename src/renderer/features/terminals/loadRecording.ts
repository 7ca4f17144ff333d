import type { RecordingId } from '../../../shared/model/ids.ts';
import { client } from '../../client/client.ts';

/** Fetches the file of a recording, piece by piece. Rejects when it is not there, or when `signal` aborts. */
export async function loadRecording(id: RecordingId, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let offset: number | null = 0;
  while (offset !== null) {
    const piece: { data: string; next: number | null } = await client.terminals.recording({ id, offset }, { signal });
    text += decoder.decode(
      Uint8Array.from(atob(piece.data), (character) => character.charCodeAt(0)),
      { stream: true },
    );
    offset = piece.next;
  }
  return text + decoder.decode();
}

/** The name under which a recording is saved: the server and when it began, in UTC. */
export function castName(serverName: string, startedAtMs: number): string {
  const stamp = new Date(startedAtMs).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  return `${serverName.replace(/[^\w.-]+/g, '-')}-${stamp}.cast`;
}
