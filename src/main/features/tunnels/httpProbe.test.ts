import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askHttp, readAnswer } from './httpProbe.ts';

/** A stream that answers what it is asked, in pieces. */
function answering(pieces: readonly string[], options: { ends?: boolean } = {}): Duplex & { asked: string } {
  const stream = Object.assign(
    new Duplex({
      read() {},
      write(bytes: Buffer, _encoding, done) {
        stream.asked += bytes.toString();
        for (const piece of pieces) stream.push(Buffer.from(piece, 'latin1'));
        if (options.ends === true) stream.push(null);
        done();
      },
    }),
    { asked: '' },
  );
  return stream;
}

const answer = (head: string, body = '') => `HTTP/1.1 ${head}\r\n\r\n${body}`;

describe('what an HTTP answer says of a service', () => {
  it.each([
    ['its title', answer('200 OK\r\nServer: nginx', '<html><head><title>\n Grafana\n</title>'), 'Grafana'],
    ['its text, where that is plain', answer('200 OK\r\nContent-Type: text/plain; charset=utf-8', 'Ollama is running'), 'Ollama is running'],
    ['its server', answer('404 Not Found\r\nserver: uvicorn\r\ncontent-type: application/json', '{}'), 'uvicorn'],
    ['nothing', answer('302 Found\r\nLocation: /login'), null],
  ])('is %s', (_, text, says) => {
    expect(readAnswer(text)?.says).toBe(says);
  });

  it('moves no cursor, however long it is', () => {
    expect(readAnswer(answer('200 OK', `<title>a\u001b[2Jb${'x'.repeat(500)}</title>`))?.says).toMatch(/^a\\x1b\[2Jbx{40,}$/);
    expect(readAnswer(answer('200 OK', '<title>gr\u00c3\u00bc\u00c3\u009fe</title>'))?.says).toBe('grüße');
  });

  it('tells a server for HTTPS that was asked in the clear', () => {
    const go = answer('400 Bad Request\r\nContent-Type: text/plain', 'Client sent an HTTP request to an HTTPS server.\n');
    const nginx = answer('400 Bad Request\r\nServer: nginx', '<title>400 The plain HTTP request was sent to HTTPS port</title>');
    for (const text of [go, nginx]) expect(readAnswer(text)).toMatchObject({ scheme: 'https', says: null });
    expect(readAnswer(answer('400 Bad Request', 'no host'))?.scheme).toBe('http');
  });

  it('is nothing where it is no HTTP', () => {
    for (const text of ['', 'SSH-2.0-OpenSSH_9.2', '220 mail ESMTP', 'HTTP/2 200', 'HTTP/1.1 20']) expect(readAnswer(text)).toBeNull();
  });
});

describe('asking', () => {
  it('ends as soon as the answer is clear', async () => {
    const stream = answering(['HTTP/1.1 200 OK\r\n', '\r\n<title>Prom', 'etheus</title> and on']);
    expect(await askHttp(stream, 60_000)).toMatchObject({ status: 200, says: 'Prometheus' });
    expect(stream.destroyed).toBe(true);
    expect(stream.asked).toMatch(/^GET \/ HTTP\/1\.1\r\nHost: localhost\r\n/);
    expect(await askHttp(answering(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok']), 60_000)).toMatchObject({ status: 200 });
    expect(await askHttp(answering(['SSH-2.0-x\r\n']), 60_000)).toBeNull();
    expect(await askHttp(answering(['HTTP/1.0 200 OK\r\n\r\nwhole'], { ends: true }), 60_000)).toMatchObject({ status: 200 });
  });

  it('ends after its time, and after its fill', async () => {
    expect(await askHttp(answering([]), 20)).toBeNull();
    expect(await askHttp(answering([`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(40_000)}`]), 60_000)).toMatchObject({ status: 200 });
  });
});
