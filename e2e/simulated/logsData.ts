import type { LogEntry } from '../../src/shared/model/log.ts';

/** What a service of a name like this writes; `n` counts its lines. */
type Writer = (n: number, atMs: number) => Pick<LogEntry, 'text' | 'error'>;

const models = ['qwen2.5-coder:7b', 'llama3.1:8b', 'mistral-small:24b'];
const two = (number: number) => String(number).padStart(2, '0');
const clock = (atMs: number) => new Date(atMs).toISOString().slice(11, 23);
const day = (atMs: number) => `${two(new Date(atMs).getUTCMonth() + 1)}-${two(new Date(atMs).getUTCDate())}`;
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
const tenant = (n: number) => `tenant-${two((n * 7) % 48)}`;

const gateway: Writer = (n, atMs) => {
  const level = n % 29 === 11 ? 'error' : n % 13 === 5 ? 'warn' : n % 7 === 3 ? 'debug' : 'info';
  const body = {
    ts: new Date(atMs).toISOString(),
    level,
    msg: level === 'error' ? 'upstream refused the request' : level === 'warn' ? 'rate limit is near' : 'inference',
    tenant: tenant(n),
    model: pick(models, n),
    status: level === 'error' ? 502 : level === 'warn' ? 429 : 200,
    usage: { prompt_tokens: 200 + ((n * 37) % 900), completion_tokens: 40 + ((n * 53) % 400) },
    latency_ms: 300 + ((n * 97) % 2_400),
  };
  return { text: JSON.stringify(body) };
};
const vllm: Writer = (n, atMs) => {
  const stamp = `${day(atMs)} ${clock(atMs).slice(0, 8)}`;
  if (n % 31 === 17) return { text: `ERROR ${stamp} [core.py:515] CUDA out of memory: tried to allocate 2.50 GiB, 1.12 GiB free`, error: true };
  if (n % 31 === 18) return { text: '    at vllm.worker.model_runner.execute_model (model_runner.py:1712)', error: true };
  if (n % 11 === 4) return { text: `WARNING ${stamp} [scheduler.py:1481] Sequence group ${n} is preempted by recomputation: the cache is full` };
  if (n % 3 === 0)
    return {
      text: `INFO ${stamp} [loggers.py:118] Engine 000: prompt ${(n * 13) % 900}.4 tokens/s, generation ${(n * 7) % 300}.1 tokens/s, running: ${n % 14}, waiting: ${n % 3}`,
    };
  return { text: `INFO:     10.0.4.${n % 250}:${50_000 + (n % 9_999)} - "POST /v1/chat/completions HTTP/1.1" 200 OK` };
};
const ollama: Writer = (n, atMs) => {
  if (n % 9 === 2) return { text: `time=${new Date(atMs).toISOString()} level=INFO source=runner.go:312 msg="llama runner started in 3.1${n % 10} seconds"` };
  if (n % 17 === 8) return { text: `time=${new Date(atMs).toISOString()} level=WARN source=sched.go:649 msg="gpu VRAM usage didn't recover within timeout"` };
  const status = n % 23 === 9 ? '\u001b[97;41m 500 \u001b[0m' : '\u001b[97;42m 200 \u001b[0m';
  return {
    text: `[GIN] ${new Date(atMs).toISOString().slice(0, 10)} - ${clock(atMs).slice(0, 8)} |${status}| ${1 + ((n * 31) % 90) / 10}s | 10.0.4.${n % 250} | \u001b[36mPOST\u001b[0m "/api/chat"`,
  };
};
const postgres: Writer = (n, atMs) => {
  const head = `${new Date(atMs).toISOString().slice(0, 10)} ${clock(atMs)} UTC [${70 + (n % 9)}]`;
  if (n % 19 === 6) return { text: `${head} ERROR:  duplicate key value violates unique constraint "sessions_pkey"`, error: true };
  if (n % 19 === 7) return { text: `${head} STATEMENT:  insert into sessions (id, tenant) values ($1, $2)`, error: true };
  return { text: `${head} LOG:  checkpoint complete: wrote ${(n * 13) % 800} buffers (${n % 9}.1%); write=${n % 27}.012 s` };
};
const nginx: Writer = (n, atMs) => {
  if (n % 21 === 5)
    return {
      text: `${new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '/')} ${clock(atMs).slice(0, 8)} [error] 31#31: *${n} connect() failed (111: Connection refused) while connecting to upstream`,
      error: true,
    };
  const status = n % 15 === 4 ? 404 : n % 21 === 6 ? 502 : 200;
  return { text: `10.0.7.${n % 250} - - [${new Date(atMs).toISOString()}] "GET /v1/models HTTP/1.1" ${status} ${(n * 77) % 4_000} "-" "openai-python/1.52"` };
};
const redis: Writer = (n, atMs) => ({
  text: `1:M ${two(new Date(atMs).getUTCDate())} Nov 2026 ${clock(atMs)} ${n % 8 === 3 ? '#' : '*'} ${n % 8 === 3 ? 'WARNING Memory overcommit must be enabled' : `${n % 90} changes in 300 seconds. Saving...`}`,
});
const journal: Writer = (n) =>
  n % 12 === 5
    ? { text: `sshd[${900 + n}]: Failed password for invalid user admin from 203.0.113.${n % 250} port ${40_000 + n}`, error: true }
    : { text: `dockerd[812]: time="…" level=info msg="container ${(n * 7_919).toString(16)} health_status: healthy"` };
const other: Writer = (n, atMs) => ({
  text:
    n % 10 === 7
      ? `W1121 ${clock(atMs)}000       1 scrape.go:92] target 10.0.4.${n % 250}:9400 is slow: ${n % 9}.2 s`
      : `I1121 ${clock(atMs)}000       1 scrape.go:77] ${(n * 11) % 900} series of job ${pick(['dcgm', 'node', 'vllm'], n)}`,
});

const writers: readonly [RegExp, Writer][] = [
  [/gateway|litellm|backend|^api$/, gateway],
  [/vllm/, vllm],
  [/ollama/, ollama],
  [/postgres|mongo|clickhouse/, postgres],
  [/nginx|frontend|ui|grafana/, nginx],
  [/redis|chroma|weaviate|pgbouncer/, redis],
  [/\.service$|^-$|kernel|^\//, journal],
];

/** What the named source writes. */
export function writerOf(name: string): Writer {
  return writers.find(([pattern]) => pattern.test(name))?.[1] ?? other;
}
