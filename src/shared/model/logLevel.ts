/** How grave a line says it is, from the least. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

const words: Record<string, LogLevel> = {
  trace: 'debug',
  debug: 'debug',
  verbose: 'debug',
  dbg: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  log: 'info',
  inf: 'info',
  warn: 'warn',
  warning: 'warn',
  wrn: 'warn',
  error: 'error',
  err: 'error',
  eror: 'error',
  severe: 'error',
  exception: 'error',
  critical: 'fatal',
  crit: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
};
const klogLetters: Record<string, LogLevel> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' };
const redisMarks: Record<string, LogLevel> = { '.': 'debug', '-': 'debug', '*': 'info', '#': 'warn' };

/** Levels are said near the beginning; what a message quotes further on is not its level. */
const headLength = 200;
const json = /"(?:level|severity|lvl|levelname|log\.level|loglevel)"\s*:\s*(?:"([A-Za-z]+)"|(\d{2}))/;
const keyed = /(?:^|[\s{,])(?:level|severity|lvl|levelname|loglevel)=["']?([A-Za-z]+)/;
const bracketed = /\[\s*(trace|debug|info|notice|warn|warning|error|err|crit|critical|alert|emerg|fatal|panic)\s*\]/i;
// https://github.com/kubernetes/klog: Lmmdd hh:mm:ss.uuuuuu threadid file:line]
const klog = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}/;
// In capitals, after a time, a name or a bar: vLLM, tracing, log4j, loguru, Python.
const capital =
  /(?:^|[\s|(<>/-])(TRACE|DEBUG|VERBOSE|INFO|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|CRITICAL|CRIT|FATAL|PANIC|EMERG|ALERT|LOG|DBG|INF|WRN)(?=[\s\]):|<>-]|$)/;
const capitalWithin = 100;
const leading = /^(?:\S+\s+)?(trace|debug|info|notice|warning|warn|error|fatal|panic|critical|exception)(?:\[[^\]]*\])?:/i;
const trace = /^(?:Traceback \(most recent call last\)|thread '[^']*' (?:\([^)]*\) )?panicked at|Exception in thread|Unhandled|Uncaught)/;
const redis = /^\d+:[XCSM] \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2}\.\d{3} ([.*#-]) /;
// The status of a line of an access log, in the combined format and its kin.
const access = /"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^"]{0,300}" ([1-5])\d\d\b/;

/** Numbers of pino and bunyan, in tens. */
function numbered(level: number): LogLevel {
  if (level < 30) return 'debug';
  if (level < 40) return 'info';
  if (level < 50) return 'warn';
  return level < 60 ? 'error' : 'fatal';
}

/**
 * The level that a line of a log says it has, or null where it says none. Knows JSON, `key=value`, words in brackets or capitals, klog,
 * Redis, PostgreSQL, nginx, uvicorn and vLLM; of access logs the status. `text` is without colours.
 */
export function detectLevel(text: string): LogLevel | null {
  const head = text.length > headLength ? text.slice(0, headLength) : text;
  const inJson = head.includes('"') ? json.exec(text.length > 4_000 ? text.slice(0, 4_000) : text) : null;
  if (inJson) {
    const level = inJson[1] === undefined ? numbered(Number(inJson[2])) : words[inJson[1].toLowerCase()];
    if (level !== undefined) return level;
  }
  if (head.includes('=')) {
    const level = words[keyed.exec(head)?.[1]?.toLowerCase() ?? ''];
    if (level !== undefined) return level;
  }
  const letter = klog.exec(head)?.[1];
  if (letter !== undefined) return klogLetters[letter] ?? null;
  const inBrackets = head.includes('[') ? bracketed.exec(head)?.[1] : undefined;
  const inCapitals = capital.exec(head);
  if (inCapitals !== null && inCapitals.index < capitalWithin && inBrackets === undefined) return words[(inCapitals[1] ?? '').toLowerCase()] ?? null;
  if (inBrackets !== undefined) return words[inBrackets.toLowerCase()] ?? null;
  const first = leading.exec(head)?.[1];
  if (first !== undefined) return words[first.toLowerCase()] ?? null;
  if (trace.test(head)) return 'error';
  const mark = redis.exec(head)?.[1];
  if (mark !== undefined) return redisMarks[mark] ?? null;
  const status = head.includes('"') ? access.exec(text.length > 1_000 ? text.slice(0, 1_000) : text)?.[1] : undefined;
  if (status !== undefined) return status === '5' ? 'error' : status === '4' ? 'warn' : 'info';
  return null;
}
