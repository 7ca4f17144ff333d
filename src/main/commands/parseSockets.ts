import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { oneLine } from './text.ts';

type Port = Facts['ports'][number];

const maxPorts = 200;

/**
 * Sockets that listen, by port. Sources: `ss -H -tulpn` of iproute2 4.9 or later; else /proc/net/{tcp,tcp6,udp,udp6}
 * (proc_pid_net(5)), which names no programs. At most 200; the rest is named as unknown.
 */
export function parseSockets(sections: FactsSections): Port[] {
  const { status, lines } = sections.get('sockets');
  const raw = sections.get('raw-sockets');
  if (status !== 0 && raw.status !== 0) sections.unknown('listening ports', sections.why('sockets', 'ss'));
  const found = status === 0 ? lines.flatMap(ssRow) : raw.lines.flatMap(procRow);
  const unique = new Map<string, Port>();
  for (const port of found) {
    const key = `${port.protocol} ${port.address} ${port.port}`;
    if (unique.get(key)?.process == null) unique.set(key, port);
  }
  const ports = [...unique.values()].sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol) || a.address.localeCompare(b.address));
  if (ports.length > maxPorts) sections.unknown('all listening ports', `there are ${ports.length}; the first ${maxPorts} are kept`);
  return ports.slice(0, maxPorts);
}

/** `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))` */
function ssRow(line: string): Port[] {
  const [protocol, , , , local = ''] = line.trim().split(/\s+/);
  if (protocol !== 'tcp' && protocol !== 'udp') return [];
  const colon = local.lastIndexOf(':');
  const port = Number(local.slice(colon + 1));
  if (colon < 0 || !isPort(port)) return [];
  const process = /users:\(\("([^"]*)"/.exec(line)?.[1];
  const address = local.slice(0, colon).replaceAll(/[[\]]/g, '');
  return [{ protocol, address: oneLine(address, 80), port, process: process === undefined ? null : oneLine(process, 60) }];
}

/** `tcp6 00000000000000000000000001000000:0016`: table, then address as words in the machine's (little-endian) order and port. */
function procRow(line: string): Port[] {
  const found = /^(tcp|udp)6? ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(line.trim());
  if (found?.[1] === undefined || found[2] === undefined || found[3] === undefined) return [];
  const port = Number.parseInt(found[3], 16);
  return isPort(port) ? [{ protocol: found[1] === 'tcp' ? 'tcp' : 'udp', address: address(found[2]), port, process: null }] : [];
}

const isPort = (port: number) => Number.isInteger(port) && port > 0 && port < 65_536;

function address(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  if (numbers.length === 4) return numbers.join('.');
  if (/^(00){10}FFFF/.test(bytes.join(''))) return `::ffff:${numbers.slice(12).join('.')}`;
  const groups = Array.from({ length: 8 }, (_, i) => (((numbers[2 * i] ?? 0) << 8) | (numbers[2 * i + 1] ?? 0)).toString(16));
  return compressed(groups);
}

/** The longest run of zero groups becomes `::` (RFC 5952). */
function compressed(groups: readonly string[]): string {
  const runs = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const longest = runs[0];
  if (longest === undefined) return groups.join(':');
  const text = groups.join(':');
  return `${text.slice(0, longest.index).replace(/:$/, '')}::${text.slice(longest.index + longest[0].length).replace(/^:/, '')}`;
}
