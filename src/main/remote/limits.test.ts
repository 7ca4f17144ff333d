import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { Backoff } from './backoff.ts';
import { KeyedLock, Limiter } from './limiter.ts';
import { isNetworkFailure, socketError, stateAfter, wasDropped } from './remoteErrors.ts';
import { SudoDialogue } from './sudo.ts';

describe('Limiter', () => {
  it('lets in so many at a time, the others in order, and forgets who gave up', async () => {
    const limiter = new Limiter(2);
    const order: string[] = [];
    const first = await limiter.acquire();
    await limiter.acquire();
    expect(limiter.free).toBe(0);
    const gone = new AbortController();
    const waiting = [
      limiter.acquire().then((release) => order.push('a') && release),
      limiter.acquire(gone.signal).catch((reason: Error) => order.push(reason.message)),
      limiter.acquire().then(() => order.push('b')),
    ];
    gone.abort(new Error('gone'));
    first();
    first();
    await waiting[1];
    const release = (await waiting[0]) as () => void;
    expect(order).toEqual(expect.arrayContaining(['gone', 'a']));
    expect(order).not.toContain('b');
    release();
    await waiting[2];
    expect(order.at(-1)).toBe('b');
  });

  it('runs one at a time under the same key and all at once under others, also when they fail', async () => {
    const lock = new KeyedLock();
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      throw new Error('failed');
    };
    await Promise.allSettled([lock.run('a', work), lock.run('a', work), lock.run('a', work)]);
    expect(most).toBe(1);
    await Promise.allSettled([lock.run('a', work), lock.run('b', work)]);
    expect(most).toBe(2);
  });
});

describe('Backoff', () => {
  it('doubles up to its most, jittered between half and whole, and begins again after a success', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (draws) => {
        const backoff = new Backoff(100, 2_000);
        draws.forEach((draw, attempt) => {
          const whole = Math.min(2_000, 100 * 2 ** attempt);
          const ms = backoff.nextMs(() => draw);
          expect(ms).toBeGreaterThanOrEqual(whole / 2);
          expect(ms).toBeLessThanOrEqual(whole);
        });
        backoff.reset();
        expect(backoff.nextMs(() => 1)).toBe(100);
      }),
    );
  });

  it('stops waiting when the signal aborts', async () => {
    const abort = new AbortController();
    const waiting = new Backoff(60_000, 60_000).wait(abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});

describe('errors of the socket', () => {
  const target = { name: 'one', host: 'one.example.org', port: 22 };
  it.each([
    ['ENOTFOUND', 'ssh.host-not-found', 'unreachable'],
    ['ECONNREFUSED', 'ssh.connection-refused', 'unreachable'],
    ['ETIMEDOUT', 'ssh.connect-timeout', 'unreachable'],
    ['EHOSTUNREACH', 'ssh.network-unreachable', 'unreachable'],
    ['ECONNRESET', 'ssh.closed-before-login', 'unreachable'],
  ] as const)('%s is %s', (code, expected, state) => {
    const error = socketError(Object.assign(new Error('x'), { code }), target);
    expect([error.code, stateAfter(error)]).toEqual([expected, state]);
    expect(wasDropped(error)).toBe(code === 'ECONNRESET');
    expect(isNetworkFailure(error, false)).toBe(expected !== 'ssh.host-not-found');
    expect(isNetworkFailure(error, true)).toBe(true);
  });

  it('takes the last of several addresses, and never retries what a person must mend', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    expect(socketError(new AggregateError([new Error('y'), refused]), target).code).toBe('ssh.connection-refused');
    expect(isNetworkFailure(new AppError('ssh.auth-key-refused', { ...data, user: 'a', method: 'agent' }), true)).toBe(false);
    expect(isNetworkFailure(new Error('bug'), true)).toBe(false);
  });
  const data = { server: 'one', host: 'h', port: 22 };
});

describe('the dialogue with sudo', () => {
  const talk = () => {
    const heard: string[] = [];
    const dialogue = new SudoDialogue('77', {
      ready: () => heard.push('ready'),
      askPassword: () => heard.push('ask'),
      askedAgain: () => heard.push('again'),
    });
    const say = (text: string) => dialogue.take(Buffer.from(text)).toString();
    return { heard, dialogue, say };
  };
  it('asks once, notices a second prompt, and gives the script only its own stderr', () => {
    const good = talk();
    const text = 'sudo: lecture\nph-77-password:\nph-77-ready\nph-77-password: is what the script says\n';
    const own = [...text].map((letter) => good.say(letter)).join('');
    expect(own).toBe('ph-77-password: is what the script says\n');
    expect(good.heard).toEqual(['ask', 'ready']);
    const bad = talk();
    bad.say('ph-77-password:');
    bad.say('Sorry, try again.\nph-77-password:');
    bad.say('Sorry, try again.\nph-77-password:');
    expect(bad.heard).toEqual(['ask', 'again']);
    const target = { name: 'one', user: 'ada' } as Parameters<SudoDialogue['failure']>[0];
    expect(bad.dialogue.failure(target).code).toBe('sudo.password-wrong');
    expect(talk().dialogue.failure(target).code).toBe('sudo.unavailable');
  });
});
