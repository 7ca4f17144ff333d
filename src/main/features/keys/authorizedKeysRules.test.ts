import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSshKeyPair } from '../../remote/sshKeyPair.ts';
import { readKeyLine, readKeyLines, withKey, withoutKey } from './authorizedKeysRules.ts';

const pair = (comment: string) => makeSshKeyPair(comment).public.trim();
const [ada, bob] = [pair('ada@laptop'), pair('bob')];
const fingerprint = (line: string) => readKeyLine(line)?.fingerprint ?? '';

describe('authorized_keys', () => {
  it('is read with options, comments and lines that are no keys', () => {
    const text = `# team\n\n${ada}\nfrom="10.0.0.0/8",command="echo \\"a b\\"" ${bob}\nssh-rsa AAAA short\nssh-rsa ${ada.split(' ')[1]} another type\nnonsense\n`;
    expect(readKeyLines(text)).toMatchObject([
      { line: 3, type: 'ssh-ed25519', bits: 256, comment: 'ada@laptop', options: '', fingerprint: fingerprint(ada) },
      { line: 4, comment: 'bob', options: 'from="10.0.0.0/8",command="echo \\"a b\\""' },
    ]);
    expect(readKeyLine(`${ada} two words`)?.comment).toBe('ada@laptop two words');
  });

  it('takes a key once, also where one that is bound stands there, and leaves other lines alone', () => {
    expect(withKey('', ada)).toBe(`${ada}\n`);
    expect(withKey(`${bob}`, ada)).toBe(`${bob}\n${ada}\n`);
    expect(withKey(`${ada}\n`, ada)).toBe(`${ada}\n`);
    const bound = `restrict ${ada}\n`;
    expect(withKey(bound, ada)).toBe(`${bound}${ada}\n`);
    expect(withoutKey(`# a\n${ada}\nrestrict ${ada}\n\n${bob}`, fingerprint(ada))).toBe(`# a\n\n${bob}`);
  });

  it('is the same after a key came and went, whatever stood in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (noise) => {
        const text = noise === '' || noise.endsWith('\n') ? noise : `${noise}\n`;
        expect(withoutKey(withKey(text, ada), fingerprint(ada))).toBe(text);
      }),
    );
  });
});
