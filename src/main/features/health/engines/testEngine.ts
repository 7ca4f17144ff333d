import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An engine played by a test: a real HTTP server on loopback whose pages can be changed. */
export interface TestEngine {
  port: number;
  /** What is asked for, by path; a page that is not there answers 404. */
  pages: Map<string, string>;
  /** Paths that were asked for, in order. */
  asked: string[];
  close(): Promise<void>;
}

/** Starts one. */
export async function startTestEngine(pages: Readonly<Record<string, string>>): Promise<TestEngine> {
  const shown = new Map(Object.entries(pages));
  const asked: string[] = [];
  const server: Server = createServer((request: IncomingMessage, answer: ServerResponse) => {
    asked.push(request.url ?? '');
    const page = shown.get(request.url ?? '');
    answer.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/plain' });
    answer.end(page ?? 'not here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    pages: shown,
    asked,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** A line of `resources/health/engines.sh`: a container of a stack whose inner port is published on loopback. */
export function containerLine(name: string, image: string, inside: number, published: number, project = 'ph-ai-gateway'): string {
  const ports = JSON.stringify({ [`${inside}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(published) }] });
  return ['4a'.repeat(32), `/${name}`, image, project, name, project, '', ports, ''].join('\t');
}
