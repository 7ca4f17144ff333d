import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { RemoteServer } from './remote.ts';
import { openTestRemote, type TestRemote } from './testRemote.ts';
import { remoteVariants, startTestSshd, type TestSshd } from './testSshd.ts';

const runs = Number(process.env['PILOTHOUSE_CAMPAIGN'] ?? 40);

describe.each(remoteVariants)('exec under $name', ({ options }) => {
  let sshd: TestSshd;
  let test: TestRemote;
  let server: RemoteServer;

  beforeAll(async () => {
    sshd = await startTestSshd(options);
    test = openTestRemote([sshd.target()]);
    server = test.server(sshd.target());
  });
  afterAll(async () => {
    await test.remote.close();
    await sshd.stop();
  });

  it('keeps stdout, stderr and the exit code apart', async () => {
    const result = await server.exec({ script: 'echo out\necho err >&2\nexit 7', timeoutMs: 20_000 });
    expect(result).toEqual({ exitCode: 7, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('reports the signal that ended a script', async () => {
    const result = await server.exec({ script: 'kill -9 $$', timeoutMs: 20_000 });
    expect(result).toMatchObject({ exitCode: null, signal: 'KILL' });
  });

  it('hands any text over as environment unchanged', async () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', '!', '*', ' ', '(', ';', 'é') }));
    await fc.assert(
      fc.asyncProperty(
        texts.filter((text) => !text.includes('\0') && text.isWellFormed()),
        async (value) => {
          const { stdout } = await server.exec({ script: `printf '%s|' "$VALUE" "$#"`, env: { VALUE: value }, timeoutMs: 20_000 });
          expect(stdout).toBe(`${value}|0|`);
        },
      ),
      { numRuns: runs },
    );
  });

  it('gives the script exactly the bytes of its own stdin, of any size', async () => {
    const bytes = new Uint8Array(3_000_000).map((_, at) => (at * 7 + (at >> 8)) % 256);
    const sums: string[] = [];
    for (const size of [0, 1, 511, 4096, 4097, 3_000_000]) {
      const { stdout } = await server.exec({ script: 'wc -c', stdin: bytes.subarray(0, size), timeoutMs: 60_000 });
      sums.push(stdout.trim());
    }
    expect(sums).toEqual(['0', '1', '511', '4096', '4097', '3000000']);
    const echoed = await server.exec({ script: 'cat', stdin: new TextEncoder().encode('first\n'), timeoutMs: 20_000 });
    expect(echoed.stdout).toBe('first\n');
  });

  it('has an empty stdin when none is given', async () => {
    expect((await server.exec({ script: 'cat; echo end', timeoutMs: 20_000 })).stdout).toBe('end\n');
  });

  it('runs scripts far longer than a command line may be', async () => {
    const script = `x=0\n${'x=$((x+1)) # a line of a long script, repeated\n'.repeat(6_000)}echo $x`;
    expect((await server.exec({ script, timeoutMs: 60_000 })).stdout).toBe('6000\n');
  });

  it('hands output on as it comes and waits for the receiver', async () => {
    let total = 0;
    let most = 0;
    let inside = 0;
    await server.exec({
      script: 'dd if=/dev/zero bs=65536 count=160 2>/dev/null',
      timeoutMs: 60_000,
      onOutput: async (_stream, bytes) => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        total += bytes.length;
        inside -= 1;
      },
    });
    expect(total).toBe(160 * 65_536);
    expect(most).toBe(1);
  });

  it('stops collecting at the limit', async () => {
    const error = await server.exec({ script: 'while :; do echo 0123456789; done', maxOutputBytes: 100_000, timeoutMs: 60_000 }).catch((e: unknown) => e);
    expect(AppError.is(error, 'remote.output-too-large') && error.data.limitBytes).toBe(100_000);
  });

  it('ends the command when its time is over, and when it is aborted', async () => {
    const mark = `${sshd.directory}/alive`;
    const script = `trap 'rm -f "$MARK"; exit 0' TERM\ntouch "$MARK"; while :; do sleep 0.1; done`;
    const late = await server.exec({ script, env: { MARK: mark }, timeoutMs: 1_000 }).catch((e: unknown) => e);
    expect(AppError.is(late, 'remote.timeout') && late.data.seconds).toBe(1);
    await untilGone(server, mark);

    const abort = new AbortController();
    const running = server.exec({
      script: `trap 'rm -f "$MARK"; exit 0' TERM\ntouch "$MARK"; echo on; while :; do sleep 0.1; done`,
      env: { MARK: mark },
      timeoutMs: 60_000,
      signal: abort.signal,
      onOutput: () => abort.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
    await untilGone(server, mark);
  });

  it('refuses what cannot be a variable before anything is sent', async () => {
    for (const env of [{ 'A;B': 'x' }, { lower: 'x' }, { A: 'nul\0nul' }]) {
      const error = await server.exec({ script: 'true', env: env as Record<string, string>, timeoutMs: 5_000 }).catch((e: unknown) => e);
      expect(AppError.is(error, 'input.invalid')).toBe(true);
    }
  });
});

async function untilGone(server: RemoteServer, path: string): Promise<void> {
  const script = 'while [ -e "$F" ]; do sleep 0.05; done';
  const { exitCode } = await server.exec({ script, env: { F: path }, timeoutMs: 20_000 });
  expect(exitCode).toBe(0);
}

describe('many commands at once', () => {
  it('runs more than the server allows in one connection, waiting and growing as needed', async () => {
    const sshd = await startTestSshd({ config: ['MaxSessions 3'] });
    const test = openTestRemote([sshd.target()]);
    try {
      const server = test.server(sshd.target());
      const results = await Promise.all(
        Array.from({ length: 24 }, (_, index) => server.exec({ script: 'sleep 0.2; echo $INDEX', env: { INDEX: String(index) }, timeoutMs: 60_000 })),
      );
      expect(results.map((result) => Number(result.stdout))).toEqual(Array.from({ length: 24 }, (_, index) => index));
      expect(sshd.connections()).toBeLessThanOrEqual(2);
    } finally {
      await test.remote.close();
      await sshd.stop();
    }
  });

  it('makes one connection for commands that start together', async () => {
    const sshd = await startTestSshd();
    const test = openTestRemote([sshd.target()]);
    try {
      const server = test.server(sshd.target());
      await Promise.all(Array.from({ length: 8 }, () => server.exec({ script: 'true', timeoutMs: 20_000 })));
      expect(sshd.connections()).toBe(1);
    } finally {
      await test.remote.close();
      await sshd.stop();
    }
  });
});
