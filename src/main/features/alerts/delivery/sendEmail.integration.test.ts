import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { testEvent } from '../testing/events.ts';
import { makeCertificate, type TestCertificate, trust } from '../testing/testCertificate.ts';
import { emailText } from './emailText.ts';
import { sendEmail } from './sendEmail.ts';

/** Mails given to a real SMTP server, by TLS from the first byte and by STARTTLS, with login. */

const password = 'correct horse battery';
let certificate: TestCertificate;
beforeAll(() => {
  certificate = makeCertificate();
});

interface Taken {
  from: string;
  to: string[];
  user: string | undefined;
  secure: boolean;
  text: string;
}

/** A mail server that wants a login and takes no mail without encryption. */
async function mailServer(options: SMTPServerOptions = {}) {
  const taken: Taken[] = [];
  const logins: string[] = [];
  const server = new SMTPServer({
    ...{ key: certificate.key, cert: certificate.cert, authOptional: false, logger: false, disableReverseLookup: true },
    onAuth(auth, session, done) {
      logins.push(`${auth.method} ${auth.username} ${session.secure ? 'encrypted' : 'in the clear'}`);
      if (auth.username === 'ops' && auth.password === password) done(null, { user: 'ops' });
      else done(Object.assign(new Error('wrong password'), { responseCode: 535 }));
    },
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : (mailFrom?.address ?? '');
        taken.push({ from, to: rcptTo.map(({ address }) => address), user: session.user as string | undefined, secure: session.secure, text });
        done();
      });
    },
    ...options,
  });
  // Clients that go away in the middle of it are meant to.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, taken, logins };
}

const mail = emailText([testEvent()], (text) => text);
const fields = (port: number, security: 'tls' | 'starttls', change: Partial<Parameters<typeof sendEmail>[0]> = {}): Parameters<typeof sendEmail>[0] => ({
  ...{ kind: 'email', name: 'mail', enabled: true, severities: ['critical'], fromLevel: 1, chatty: false, host: 'localhost', port, security, user: 'ops' },
  ...{ from: 'ops@example.com', to: ['oncall@example.com', 'second@example.com'] },
  ...change,
});

describe.each([
  ['TLS from the first byte', 'tls', { secure: true }],
  ['STARTTLS', 'starttls', { secure: false }],
] as const)('by %s', (_, security, options) => {
  test('a mail arrives whole, encrypted, after a login, at everybody', async () => {
    trust(certificate);
    const { port, taken, logins } = await mailServer(options);
    expect(await sendEmail(fields(port, security), password, mail, 5000)).toEqual({ outcome: 'sent' });
    expect(taken).toMatchObject([{ from: 'ops@example.com', to: ['oncall@example.com', 'second@example.com'], user: 'ops', secure: true }]);
    expect(logins).toEqual([expect.stringMatching(/^(PLAIN|LOGIN) ops encrypted$/)]);
    expect(taken[0]?.text).toContain(`Message-ID: ${mail.headers['Message-ID']}`);
    expect(taken[0]?.text).toContain('gpu-1: CPU used is 93.4 %');
    // By its address it is the same server, and its certificate names that, too.
    expect(await sendEmail(fields(port, security, { host: '127.0.0.1' }), password, mail, 5000)).toEqual({ outcome: 'sent' });
  });

  test('a certificate that nobody vouches for is refused before anything is said', async () => {
    const { port, taken, logins } = await mailServer(options);
    const attempt = await sendEmail(fields(port, security), password, mail, 5000);
    expect(attempt).toMatchObject({ outcome: 'failed', problem: expect.stringMatching(/certificate|self.signed/i) });
    expect([taken, logins]).toEqual([[], []]);
    expect(JSON.stringify(attempt)).not.toContain(password);
  });

  test('a wrong password is worth another try, and is not said', async () => {
    trust(certificate);
    const { port, taken } = await mailServer(options);
    const attempt = await sendEmail(fields(port, security), 'not that one', mail, 5000);
    expect(attempt).toMatchObject({ outcome: 'failed', problem: expect.stringContaining('EAUTH') });
    expect(JSON.stringify(attempt)).not.toContain('not that one');
    expect(taken).toEqual([]);
  });

  test('who is not known there is refused for good, a full mailbox is not', async () => {
    trust(certificate);
    const refusing = (responseCode: number) =>
      mailServer({ ...options, onRcptTo: (_address, _session, done) => done(Object.assign(new Error('not now'), { responseCode })) });
    const [unknown, full] = [await refusing(550), await refusing(452)];
    expect(await sendEmail(fields(unknown.port, security), password, mail, 5000)).toMatchObject({ outcome: 'refused' });
    expect(await sendEmail(fields(full.port, security), password, mail, 5000)).toMatchObject({ outcome: 'failed' });
  });
});

test('a server that does not offer STARTTLS is given neither mail nor password', async () => {
  trust(certificate);
  const { port, taken, logins } = await mailServer({ secure: false, hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
  expect((await sendEmail(fields(port, 'starttls'), password, mail, 2000)).outcome).not.toBe('sent');
  expect([taken, logins]).toEqual([[], []]);
});
