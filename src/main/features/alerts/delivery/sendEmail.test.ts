import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SecretMask } from '../../../operations/masking/secretMask.ts';
import { testEvent } from '../testing/events.ts';
import { emailText } from './emailText.ts';
import { sendEmail } from './sendEmail.ts';

/** A mail server on this machine that answers as it is told to; `mails` has what it took whole. */
async function mailServer(
  answers: { rcpt?: string; data?: string | null; greet?: boolean; auth?: boolean; slow?: boolean } = {},
): Promise<{ port: number; mails: string[] }> {
  const mails: string[] = [];
  const server: Server = createServer((socket) => {
    let text = '';
    let inData = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    if (answers.greet !== false) say('220 test');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (let end = text.indexOf('\r\n'); end >= 0 && !inData; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === 'RCPT') say(answers.rcpt ?? '250 ok');
        else if (verb === 'DATA') {
          inData = true;
          say('354 go on');
        } else if (verb === 'EHLO' && answers.auth) say('250-test\r\n250 AUTH PLAIN');
        else if (verb === 'AUTH') say(`535 ${line} is ${Buffer.from(line.slice(11), 'base64').toString().replaceAll('\0', ' ')}`);
        else say(verb === 'QUIT' ? '221 bye' : '250 ok');
      }
      if (inData && text.includes('\r\n.\r\n')) {
        mails.push(text);
        text = '';
        inData = false;
        if (answers.slow) setInterval(() => socket.writable && say('250-not yet'), 20).unref();
        else if (answers.data === null) socket.destroy();
        else say(answers.data ?? '250 taken');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, mails };
}

const mail = emailText([testEvent()], (text) => text);
const fields = (port: number, change: Partial<Parameters<typeof sendEmail>[0]> = {}): Parameters<typeof sendEmail>[0] => ({
  ...{ kind: 'email', name: 'mail', enabled: true, severities: ['critical'], fromLevel: 1, chatty: false, host: '127.0.0.1', port, security: 'none' },
  ...{ from: 'ops@example.com', to: ['oncall@example.com'] },
  ...change,
});

test('a mail arrives with its subject, its evidence and the same Message-ID each time', async () => {
  const { port, mails } = await mailServer();
  for (let turn = 0; turn < 2; turn += 1) expect(await sendEmail(fields(port), null, mail, 2000)).toEqual({ outcome: 'sent' });
  const [first = '', second = ''] = mails;
  expect(first).toMatch(/^Subject: =\?UTF-8\?Q\?=5BPilothouse=5D_Alert=3A_CPU_is_busy/m);
  expect(first).toContain('gpu-1: CPU used is 93.4 %');
  const id = (text: string) => /^Message-ID: (<.*>)/im.exec(text)?.[1];
  expect([id(first), id(second)]).toEqual([mail.headers['Message-ID'], mail.headers['Message-ID']]);
});

test.each<[string, Parameters<typeof mailServer>[0], string]>([
  ['a server that has no such mailbox', { rcpt: '550 no such user' }, 'refused'],
  ['one that wants it later', { data: '451 try later' }, 'failed'],
  ['one whose answer is lost', { data: null }, 'unknown'],
  ['one that says nothing', { greet: false }, 'failed'],
])('%s is told apart', async (_, answers, outcome) => {
  const { port } = await mailServer(answers);
  expect(await sendEmail(fields(port), null, mail, 500)).toMatchObject({ outcome });
});

test('no mail goes without the encryption that was asked for, and none to where nobody listens', async () => {
  const { port, mails } = await mailServer();
  expect(await sendEmail(fields(port, { security: 'starttls' }), null, mail, 1000)).toMatchObject({
    outcome: expect.stringMatching(/^(failed|refused|unknown)$/),
  });
  expect(mails).toEqual([]);
  expect(await sendEmail(fields(9), null, mail, 1000)).toMatchObject({ outcome: 'failed' });
});

test('a server that never comes to its end is done with after a time, and one that hangs at once when this program ends', async () => {
  const { port, mails } = await mailServer({ slow: true });
  expect(await sendEmail(fields(port), null, mail, 100)).toMatchObject({ outcome: 'unknown', problem: 'not at its end within 0.4 s' });
  expect(mails).toHaveLength(1);
  const silent = await mailServer({ greet: false });
  const ending = new AbortController();
  setTimeout(() => ending.abort(), 50);
  const begunAt = performance.now();
  expect(await sendEmail(fields(silent.port), null, mail, 60_000, { signal: ending.signal })).toMatchObject({ problem: 'it was cut off here' });
  expect(performance.now() - begunAt).toBeLessThan(5000);
});

test('a password that the server says again is not shown, in the form that it was sent in neither', async () => {
  const { port } = await mailServer({ auth: true });
  const known = new SecretMask();
  known.add('correct-horse-battery');
  const attempt = await sendEmail(fields(port, { user: 'ops' }), 'correct-horse-battery', mail, 2000, { mask: (text) => known.text(text) });
  expect(attempt).toMatchObject({ outcome: 'failed', problem: expect.stringMatching(/^EAUTH: 535 AUTH PLAIN .*\[secret\]/) });
  const said = 'problem' in attempt ? attempt.problem : '';
  for (const form of [said, ...said.split(' ').map((word) => Buffer.from(word, 'base64').toString())]) expect(form).not.toMatch(/horse|battery/);
});
