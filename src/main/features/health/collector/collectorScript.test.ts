import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const script = new URL('../../../../../resources/health/collector.sh', import.meta.url).pathname;
const standIn = new URL('../../../../../e2e/fleet/images/server/nvidiaSmi/csv_query.py', import.meta.url);

describe('the text of the collector', () => {
  it('passes shellcheck as POSIX sh', () => {
    expect(spawnSync('shellcheck', ['--shell=sh', script], { encoding: 'utf8' })).toMatchObject({ stdout: '', status: 0 });
  });

  it.each([
    ['dash', ['dash', '-n']],
    ['busybox sh', ['busybox', 'sh', '-n']],
    ['bash', ['bash', '--posix', '-n']],
  ])('is read by %s', (_shell, [program = '', ...args]) => {
    expect(spawnSync(program, [...args, script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it('asks nvidia-smi nothing that the stand-in of the test fleet does not know', () => {
    const text = readFileSync(script, 'utf8');
    const known = readFileSync(standIn, 'utf8');
    const asked = [/^gpu_fields=(.*)$/m, /^old_gpu_fields=(.*)$/m, /--query-compute-apps=(\S+)/].flatMap((shape) => (shape.exec(text)?.[1] ?? '').split(','));
    expect(asked).toHaveLength(21 + 11 + 4);
    expect(asked.filter((field) => !known.includes(`"${field}":`))).toEqual([]);
  });
});
