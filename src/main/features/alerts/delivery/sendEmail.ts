import { createTransport } from 'nodemailer';
import type { ChannelFields } from '../../../../shared/model/alertChannel.ts';
import type { Attempt } from './deliveryTypes.ts';
import type { Email } from './emailText.ts';

type MailFields = Extract<ChannelFields, { kind: 'email' }>;

/**
 * Gives a mail to a server by SMTP. Addresses in the mail itself are not looked at, and nothing is read from files or addresses. Never
 * throws. Codes: https://nodemailer.com/errors, replies: RFC 5321, 4.2.1.
 */
export async function sendEmail(fields: MailFields, password: string | null, mail: Email, timeoutMs: number): Promise<Attempt> {
  const { host, port, security, user, from, to } = fields;
  const { 'Message-ID': messageId = '', References: references = '', ...headers } = mail.headers;
  const transport = createTransport({
    ...{ host, port, secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: 2 * timeoutMs, disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({ from, to: [...to], subject: mail.subject, text: mail.text, messageId, references, headers });
    return { outcome: 'sent' };
  } catch (error) {
    return attemptOfMail(error);
  } finally {
    transport.close();
  }
}

/** What a failure means: what the server refuses for good, what is worth another try, and what may have arrived. */
export function attemptOfMail(error: unknown): Attempt {
  const said = error instanceof Error ? error : new Error(String(error));
  const code = 'code' in said && typeof said.code === 'string' ? said.code : '';
  const reply = 'responseCode' in said && typeof said.responseCode === 'number' ? said.responseCode : null;
  const response = 'response' in said && typeof said.response === 'string' ? said.response : said.message;
  const problem = `${code === '' ? '' : `${code}: `}${response.replace(/\s+/g, ' ').trim().slice(0, 200)}`;
  // A password can be put right while the mail waits.
  if (code === 'EAUTH' || code === 'ENOAUTH') return { outcome: 'failed', problem, retryAfterS: null };
  if (reply !== null) return reply >= 500 ? { outcome: 'refused', problem } : { outcome: 'failed', problem, retryAfterS: null };
  const certain =
    ['EDNS', 'ETLS'].includes(code) ||
    /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|certificate|Greeting never received|Connection timeout/.test(said.message);
  return { outcome: certain ? 'failed' : 'unknown', problem, retryAfterS: null };
}
