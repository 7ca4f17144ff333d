import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { CellContext, OperationType } from '../../../operations/operations.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { installScript, letOthersScript, removeScript, statusScript, takeTurnScript, unitName } from './recorderScripts.ts';
import { parseRecorderStatus, type RecorderFound } from './recorderStatus.ts';

const installSpecSchema = z.object({ intervalS: z.int(), maxMib: z.int() });
export type InstallSpec = z.infer<typeof installSpecSchema>;
const removeSpecSchema = z.object({});

/** Texts of the programs that are put on a server. */
export interface RecorderPrograms {
  recorder(): Promise<string>;
  collector(): Promise<string>;
}

const timeoutMs = 60_000;
/** The first look is there well within this. */
const firstLookMs = 30_000;

/** The kind of operation that puts a recorder on a server, and waits for its first look. */
export function recorderInstall(programs: RecorderPrograms, nowMs: () => number): OperationType<InstallSpec> {
  return {
    kind: 'recorder-install',
    spec: installSpecSchema,
    steps: () => [{ id: 'install', title: 'Put the recorder there and see that it keeps what it reads', runs: 'always' }],
    async runCell({ intervalS, maxMib }, context) {
      const { remote, signal } = context;
      const place = await placeOf(remote, signal);
      const files = { 'recorder.sh': await programs.recorder(), 'collector.sh': await programs.collector() };
      const mark = createHash('sha256')
        .update(JSON.stringify([files, intervalS, maxMib]))
        .digest('hex')
        .slice(0, 16);
      context.phase('check');
      const before = await look(context, place, nowMs());
      if (before.state === 'recording' && before.mark === mark) return { state: 'satisfied', detail: 'it records already' };
      context.phase('apply');
      await inTurn(context, place, async () => {
        try {
          for (const [name, text] of Object.entries(files))
            await remote.writeFile(posix.join(place.directory, name), Buffer.from(text), { mode: 0o600, sudo: place.sudo, signal });
          const env = { PH_INTERVAL_S: String(intervalS), PH_RING_BYTES: String(maxMib * 1024 * 1024), PH_MARK: mark };
          const said = await run(context, place, 'start the recorder', installScript, { ...env, PH_UNIT_DIRECTORY: place.directory.replaceAll('%', '%%') });
          await context.output('note', `${unitName} keeps at most ${maxMib} MiB in ${place.directory}/ring.\n${said}`);
        } catch (error) {
          // Where there was none before, nothing is to be left. What was the matter is told, not what came of cleaning up.
          if (before.state === 'absent') await run(context, place, 'take off what was begun', removeScript, {}).catch(() => {});
          throw error;
        }
      });
      context.phase('verify', 'waiting for its first look');
      const untilMs = nowMs() + firstLookMs;
      for (;;) {
        const found = await look(context, place, nowMs());
        if (found.mark !== mark) throw failed(context, 'see the recorder record', 'another computer put its own there meanwhile, or took it off.');
        if (found.state === 'recording' && found.lastAtMs !== null && found.lastAtMs > untilMs - firstLookMs - 5_000)
          return { state: 'done', detail: `a look every ${intervalS} s` };
        if (nowMs() > untilMs) throw failed(context, 'see the recorder record', 'it runs no longer, or keeps nothing: see its journal on the server.');
        await pause(1_000, signal);
      }
    },
  };
}

/** The kind of operation that takes a recorder off with all that it kept. */
export function recorderRemove(nowMs: () => number): OperationType<z.infer<typeof removeSpecSchema>> {
  return {
    kind: 'recorder-remove',
    spec: removeSpecSchema,
    steps: () => [{ id: 'remove', title: 'Take the recorder off, with what it kept', runs: 'always' }],
    async runCell(_spec, context) {
      const place = await placeOf(context.remote, context.signal);
      context.phase('check');
      if ((await look(context, place, nowMs())).state === 'absent') return { state: 'satisfied', detail: 'there is none' };
      context.phase('apply');
      await run(context, place, 'take the recorder off', removeScript, {});
      context.phase('verify');
      const { state } = await look(context, place, nowMs());
      if (state !== 'absent') throw failed(context, 'take the recorder off', 'its unit or its directory is there still.');
      return { state: 'done', detail: 'unit and files are gone' };
    },
  };
}

/** Where a recorder is on a server. */
export interface RecorderPlace {
  directory: string;
  sudo: boolean;
}

/** Beside the rest of what Pilothouse keeps there. */
export async function placeOf(remote: Pick<RemoteServer, 'stateDirectory'>, signal?: AbortSignal): Promise<RecorderPlace> {
  const { path, sudo } = await remote.stateDirectory(signal);
  return { directory: posix.join(path, 'recorder'), sudo };
}

/** One computer at a time changes it. */
async function inTurn(context: CellContext, place: RecorderPlace, work: () => Promise<void>): Promise<void> {
  await run(context, place, 'make room for the recorder', takeTurnScript, {});
  try {
    await work();
  } finally {
    await run(context, place, 'let others change the recorder', letOthersScript, {}).catch(() => {});
  }
}

async function look(context: CellContext, place: RecorderPlace, nowMs: number): Promise<RecorderFound> {
  return parseRecorderStatus(await run(context, place, 'look at the recorder', statusScript, {}), nowMs);
}

async function run(context: CellContext, { directory, sudo }: RecorderPlace, what: string, script: string, env: Record<string, string>): Promise<string> {
  const { remote, signal } = context;
  const { exitCode, signal: by, stdout, stderr } = await remote.exec({ script, env: { ...env, PH_RECORDER: directory }, sudo, timeoutMs, signal });
  if (exitCode !== 0) throw failed(context, what, stderr || stdout, exitCode, by);
  return stdout;
}

function failed({ serverName: server }: CellContext, what: string, output: string, exitCode: number | null = null, signal: string | null = null): AppError {
  return new AppError('remote.command-failed', { server, what, exitCode, signal, output: output.slice(-2000) });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const left = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', left);
      resolve();
    }, ms);
    signal.addEventListener('abort', left, { once: true });
  });
}
