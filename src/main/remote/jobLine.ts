import type { JobProbe } from './remote.ts';

/** Reads the line `ph-job HOW SIZE` of the job scripts, with a second size where stderr is kept apart; null when it is not there. */
export function parseJobLine(text: string): JobProbe | null {
  const [, how, code, size, errorSize] = /^ph-job (absent|starting|running|reboot|kill|exited (\d{1,3})) (\d+)(?: (\d+))?$/m.exec(text) ?? [];
  const sizes = { outputBytes: Number(size), ...(errorSize !== undefined && { errorBytes: Number(errorSize) }) };
  switch (how) {
    case undefined:
      return null;
    case 'absent':
    case 'starting':
      return { kind: 'absent' };
    case 'running':
      return { kind: 'running' };
    case 'reboot':
    case 'kill':
      return { kind: 'lost', by: how, ...sizes };
    default:
      return { kind: 'exited', exitCode: Number(code), ...sizes };
  }
}
