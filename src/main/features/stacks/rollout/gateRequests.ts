import type { Duplex } from 'node:stream';
import { AppError } from '../../../../shared/errors.ts';
import type { HealthGate } from '../../../../shared/model/stackDefinition.ts';
import { httpOverChannel } from '../../../remote/httpOverChannel.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { hostOf } from '../definition/renderStack.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import type { StackServer } from '../release/stackServer.ts';
import { type ChatFigures, ChatStream } from './chatStreamRules.ts';
import { type ChatGate, chatBody, type HttpAnswer, type HttpGate, parseHttpAnswer } from './gateRules.ts';
import { httpScript } from './httpScript.ts';
import { addressScript } from './rolloutScripts.ts';

/** An answer, how long it took, and from where it was asked. */
export interface GateAnswer extends HttpAnswer {
  tookMs: number;
  via: 'channel' | 'server';
}

/** Sends requests of gates and tests to services of a stack on a server. */
export interface GateRequests {
  http(gate: HttpGate): Promise<GateAnswer>;
  /** Streamed where the endpoint streams. */
  chat(gate: ChatGate): Promise<{ answer: GateAnswer; figures: ChatFigures }>;
}

interface Asked {
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body: string | undefined;
  seconds: number;
  onBody?: (text: string, afterMs: number) => void;
}

/** Seconds that one request of a gate may take; a model on a processor is slow with its first answer. */
const requestSeconds = { http: 10, chat: 120 };

/**
 * Requests go from this computer through the SSH connection, to the service's container or to what the server itself reaches. Where the
 * server does not let them through, or it is HTTPS, the server asks by whatever it has; then nothing is streamed. `$NAME` in a header is
 * the release's secret of that name.
 */
export function openGateRequests(
  server: StackServer,
  release: Pick<ReleaseRecord, 'services'> & Partial<Pick<ReleaseRecord, 'id'>>,
  channel: { remote: RemoteServer; signal: AbortSignal },
): GateRequests {
  let secrets: Promise<Record<string, string>> | null = null;
  const secretsOnce = () => {
    secrets ??= release.id === undefined ? Promise.resolve({}) : server.secretsOf(release.id);
    return secrets;
  };
  const headersOf = async (gate: HttpGate | ChatGate): Promise<Record<string, string>> => {
    const given = Object.entries(gate.headers ?? {});
    if (!given.some(([, value]) => value.includes('$'))) return Object.fromEntries(given);
    const values = await secretsOnce();
    return Object.fromEntries(given.map(([name, value]) => [name, value.replaceAll(/\$([A-Z][A-Z0-9_]*)/g, (whole, key: string) => values[key] ?? whole)]));
  };
  /** A host that is a service's name is its container; null: it has no address at this moment. */
  const reachable = async (gate: HttpGate | ChatGate): Promise<URL | null> => {
    const host = hostOf(gate.url);
    if (!release.services.some(({ name }) => name === host)) return new URL(gate.url);
    const address = (await server.run('look up a container', addressScript, { PH_SERVICE: host })).trim();
    return address === '' ? null : new URL(gate.url.replace(`//${host}`, `//${address}`));
  };
  const ask = async (gate: HttpGate | ChatGate, body: string | undefined, onBody?: Asked['onBody']): Promise<GateAnswer> => {
    const url = await reachable(gate);
    if (url === null) return { status: null, body: '', error: `${hostOf(gate.url)} has no address yet`, tookMs: 0, via: 'channel' };
    const method = gate.kind === 'chat' ? 'POST' : (gate.method ?? (body === undefined ? 'GET' : 'POST'));
    const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const seconds = Math.min(requestSeconds[gate.kind], gate.timeoutS);
    const asked: Asked = { url, method, headers: { ...json, ...(await headersOf(gate)) }, body, seconds, ...(onBody === undefined ? {} : { onBody }) };
    return (url.protocol === 'http:' ? await throughChannel(channel, asked) : null) ?? (await onServer(server, gate, asked));
  };

  return {
    http: (gate) => ask(gate, gate.body),
    async chat(gate) {
      const stream = new ChatStream();
      const answer = await ask(gate, chatBody(gate, true), (text, afterMs) => stream.push(text, afterMs));
      const refused = answer.status !== null && answer.status >= 400 && answer.status < 500;
      if (answer.via === 'channel' && !refused) return { answer, figures: stream.figures() };
      // Asked by the server, or by an endpoint that does not stream.
      const plain = refused && answer.via === 'channel' ? await ask(gate, chatBody(gate, false)) : answer;
      const whole = new ChatStream();
      whole.push(plain.body, plain.tookMs);
      return { answer: refused && plain.status !== 200 ? answer : plain, figures: withoutTimes(whole.figures()) };
    },
  };
}

/** Null: the server lets nothing through to there; why, it says better itself. */
async function throughChannel(channel: { remote: RemoteServer; signal: AbortSignal }, asked: Asked): Promise<GateAnswer | null> {
  const { url, method, headers, body, seconds, onBody } = asked;
  let stream: Duplex;
  try {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    stream = await channel.remote.forward(host, Number(url.port || 80), { signal: channel.signal });
  } catch (error) {
    channel.signal.throwIfAborted();
    if (AppError.is(error, 'tunnel.target-refused') || AppError.is(error, 'ssh.channel-refused')) return null;
    throw error;
  }
  try {
    const answer = await httpOverChannel(stream, {
      ...{ method, host: url.host, path: `${url.pathname}${url.search}`, headers, timeoutMs: seconds * 1000, signal: channel.signal },
      ...(body === undefined ? {} : { body }),
      ...(onBody === undefined ? {} : { onBody }),
    });
    return { status: answer.status, body: answer.body, error: null, tookMs: answer.tookMs, via: 'channel' };
  } catch (error) {
    channel.signal.throwIfAborted();
    return { status: null, body: '', error: error instanceof Error ? error.message : String(error), tookMs: seconds * 1000, via: 'channel' };
  }
}

async function onServer(server: StackServer, gate: HealthGate & { url: string }, asked: Asked): Promise<GateAnswer> {
  const { url, method, headers, body, seconds } = asked;
  const startedAt = performance.now();
  const env = {
    PH_URL: url.href,
    PH_METHOD: method,
    PH_HEADERS: Object.entries(headers)
      .map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, ' ')}`)
      .join('\n'),
    PH_BODY: gate.kind === 'chat' ? chatBody(gate, false) : (body ?? ''),
    PH_SECONDS: String(seconds),
  };
  const output = await server.run(`ask ${gate.url}`, httpScript, env, (seconds + 15) * 1000);
  return { ...parseHttpAnswer(output), tookMs: performance.now() - startedAt, via: 'server' };
}

function withoutTimes(figures: ChatFigures): ChatFigures {
  return { ...figures, firstTokenMs: null, tokensPerS: null };
}
