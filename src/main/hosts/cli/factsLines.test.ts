import { expect, it } from 'vitest';
import { readFixture, withSection } from '../../commands/fixtures/readFixture.ts';
import { parseFacts } from '../../commands/parseFacts.ts';
import { factsChangeLines, factsLines } from './factsLines.ts';

const debian12 = readFixture('facts-debian-12-docker-28.2-daemon-down.txt');
const facts = (output: string) => parseFacts(output, { server: 'gpu-1', collectedAtMs: 1 });

it('shows what is known, names what is not, and ends with what asks for a person', () => {
  const smi = withSection(debian12, 'gpu-list', 0, readFixture('nvidia-smi-550.127.05-query-8x-h100.csv'));
  const lines = factsLines(facts(withSection(smi, 'gpu-module', 0, readFixture('nvidia-driver-555.42.06-open-proc-version.txt'))));
  const of = (label: string) => lines.filter((line) => line.startsWith(`${label} `)).map((line) => line.slice(16));
  expect(of('machine')).toEqual(['container (docker)']);
  expect(of('disk')).toEqual(['vda virtual disk, 256 GiB']);
  expect(of('mount')).toEqual([expect.stringMatching(/^\/ .* free of .* ext4, system$/)]);
  expect(of('GPU 7')).toEqual(['NVIDIA H100 80GB HBM3 80 GiB, GPU-00000000-1111-2222-3333-000000000007']);
  expect(of('driver')).toEqual(['550.127.05, module 555.42.06']);
  expect(of('network')).toEqual(['unknown']);
  expect(of('unknown')).toContainEqual(expect.stringContaining('time synchronisation: timedatectl: System has not been booted'));
  expect(lines.at(-1)).toMatch(/^attention {7}The NVIDIA driver was upgraded to 550\.127\.05.*Reboot the server at a quiet moment\.$/);
});

it('changes as a table, the important marked', () => {
  const change = { seenAtMs: 1_700_000_000_000, sinceMs: 1, path: 'gpu.count', title: 'Number of GPUs', before: '8', after: '7', important: true };
  const plain = { style: (_format: unknown, text: string) => text };
  expect(factsChangeLines([change, { ...change, title: 'Port 22', before: null, after: null, important: false }], plain)).toEqual([
    'SEEN (UTC)              WHAT            CHANGE',
    '2023-11-14 22:13:20  !  Number of GPUs  8 → 7',
    '2023-11-14 22:13:20     Port 22         nothing → gone',
  ]);
  expect(factsChangeLines([], plain)).toEqual(['nothing changed since its facts were first read']);
});
