import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testDirectory } from '../../database/testDirectory.ts';
import { UsageError } from './cliErrors.ts';
import { readSecretFile } from './secretFile.ts';

it('reads names and values, whatever stands in a value', async () => {
  using place = testDirectory();
  const path = join(place.path, 'secrets');
  writeFileSync(path, '# comment\nA=one=two \r\n\nB=\n');
  expect(await readSecretFile(path)).toEqual({ A: 'one=two ', B: '' });
});

it('says which line is wrong without repeating it, and which file cannot be read', async () => {
  using place = testDirectory();
  const path = join(place.path, 'secrets');
  writeFileSync(path, 'A=1\ncanary-without-name\n');
  const failure = await readSecretFile(path).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UsageError);
  expect(String(failure)).toContain('line 2');
  expect(String(failure)).not.toContain('canary');
  await expect(readSecretFile(join(place.path, 'absent'))).rejects.toThrow('ENOENT');
});
