import { AppError } from '../../shared/errors.ts';
import type { Backoff } from './backoff.ts';
import { parseJobLine } from './jobLine.ts';
import { followMark, followScript } from './jobScripts.ts';
import { MarkerFilter } from './markerFilter.ts';
import { persist } from './persist.ts';
import type { JobEnd, RemoteJobs, RemoteTarget } from './remote.ts';
import { runScript } from './runScript.ts';
import type { ServerLink } from './serverLink.ts';
import { makeNonce } from './wire.ts';

type FollowOptions = Parameters<RemoteJobs['follow']>[1];

/** How long the rest of the output may keep us waiting once the job has ended. */
const stallMs = 15_000;

/** See `RemoteJobs.follow`: attaches again from the byte it has come to, however often the connection goes. */
export async function followJob(link: ServerLink, target: () => Promise<RemoteTarget>, id: string, options: FollowOptions): Promise<JobEnd> {
  const place: Place = { offset: options.offset, errorOffset: options.errors?.offset ?? 0 };
  const stopStates = options.onState === undefined ? null : link.onState(({ state }) => options.onState?.(state));
  try {
    return await persist(
      link,
      options.signal,
      async (backoff) => {
        for (;;) {
          const end = await attach(link, await target(), id, place, options, backoff);
          if (end !== null) return end;
          await backoff.wait(options.signal);
        }
      },
      { stubborn: true },
    );
  } finally {
    stopStates?.();
  }
}

/** How far we have come. */
interface Place {
  offset: number;
  errorOffset: number;
}

/** Follows over one channel. Null: the channel ended, or stood still, before all output was here. */
async function attach(link: ServerLink, target: RemoteTarget, id: string, place: Place, options: FollowOptions, backoff: Backoff): Promise<JobEnd | null> {
  const complete = new AbortController();
  const stalled = new AbortController();
  const nonce = makeNonce();
  const { errors } = options;
  const mark = errors === undefined ? null : new MarkerFilter(followMark(nonce));
  let said = '';
  let end: JobEnd | null = null;
  let stall: NodeJS.Timeout | undefined;
  const check = () => {
    clearTimeout(stall);
    if (end === null) return;
    if (place.offset >= end.outputBytes && place.errorOffset >= (errors === undefined ? 0 : (end.errorBytes ?? 0))) complete.abort();
    else stall = setTimeout(() => stalled.abort(new Stalled()), stallMs);
  };
  try {
    await runScript(link, target, {
      script: followScript(id, nonce, place.offset, errors === undefined ? null : place.errorOffset),
      sudo: options.sudo,
      lane: 'bulk',
      timeoutMs: Number.POSITIVE_INFINITY,
      stdin: nothingUntil(complete.signal),
      signal: options.signal === undefined ? stalled.signal : AbortSignal.any([options.signal, stalled.signal]),
      onOutput: async (stream, bytes) => {
        if (stream === 'stdout') {
          await options.onOutput(bytes, place.offset);
          place.offset += bytes.length;
          backoff.reset();
        } else if (mark !== null) {
          const own = mark.take(bytes);
          if (own.length > 0) {
            await errors?.onOutput(own, place.errorOffset);
            place.errorOffset += own.length;
            backoff.reset();
          }
          end ??= mark.line === null ? null : parseEnd(`ph-job ${mark.line}\n`);
        } else {
          said = (said + bytes.toString('utf8')).slice(-4096);
          end ??= parseEnd(said);
        }
        check();
      },
    });
  } catch (error) {
    // All that was wanted is here: how the channel ends does not matter any more.
    if (!(error instanceof Stalled) && !complete.signal.aborted) throw error;
  } finally {
    clearTimeout(stall);
  }
  if (complete.signal.aborted) return end;
  if (end === null && said !== '') throw new AppError('remote.unparsable', { server: target.name, what: `follow job ${id}`, excerpt: said.slice(-500) });
  return null;
}

class Stalled extends Error {}

/** How the job ended, once the line that says so is whole. A job that is not there was removed. */
function parseEnd(said: string): JobEnd | null {
  if (!said.endsWith('\n')) return null;
  const state = parseJobLine(said);
  if (state === null || state.kind === 'running') return null;
  return state.kind === 'absent' ? { kind: 'lost', by: 'removal', outputBytes: 0 } : state;
}

/** An input that stays open, without a byte, until the signal aborts. */
async function* nothingUntil(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
