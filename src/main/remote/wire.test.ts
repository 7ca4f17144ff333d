import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BeginFilter, commandLine, makeNonce, makePayload } from './wire.ts';

const shells = [
  { shell: 'dash', words: [] },
  { shell: 'busybox', words: ['sh'] },
  { shell: 'bash', words: [] },
];
const nonce = '123456789012345678';

function run(command: string, input: Uint8Array) {
  return spawnSync('sh', ['-c', command], { input, encoding: 'latin1' });
}

describe('the wire form', () => {
  it('is the same command line for every script but for its digits, with nothing of the script in it', () => {
    const line = (script: string) => commandLine(makePayload({ script, env: { A: 'secret' }, nonce: makeNonce(), announce: true }), makeNonce());
    expect(line('echo one').replace(/\d+/g, 'N')).toBe(line('rm -rf "$HOME"; echo \'x\'').replace(/\d+/g, 'N'));
    expect(line('echo one')).not.toContain('secret');
    expect(line('x').match(/'/g)).toHaveLength(2);
  });

  it.each(shells)('runs nothing of a payload that was cut anywhere ($shell)', ({ shell, words }) => {
    const payload = makePayload({ script: 'echo ran\necho again', nonce, announce: false });
    const inner = /^sh -c '(.*)'$/s.exec(commandLine(payload, nonce))?.[1] ?? '';
    const exec = (bytes: Uint8Array) => spawnSync(shell, [...words, '-c', inner], { input: bytes, encoding: 'utf8' });
    expect(exec(payload).stdout).toBe('ran\nagain\n');
    for (let length = 0; length < payload.length; length += 3) expect(exec(payload.subarray(0, length)).stdout).toBe('');
  });

  it.each(shells)('leaves exactly the rest of stdin to the script ($shell)', ({ shell, words }) => {
    const payload = makePayload({ script: 'cat', nonce, announce: false });
    const inner = /^sh -c '(.*)'$/s.exec(commandLine(payload, nonce))?.[1] ?? '';
    const rest = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 256));
    const { stdout } = spawnSync(shell, [...words, '-c', inner], { input: Buffer.concat([payload, rest]), encoding: 'buffer' });
    expect(Buffer.compare(stdout, rest)).toBe(0);
  });

  it('reads right where dd knows no fullblock', () => {
    const dd = `dd() { case "$*" in *iflag*) return 1 ;; esac; command dd "$@"; }; `;
    const payload = makePayload({ script: 'echo ran; cat', nonce, announce: false });
    const inner = /^sh -c '(.*)'$/s.exec(commandLine(payload, nonce))?.[1] ?? '';
    expect(run(dd + inner, Buffer.concat([payload, Buffer.from('rest')])).stdout).toBe('ran\nrest');
  });

  it('survives a login shell of another kind', () => {
    const payload = makePayload({ script: 'echo ran', nonce, announce: false });
    for (const login of ['bash', 'dash']) {
      expect(execFileSync(login, ['-c', commandLine(payload, nonce)], { input: payload, encoding: 'utf8' })).toBe('ran\n');
    }
  });

  it('refuses NULs and names that are no variables', () => {
    expect(() => makePayload({ script: 'a\0b', nonce, announce: false })).toThrow('input.invalid');
    expect(() => makePayload({ script: '', env: { 'A=B': '' }, nonce, announce: false })).toThrow('input.invalid');
  });
});

describe('what comes before the script', () => {
  it('is kept apart, however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), fc.array(fc.nat(300)), (noise, output, cuts) => {
        const filter = new BeginFilter(nonce);
        const all = Buffer.concat([noise, Buffer.from(`ph-${nonce}-begin\n`), output]);
        const parts: Buffer[] = [];
        let at = 0;
        for (const cut of [...cuts.map((value) => value % (all.length + 1)).sort((a, b) => a - b), all.length]) {
          parts.push(filter.take(all.subarray(at, cut)));
          at = cut;
        }
        expect(Buffer.compare(Buffer.concat(parts), output)).toBe(0);
        expect(filter.begun).toBe(true);
        expect(filter.noise).toBe(Buffer.from(noise).toString('latin1'));
      }),
    );
  });
});
