import type { CellPorts } from './cellPorts.ts';
import { SecretHold } from './masking/secretMask.ts';
import type { CellContext } from './operations.ts';
import { runEffect } from './runEffect.ts';
import { runJob } from './runJob.ts';

/** What a cell's code is given, and the way to finish its output when it has ended. */
export interface OpenCellContext {
  context: CellContext;
  /** Writes what was kept back of a character, and waits until all output of the cell is on disk. */
  flush: () => Promise<void>;
}

/** Makes the context of one attempt of one cell. */
export function openCellContext(ports: CellPorts): OpenCellContext {
  const { key, writer, journal, attempts } = ports;
  const memory = attempts.memory(key.operationId, key.serverId);
  const holds = { stdout: new SecretHold(ports.mask), stderr: new SecretHold(ports.mask), note: new SecretHold(ports.mask) };
  const place = (stream: keyof typeof holds) => ({ serverId: key.serverId, stepId: key.stepId, phase: ports.cell().phase, stream });

  const flushHolds = async (): Promise<void> => {
    for (const stream of ['stdout', 'stderr', 'note'] as const) {
      const { shown } = holds[stream].rest();
      if (shown.length > 0) await writer.append(place(stream), shown);
    }
  };

  const context: CellContext = {
    operationId: key.operationId,
    serverId: key.serverId,
    serverName: ports.serverName,
    stepId: key.stepId,
    attempt: key.attempt,
    signal: AbortSignal.any([ports.cancel, ports.halt]),
    remote: ports.remote,
    phase: (phase, detail) => ports.phase(phase, detail === undefined ? null : ports.mask.text(detail)),
    output: async (stream, bytes) => {
      const { shown } = holds[stream].take(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      if (shown.length > 0) await writer.append(place(stream), shown);
    },
    effect: (name, effect, body, probe) => runEffect(ports, name, effect, body, probe),
    started: (name) => attempts.effects(key).some((row) => row.name === name) || attempts.job({ ...key, name }) !== undefined,
    job: (name, request) => runJob(ports, name, request),
    ask: (question) => ports.ask(ports.mask.data(question)),
    memory: {
      get: (name) => memory.get(name),
      set: (name, value) => {
        const text = JSON.stringify(ports.mask.data(value ?? null));
        journal.writeTo(key.operationId, `memory ${name}`, () => attempts.remember(key.operationId, key.serverId, name, text)).catch(ports.fail);
        memory.set(name, JSON.parse(text));
      },
    },
  };
  const flush = async (): Promise<void> => {
    await flushHolds();
    await writer.drain();
  };
  return { context, flush };
}
