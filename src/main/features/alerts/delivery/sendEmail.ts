import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { ChannelFields } from '../../../../shared/model/alertChannel.ts';
import type { Attempt } from './deliveryTypes.ts';
import type { Email } from './emailText.ts';
import type { Mask } from './plainText.ts';

type MailFields = Extract<ChannelFields, { kind: 'email' }>;

/** All of it takes no longer than so many times of an answer. */
const answersInAll = 4;

/**
 * Gives a mail to a server by SMTP. Addresses in the mail itself are not looked at, and nothing is read from files or addresses. Never
 * throws. The signal cuts it off; `mask` takes secrets out of what the server says. Codes: https://nodemailer.com/errors, replies: RFC 5321, 4.2.1.
 */
export async function sendEmail(
  fields: MailFields,
  password: string | null,
  mail: Email,
  timeoutMs: number,
  { signal, mask = (text) => text }: { signal?: AbortSignal | undefined; mask?: Mask } = {},
): Promise<Attempt> {
  const { host, port, security, user, from, to } = fields;
  const { 'Message-ID': messageId = '', References: references = '', ...headers } = mail.headers;
  // A server that says a little again and again would otherwise never be done with.
  const over = AbortSignal.timeout(answersInAll * timeoutMs);
  const limit = signal === undefined ? over : AbortSignal.any([over, signal]);
  const transport = createTransport({
    getSocket: (_options, done) => dial(host, port, limit, (error, connection) => done(error, connection === null ? false : { connection })),
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: 2 * timeoutMs, disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({ from, to: [...to], subject: mail.subject, text: mail.text, messageId, references, headers });
    return { outcome: 'sent' };
  } catch (error) {
    if (!limit.aborted) return attemptOfMail(error, mask);
    const problem = over.aborted ? `not at its end within ${(answersInAll * timeoutMs) / 1000} s` : 'it was cut off here';
    return { outcome: 'unknown', problem, retryAfterS: null };
  } finally {
    transport.close();
  }
}

/** Connects; the signal ends the connection whenever it comes. */
function dial(host: string, port: number, signal: AbortSignal, done: (error: Error | null, socket: Socket | null) => void): void {
  const socket = connect({ host, port, signal });
  const failed = (error: Error) => done(error, null);
  socket.once('error', failed);
  socket.once('connect', () => {
    socket.off('error', failed);
    // Whoever takes it over listens, too; an error that nobody hears would end the program.
    socket.on('error', () => {});
    done(null, socket);
  });
}

/** What a failure means: what the server refuses for good, what is worth another try, and what may have arrived. */
export function attemptOfMail(error: unknown, mask: Mask): Attempt {
  const said = error instanceof Error ? error : new Error(String(error));
  const code = 'code' in said && typeof said.code === 'string' ? said.code : '';
  const reply = 'responseCode' in said && typeof said.responseCode === 'number' ? said.responseCode : null;
  const response = 'response' in said && typeof said.response === 'string' ? said.response : said.message;
  const problem = `${code === '' ? '' : `${code}: `}${mask(response).replace(/\s+/g, ' ').trim().slice(0, 200)}`;
  // A password can be put right while the mail waits.
  if (code === 'EAUTH' || code === 'ENOAUTH') return { outcome: 'failed', problem, retryAfterS: null };
  if (reply !== null) return reply >= 500 ? { outcome: 'refused', problem } : { outcome: 'failed', problem, retryAfterS: null };
  const certain =
    ['EDNS', 'ETLS'].includes(code) ||
    /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|certificate|Greeting never received|Connection timeout/.test(`${code} ${said.message}`);
  return { outcome: certain ? 'failed' : 'unknown', problem, retryAfterS: null };
}
