import type { CellPorts } from './cellPorts.ts';
import type { CellContext } from './operations.ts';
import { runEffect } from './runEffect.ts';
import { runJob } from './runJob.ts';
import { Utf8Hold } from './utf8Hold.ts';

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
  const holds = { stdout: new Utf8Hold(), stderr: new Utf8Hold(), note: new Utf8Hold() };
  const place = (stream: keyof typeof holds) => ({ serverId: key.serverId, stepId: key.stepId, phase: ports.cell().phase, stream });

  const flushHolds = async (): Promise<void> => {
    for (const stream of ['stdout', 'stderr', 'note'] as const) {
      const rest = holds[stream].rest();
      if (rest.length > 0) await writer.append(place(stream), rest);
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
    phase: (phase, detail) => ports.phase(phase, detail ?? null),
    output: async (stream, bytes) => {
      const whole = holds[stream].take(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
      if (whole.length > 0) await writer.append(place(stream), whole);
    },
    effect: (name, effect, body, probe) => runEffect(ports, name, effect, body, probe),
    started: (name) => attempts.effects(key).some((row) => row.name === name) || attempts.job({ ...key, name }) !== undefined,
    job: (name, request) => runJob(ports, name, request),
    memory: {
      get: (name) => memory.get(name),
      set: (name, value) => {
        const text = JSON.stringify(value ?? null);
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
