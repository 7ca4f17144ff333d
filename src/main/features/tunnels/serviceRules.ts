import type { Service } from '../../../shared/contract/tunnels.ts';
import type { HttpAnswer } from './httpProbe.ts';

/** A port that a server listens on. */
export interface ListeningPort {
  protocol: 'tcp' | 'udp';
  address: string;
  port: number;
  process: string | null;
}

/** An address to ask for HTTP. */
export interface Candidate {
  host: string;
  port: number;
  process: string | null;
}

/** Ports whose programs speak first, or take a stray question badly: SSH, mail, name service, file sharing, databases, queues. */
const neverHttp = new Set([
  21, 22, 23, 25, 53, 110, 111, 139, 143, 389, 445, 465, 587, 636, 993, 995, 1433, 2049, 3306, 3389, 5432, 5672, 6379, 9042, 11211, 27017,
]);
const neverHttpPrograms = /^(sshd|postgres|mysqld|mariadbd|redis-server|valkey-server|mongod|rpcbind|dnsmasq|systemd-resolve|chronyd|master|exim4)/;

/** What usually listens on a port, for services that do not say what they are. */
const usual: Readonly<Record<number, string>> = {
  3000: 'Grafana',
  4000: 'LiteLLM',
  6333: 'Qdrant',
  8000: 'vLLM',
  8123: 'ClickHouse',
  9090: 'Prometheus',
  9093: 'Alertmanager',
  9100: 'Node exporter',
  9400: 'DCGM exporter',
  11434: 'Ollama',
};

/** The addresses among listening ports that may speak HTTP, each port once, as the server itself reaches them. */
export function candidatesOf(ports: readonly ListeningPort[], sshPort: number): Candidate[] {
  const found = new Map<number, Candidate>();
  for (const { protocol, address, port, process } of ports) {
    if (protocol !== 'tcp' || port === sshPort || neverHttp.has(port) || (process !== null && neverHttpPrograms.test(process))) continue;
    const host = hostFor(address);
    if (!found.has(port) || host === '127.0.0.1') found.set(port, { host, port, process });
  }
  return [...found.values()].sort((a, b) => a.port - b.port);
}

/** What an answer shows of a service. */
export function serviceOf({ host, port, process }: Candidate, { status, scheme, says }: HttpAnswer): Service {
  const known = usual[port];
  const general = says === null || /^(nginx|uvicorn|caddy|envoy|apache|werkzeug|python|simplehttp|basehttp|go|not found|404|error|unauthorized)/i.test(says);
  const title = general ? (known ?? says ?? process ?? `port ${port}`) : says;
  return { title, host, port, scheme, status, process };
}

function hostFor(address: string): string {
  if (address === '*' || address === '0.0.0.0' || address === '::' || address.startsWith('127.')) return '127.0.0.1';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
