import type { JobProbe } from './remote.ts';

/** Reads the line `ph-job HOW SIZE` of the job scripts; null when it is not there. */
export function parseJobLine(text: string): JobProbe | null {
  const [, how, code, size] = /^ph-job (absent|starting|running|reboot|kill|exited (\d{1,3})) (\d+)$/m.exec(text) ?? [];
  const outputBytes = Number(size);
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
      return { kind: 'lost', by: how, outputBytes };
    default:
      return { kind: 'exited', exitCode: Number(code), outputBytes };
  }
}
