import type { Duplex } from 'node:stream';
import { visibleName } from '../../../shared/model/remotePath.ts';

/** What an address answered to a question in HTTP. */
export interface HttpAnswer {
  status: number;
  scheme: 'http' | 'https';
  /** What it calls itself, in its title, its header or its text; null: it does not. */
  says: string | null;
}

const limitBytes = 32 * 1024;

/** Asks for `/` over an open stream; null: what is there speaks no HTTP, or says nothing within the time. The stream is closed then. */
export function askHttp(stream: Duplex, limitMs: number): Promise<HttpAnswer | null> {
  return new Promise((resolve) => {
    let text = '';
    const finish = () => {
      clearTimeout(timer);
      stream.destroy();
      resolve(readAnswer(text));
    };
    const timer = setTimeout(finish, limitMs);
    stream.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (text.length > limitBytes || !looksLikeHttp(text) || isWhole(text)) finish();
    });
    for (const event of ['end', 'close', 'error'] as const) stream.on(event, finish);
    stream.write('GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: pilothouse\r\nAccept: text/html, text/plain, */*\r\nConnection: close\r\n\r\n');
  });
}

const looksLikeHttp = (text: string) => 'HTTP/1.'.startsWith(text.slice(0, 7)) || text.startsWith('HTTP/1.');

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /^content-length: *(\d+)\s*$/im.exec(text.slice(0, end))?.[1];
  return /<\/title>/i.test(text) || (length !== undefined && text.length >= end + 4 + Number(length));
}

/** Reads the beginning of an HTTP answer; null: it is none. */
export function readAnswer(text: string): HttpAnswer | null {
  const status = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(text)?.[1];
  if (status === undefined) return null;
  const end = text.indexOf('\r\n\r\n');
  const [head, body] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 4)];
  // Servers for HTTPS say in plain text what they wanted.
  const scheme = status === '400' && /https? server|https port|sent to https|requires? https/i.test(body) ? 'https' : 'http';
  const header = (name: string) => new RegExp(`^${name}: *(.*?)\\s*$`, 'im').exec(head)?.[1] ?? '';
  return { status: Number(status), scheme, says: scheme === 'https' ? null : says(header, body) };
}

function says(header: (name: string) => string, body: string): string | null {
  const title = /<title[^>]*>([^<]*)</i.exec(body)?.[1] ?? '';
  const plain = header('content-type').startsWith('text/plain') ? (body.split('\n').find((line) => /[A-Za-z]{3}/.test(line)) ?? '') : '';
  const first = [title, plain, header('server')].map(tidy).find((words) => words !== '');
  return first === undefined ? null : first.slice(0, 80);
}

function tidy(words: string): string {
  const text = Buffer.from(words, 'latin1').toString('utf8').replaceAll('&amp;', '&');
  return visibleName(text.replaceAll(/\s+/g, ' ').trim());
}
