import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchesName, parseKnownHosts } from './knownHosts.ts';
import { makeSshKeyPair } from './sshKeyPair.ts';

let directory: string;
let file: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ph-known-'));
  file = join(directory, 'known_hosts');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Numbers of the lines that OpenSSH finds for a name. */
function foundBySsh(name: string): number[] {
  const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
  return [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map((match) => Number(match[1]));
}
function foundByUs(text: string, name: string): number[] {
  return parseKnownHosts(text, file)
    .filter((entry) => matchesName(entry, name))
    .map(({ line }) => line);
}

const label = fc.constantFrom('a', 'b', 'db', 'gpu-1', '10', '0');
const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
const name = fc.oneof(
  { weight: 4, arbitrary: host },
  host.map((one) => `[${one}]:2222`),
);
const pattern = fc.oneof(
  name,
  fc.array(fc.oneof(label, fc.constantFrom('*', '?', '*b', 'g?u-1')), { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.')),
  host.map((one) => `[*${one.slice(1)}]:2222`),
);
const patterns = fc
  .array(fc.tuple(fc.boolean(), pattern), { minLength: 1, maxLength: 4 })
  .map((list) => list.map(([not, one]) => `${not ? '!' : ''}${one}`).join(','));
const marker = fc.constantFrom('', '', '@revoked ', '@cert-authority ');

describe('known_hosts against ssh-keygen', () => {
  it('finds the lines that OpenSSH finds: plain, wildcard, negated and hashed names, ports and markers', () => {
    const key = makeSshKeyPair().public.trim();
    let compared = 0;
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(marker, patterns), { minLength: 1, maxLength: 6 }),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (lines, names, hash) => {
          const text = `${lines.map(([mark, hosts]) => `${mark}${hosts} ${key}`).join('\n')}\n`;
          writeFileSync(file, text);
          // Only lines of plain names can be hashed; ssh-keygen leaves the others as they are.
          if (hash) execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
          const held = execFileSync('cat', [file], { encoding: 'utf8' });
          for (const one of names) {
            const ours = foundByUs(held, one);
            expect(ours, `${one} in\n${held}`).toEqual(foundBySsh(one));
            compared += 1;
            found += ours.length;
          }
        },
      ),
      { numRuns: 150 },
    );
    process.stdout.write(`  known_hosts: ${compared} look-ups equal to ssh-keygen -F, ${found} lines found\n`);
    expect(found).toBeGreaterThan(50);
  });
});
