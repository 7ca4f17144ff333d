import { expect, it } from 'vitest';
import { detectLevel } from './logLevel.ts';

it.each([
  // JSON
  ['{"level":"info","msg":"started"}', 'info'],
  ['{"ts":1,"severity":"ERROR","message":"refused"}', 'error'],
  ['{"time":1732221241,"level":50,"pid":7,"msg":"upstream"}', 'error'],
  ['{"level":20,"msg":"x"}', 'debug'],
  ['{"log.level": "warn","message":"slow"}', 'warn'],
  ['{"msg":"no level here"}', null],
  // key=value
  ['time="2026-11-21T20:34:01Z" level=warning msg="disk is filling"', 'warn'],
  ['ts=2026-11-21 lvl=eror msg=x', 'error'],
  ['time=2026-11-21T20:34:01.123Z level=DEBUG msg=x', 'debug'],
  // In brackets, nginx among them
  ['2026/11/21 20:34:01 [error] 31#31: *4 connect() failed (111: Connection refused) while connecting to upstream', 'error'],
  ['2026/11/21 20:34:01 [emerg] 1#1: no "ssl_certificate" is defined', 'fatal'],
  ['[2026-11-21 20:34:01] [INFO ] ready', 'info'],
  ['[warn] cache is cold', 'warn'],
  // klog
  ['I1121 20:34:01.123456       1 server.go:42] serving', 'info'],
  ['E1121 20:34:01.123456       1 reflector.go:140] failed to list', 'error'],
  ['F1121 20:34:01.123456       1 main.go:9] no config', 'fatal'],
  // vLLM and uvicorn
  ['INFO 11-21 20:34:01 [async_llm_engine.py:211] Added request cmpl-1.', 'info'],
  ['(EngineCore pid=77) ERROR 11-21 20:34:01 [core.py:515] CUDA out of memory', 'error'],
  ['INFO:     10.0.0.4:53122 - "POST /v1/chat/completions HTTP/1.1" 500 Internal Server Error', 'info'],
  ['WARNING:root:Tokenizer is slow', 'warn'],
  // PostgreSQL
  ['2026-11-21 20:34:01.123 UTC [1] LOG:  database system is ready to accept connections', 'info'],
  ['2026-11-21 20:34:01.123 UTC [88] ERROR:  relation "users" does not exist at character 15', 'error'],
  ['2026-11-21 20:34:01.123 UTC [88] FATAL:  password authentication failed for user "app"', 'fatal'],
  ['2026-11-21 20:34:01.123 UTC [88] STATEMENT:  select 1', null],
  // Others
  ['2026-11-21T20:34:01.123456Z  WARN tensorzero_core::endpoints: rate limited', 'warn'],
  ['2026-11-21 20:34:01,123 - qdrant.client - CRITICAL - gone', 'fatal'],
  ['2026-11-21 20:34:01.123 | ERROR    | app.main:run:31 - boom', 'error'],
  ['1:M 21 Nov 2026 20:34:01.123 # WARNING: The TCP backlog setting of 511 cannot be enforced', 'warn'],
  ['1:M 21 Nov 2026 20:34:01.123 * Ready to accept connections tcp', 'info'],
  ['error: cannot open /models', 'error'],
  ['Error: listen EADDRINUSE', 'error'],
  ['panic: runtime error: index out of range', 'fatal'],
  ['Traceback (most recent call last):', 'error'],
  ["thread 'main' panicked at src/main.rs:4:5:", 'error'],
  ['10.0.0.9 - - [21/Nov/2026:20:34:01 +0000] "GET /v1/models HTTP/1.1" 502 157 "-" "curl/8.5.0"', 'error'],
  ['10.0.0.9 - - [21/Nov/2026:20:34:01 +0000] "GET /x HTTP/1.1" 404 0 "-" "-"', 'warn'],
  ['10.0.0.9 - - [21/Nov/2026:20:34:01 +0000] "GET / HTTP/1.1" 200 12 "-" "-"', 'info'],
  // None
  ['llama runner loaded qwen2.5-coder:7b in 3.1 s', null],
  ['the word error in the middle of a sentence', null],
  ['', null],
])('%s', (line, level) => expect(detectLevel(line)).toBe(level));

it('does not take long over a line that is made to be slow', () => {
  const startMs = performance.now();
  for (const line of [`"${'a '.repeat(100_000)}`, '['.repeat(100_000), 'level='.repeat(50_000), '"GET '.repeat(50_000)]) expect(detectLevel(line)).toBe(null);
  const spentMs = performance.now() - startMs;
  console.log(`four lines of 100,000 characters and more: ${spentMs.toFixed(1)} ms`);
});
