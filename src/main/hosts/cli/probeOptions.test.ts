import { describe, expect, it } from 'vitest';
import { type ProbeOptions, probeFieldsOf } from './probeOptions.ts';

const checkOf = (options: Omit<ProbeOptions, 'server'>) => probeFieldsOf('it', { server: 'gpu-1', ...options }).check;

describe('probes of the command line', () => {
  it.each<[Omit<ProbeOptions, 'server'>, object]>([
    [
      { http: 'http://127.0.0.1:3000/health', status: '200,204', want: ['checks.db=connected', 'checks.gpu=true', 'documents>0', 'data.0.id'] },
      {
        ...{ kind: 'http', method: 'GET', url: 'http://127.0.0.1:3000/health' },
        wants: {
          status: [200, 204],
          json: [
            { path: 'checks.db', is: 'connected' },
            { path: 'checks.gpu', is: true },
            { path: 'documents', above: 0 },
            { path: 'data.0.id', exists: true },
          ],
        },
      },
    ],
    [
      { http: 'http://a.b/', post: '{}', secretHeader: { 'X-Key': 'gateway' } },
      { method: 'POST', body: '{}', secretHeaders: { 'X-Key': 'gateway' } },
    ],
    [
      { http: 'http://a.b/', stack: 'ai-gateway', header: { 'X-Tenant': 'shop', Authorization: 'Bearer sk-$LITELLM_MASTER_KEY' } },
      { headers: { 'X-Tenant': 'shop', Authorization: 'Bearer sk-$LITELLM_MASTER_KEY' } },
    ],
    [
      { tcp: '127.0.0.1:6379', send: 'PING\\r\\n', says: '+PONG' },
      { kind: 'tcp', host: '127.0.0.1', port: 6379, send: 'PING\r\n', says: '+PONG' },
    ],
    [
      { tls: 'chat.example.com', days: 30 },
      { kind: 'tls', port: 443, minDays: 30, chain: true },
    ],
    [
      { tls: '[fd00::1]:8443', ownCertificate: true },
      { host: 'fd00::1', port: 8443, chain: false },
    ],
    [
      { dns: 'chat.example.com', record: ['192.0.2.7'] },
      { kind: 'dns', type: 'A', wanted: ['192.0.2.7'] },
    ],
    [
      { llm: 'http://vllm:8000', model: 'llama' },
      { kind: 'llm', api: 'openai-chat', stream: true, limits: { callsPerDay: 500, tokensPerDay: 100_000 } },
    ],
    [
      { llm: 'http://vllm:8000', model: 'llama', prompt: 'Six times seven?', answer: 42, stream: false },
      { stream: false, question: { answer: 42 } },
    ],
  ])('reads %j', (options, check) => {
    expect(checkOf(options)).toMatchObject(check);
  });

  it.each<[Omit<ProbeOptions, 'server'>, string]>([
    [{}, 'one of --http'],
    [{ http: 'http://a.b', tcp: 'a:1' }, 'one of --http'],
    [{ http: 'ftp://a.b' }, 'check.url'],
    [{ http: 'http://me:secret@a.b/' }, 'without a password'],
    [{ http: 'http://a.b', header: { Authorization: 'Bearer hunter2' } }, '--secret-header Authorization=NAME'],
    [{ http: 'http://a.b', status: 'fine' }, 'check.wants.status'],
    [{ http: 'http://a.b', want: ['documents>many'] }, 'needs a number'],
    [{ tcp: '127.0.0.1' }, 'HOST:PORT'],
    [{ llm: 'http://a.b' }, '--model'],
    [{ llm: 'http://a.b', model: 'm', prompt: 'Two?' }, 'belong together'],
    [{ tcp: 'a:1', interval: 900 }, 'intervalS'],
  ])('refuses %j', (options, words) => {
    expect(() => checkOf(options)).toThrow(words);
    expect(() => checkOf(options)).not.toThrow('hunter2');
  });
});
