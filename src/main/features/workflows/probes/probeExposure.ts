import { lookup } from 'node:dns/promises';
import { AppError } from '../../../../shared/errors.ts';
import type { LocalProbe } from '../../../../shared/model/workflowStep.ts';
import type { CellContext } from '../../../operations/operations.ts';
import { portList } from './portList.ts';
import { blindness, probeAddress } from './probeAddress.ts';
import type { ProbeAnswer, ProbeRun } from './probeAnswer.ts';
import { tcpConnect } from './tcpConnect.ts';

const together = 32;
const maxAddresses = 6;

/**
 * Lines `tcp PORT[-PORT]` for what listens beyond loopback and for what Docker publishes, whichever way it forwards it; `udp PORT` for
 * what listens on UDP; `v6 ADDRESS` for addresses that the Internet may know. Output as of `ss` 6.1, `netstat` 2.10, `docker ps` 20 and later.
 */
export const listeningScript = `set -eu
LC_ALL=C
export LC_ALL
beyond() { awk -v kind="$1" '$0 !~ /^(127\\.|\\[?::1\\]?:|\\[::ffff:127\\.)/ { sub(/.*:/, ""); if ($0 ~ /^[0-9]/) print kind, $0 }'; }
if command -v ss >/dev/null 2>&1; then
  ss -Hltn | awk '{ print $4 }' | beyond tcp
  ss -Hlun | awk '{ print $4 }' | beyond udp
elif command -v netstat >/dev/null 2>&1; then
  netstat -ltn | awk 'NR > 2 { print $4 }' | beyond tcp
  netstat -lun | awk 'NR > 2 { print $4 }' | beyond udp
else
  echo 'there is neither ss nor netstat' >&2
  exit 3
fi
if command -v docker >/dev/null 2>&1; then
  docker ps --format '{{.Ports}}' 2>/dev/null | tr ',' '\\n' | sed -n 's/^ *\\(.*\\)->.*\\/tcp$/\\1/p' | beyond tcp || true
fi
if command -v ip >/dev/null 2>&1; then
  ip -6 -o addr show scope global 2>/dev/null | awk '$0 !~ / (temporary|deprecated)/ { sub(/\\/.*/, "", $4); print "v6", $4 }' || true
fi
`;

/** What a server has open, as \`listeningScript\` says. */
export function readListening(text: string): { tcp: number[]; udp: number[]; v6: string[] } {
  const found = { tcp: new Set<number>(), udp: new Set<number>(), v6: new Set<string>() };
  for (const line of text.split('\n')) {
    const [kind, value = ''] = line.trim().split(' ');
    if (kind === 'v6' && !/^f[cd]/i.test(value)) found.v6.add(value);
    if (kind !== 'tcp' && kind !== 'udp') continue;
    const [first = '', last = first] = value.split('-');
    for (let port = Number(first); port <= Math.min(Number(last), 65_535); port += 1) found[kind].add(port);
  }
  const sorted = (numbers: Iterable<number>) => [...numbers].sort((one, other) => one - other);
  return { tcp: sorted(found.tcp), udp: sorted(found.udp), v6: [...found.v6] };
}

/**
 * Tries every TCP port that the server has open towards anybody, at all of its addresses that this laptop has a way to: what is not allowed
 * must not answer. UDP is not tried, since silence says nothing there; what listens on it is listed.
 */
export async function probeExposure(probe: Extract<LocalProbe, { type: 'exposure' }>, run: ProbeRun, context: CellContext): Promise<ProbeAnswer> {
  const { exitCode, stdout, stderr } = await context.remote.exec({ script: listeningScript, sudo: true, timeoutMs: 30_000, signal: context.signal });
  if (exitCode !== 0)
    throw new AppError('remote.command-failed', { server: context.serverName, what: 'listing open ports', exitCode, signal: null, output: stderr });
  const listening = readListening(stdout);
  const timeoutS = probe.timeoutS ?? 3;
  const address = await probeAddress(run, context);
  const blind = await blindness(address, timeoutS, context.signal);
  if (blind !== null) return { holds: false, proof: blind, lines: [blind] };
  const allowed = new Set([...address.sshPorts, ...portList(probe.allowed, run)]);
  const ports = [...new Set([...listening.tcp, ...allowed])].sort((one, other) => one - other);
  const known = (await lookup(address.host, { all: true }).catch(() => [])).map((each) => each.address);
  const hosts = [...new Set([...known, ...listening.v6])].slice(0, maxAddresses);
  const lines: string[] = [];
  const open = new Set<string>();
  const tried: string[] = [];
  for (const host of hosts) {
    const states = await statesOf(host, ports, timeoutS, context.signal);
    if (states.every(({ state }) => state !== 'open' && state !== 'closed')) {
      lines.push(`${host}: nothing of it answers this laptop, so nothing can be said of it`);
      continue;
    }
    tried.push(host);
    for (const { port, state } of states) {
      lines.push(`${shown(host)}:${port} ${state}${allowed.has(port) ? ' (allowed)' : ''}`);
      if (state === 'open' && !allowed.has(port)) open.add(host.includes(':') ? `${port} (IPv6)` : String(port));
    }
  }
  const udp = listening.udp.length === 0 ? '' : `; UDP is not tried (${listening.udp.join(', ')})`;
  lines.push(listening.udp.length === 0 ? 'nothing listens on UDP' : `UDP, not tried: ${listening.udp.join(', ')}`);
  const proof =
    open.size === 0
      ? `${ports.length} TCP ports tried from outside at ${tried.join(', ')}; only allowed ones answer${udp}`
      : `${[...open].join(', ')} can be reached from outside and should not be`;
  return { holds: open.size === 0, proof, lines };
}

async function statesOf(host: string, ports: readonly number[], timeoutS: number, signal: AbortSignal) {
  const states: { port: number; state: Awaited<ReturnType<typeof tcpConnect>> }[] = [];
  for (let from = 0; from < ports.length; from += together) {
    const some = ports.slice(from, from + together);
    states.push(...(await Promise.all(some.map(async (port) => ({ port, state: await tcpConnect(host, port, timeoutS, signal) })))));
  }
  return states;
}

function shown(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
