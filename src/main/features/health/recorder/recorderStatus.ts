import type { RecorderStatus } from '../../../../shared/model/recorder.ts';
import { parseServerTime, type ServerTime } from '../collector/collectorFrame.ts';

/** How a recorder stands, by what `statusScript` prints. */
export type RecorderFound = Pick<RecorderStatus, 'state' | 'bytes' | 'firstAtMs' | 'lastAtMs'> & { mark: string | null };

/** Reads it; times are by our clock. */
export function parseRecorderStatus(text: string, nowMs: number): RecorderFound {
  const words = new Map(
    text.split('\n').flatMap((line) => {
      const space = line.indexOf(' ');
      return space < 0 ? [] : [[line.slice(0, space), line.slice(space + 1).trim()] as const];
    }),
  );
  const now = timeOf(words.get('now'));
  const ours = (text: string | undefined) => {
    const time = timeOf(text);
    return time === null || now === null ? null : Math.round(nowMs - (now.wallMs - time.wallMs));
  };
  const unit = words.get('unit');
  return {
    state: unit === 'active' ? 'recording' : unit === 'inactive' ? 'stopped' : unit === 'absent' ? 'absent' : 'unknown',
    bytes: /^\d{1,15}$/.test(words.get('bytes') ?? '') ? Number(words.get('bytes')) : 0,
    ...{ firstAtMs: ours(words.get('first')), lastAtMs: ours(words.get('last')), mark: words.get('mark') ?? null },
  };
}

function timeOf(text: string | undefined): ServerTime | null {
  const [uptime, wall] = text?.split(' ') ?? [];
  return parseServerTime(uptime, wall);
}
