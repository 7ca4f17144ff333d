import type { Cell } from '../../src/shared/model/operation.ts';

/** What a command leaves on one server of the simulation. */
export interface SimulatedResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  error: Cell['error'];
}

const daemonJson = (size: string, extra: string[] = []) =>
  [
    '{',
    '  "log-driver": "json-file",',
    `  "log-opts": { "max-size": "${size}", "max-file": "3" },`,
    '  "live-restore": true,',
    ...extra,
    '  "default-runtime": "nvidia",',
    '  "runtimes": {',
    '    "nvidia": { "path": "nvidia-container-runtime", "runtimeArgs": [] }',
    '  }',
    '}',
    '',
  ].join('\n');

const printed = (stdout: string, exitCode = 0, stderr = ''): SimulatedResult => ({ exitCode, stdout, stderr, error: null });

/** Most servers answer alike, some a little otherwise, one fails and one is out of reach; the same place always in the same way. */
export function simulatedResult(place: number, server: string): SimulatedResult {
  const among = place % 20;
  if (among === 12) return { exitCode: null, stdout: '', stderr: '', error: { code: 'ssh.connection-lost', data: { server } } };
  if (among === 7) return printed('', 1, 'cat: /etc/docker/daemon.json: \u001b[31mNo such file or directory\u001b[0m\n');
  if (among === 3 || among === 15) return printed(daemonJson('10m'));
  if (among === 9) return printed(daemonJson('100m', ['  "insecure-registries": ["registry.internal:5000"],']));
  return printed(daemonJson('100m'));
}
