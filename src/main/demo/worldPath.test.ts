import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { authorizedKeys, findAccount } from './accounts.ts';
import { readWorldFile, worldPath } from './worldPath.ts';

const outside = mkdtempSync(join(tmpdir(), 'world-path-'));
const root = join(outside, 'root');
mkdirSync(join(root, 'etc'), { recursive: true });
mkdirSync(join(root, 'home/ops/.ssh'), { recursive: true });
writeFileSync(join(outside, 'secret'), 'outside');
writeFileSync(join(root, 'secret'), 'inside');
writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nops:x:1000:1000::/home/ops:/bin/sh\nweb:x:33:33::/srv:/usr/sbin/nologin\n');
writeFileSync(join(root, 'home/ops/.ssh/authorized_keys'), '# a comment\nssh-ed25519 AAAAkey1 me\nfrom="10.0.0.1" ssh-rsa AAAAkey2\n');
symlinkSync('/secret', join(root, 'absolute'));
symlinkSync('../../../../secret', join(root, 'etc/climbing'));
symlinkSync('loop', join(root, 'loop'));
symlinkSync('/etc', join(root, 'directory'));
afterAll(() => rmSync(outside, { recursive: true, force: true }));

describe('paths inside a demo server', () => {
  it.each(['/absolute', '/etc/climbing', '/directory/climbing', '/../../secret', '/etc/../../../secret'])('%s stays inside', (path) => {
    expect(worldPath(root, path)).toBe(join(root, 'secret'));
    expect(readWorldFile(root, path)).toBe('inside');
  });

  it('gives nothing for loops, directories, what is absent or too large', () => {
    expect(worldPath(root, '/loop')).toBeNull();
    expect(readWorldFile(root, '/etc')).toBeNull();
    expect(readWorldFile(root, '/absent')).toBeNull();
    expect(readWorldFile(root, '/secret', 3)).toBeNull();
  });

  it('finds accounts that may log in, and their keys', () => {
    const ops = findAccount(root, 'ops') ?? expect.fail();
    expect(ops).toEqual({ user: 'ops', home: '/home/ops', shell: '/bin/sh' });
    expect(authorizedKeys(root, ops)).toEqual(['AAAAkey1', 'AAAAkey2']);
    expect(findAccount(root, 'web')).toBeNull();
    expect(findAccount(root, 'nobody')).toBeNull();
  });
});
