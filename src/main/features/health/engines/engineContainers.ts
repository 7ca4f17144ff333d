import { z } from 'zod';
import { oneLine } from '../../../commands/text.ts';

/** A container that runs, as far as it matters to whoever wants to ask it something. */
export interface EngineContainer {
  id: string;
  name: string;
  image: string;
  /** Compose project and service; null: it is of none. */
  project: string | null;
  service: string | null;
  /** In the network of the server itself. */
  onHost: boolean;
  /** Its addresses in networks of Docker. */
  addresses: readonly string[];
  /** Ports inside; `published`: the one of the server's loopback or of all its addresses that leads there. */
  ports: readonly { port: number; published: number | null }[];
  /** The port that its command names; null: it names none. */
  namedPort: number | null;
}

const mostContainers = 500;
const portsSchema = z.record(z.string(), z.array(z.object({ HostIp: z.string().default(''), HostPort: z.string() })).nullable());

/** Reads what `resources/health/engines.sh` prints; lines that are none are left out. Source: Docker 20.10 to 28, `docker inspect`. */
export function parseEngineContainers(text: string): EngineContainer[] {
  return text
    .split('\n')
    .slice(0, mostContainers)
    .flatMap((line) => containerOf(line.split('\t')) ?? []);
}

function containerOf(fields: readonly string[]): EngineContainer | null {
  const [id = '', slashed = '', image = '', project = '', service = '', mode = '', addresses = '', ports = '', named = ''] = fields;
  const name = slashed.replace(/^\//, '');
  if (!/^[0-9a-f]{12,64}$/.test(id) || !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$/.test(name)) return null;
  return {
    ...{ id, name, image: oneLine(image, 400), onHost: mode === 'host' },
    project: project === '' ? null : oneLine(project, 100),
    service: service === '' ? null : oneLine(service, 100),
    addresses: addresses.split(' ').filter((address) => /^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(address)),
    ports: portsOf(ports),
    namedPort: portOrNull(named),
  };
}

function portsOf(text: string): EngineContainer['ports'] {
  const read = portsSchema.safeParse(jsonOf(text)).data ?? {};
  return Object.entries(read).flatMap(([inside, bindings]) => {
    const [port, protocol] = [portOrNull(inside.split('/')[0] ?? ''), inside.split('/')[1]];
    if (port === null || protocol !== 'tcp') return [];
    const reachable = (bindings ?? []).filter(({ HostIp }) => ['', '0.0.0.0', '127.0.0.1', '::', '::1'].includes(HostIp));
    return [{ port, published: portOrNull(reachable[0]?.HostPort ?? '') }];
  });
}

function portOrNull(text: string): number | null {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
