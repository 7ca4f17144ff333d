/** What a test's HTTP server is given to answer with. */
interface Answer {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(text: string): unknown;
}

/** The pages of an engine that a test plays by a real HTTP server; they can be changed. */
export class TestEngine {
  readonly pages: Map<string, string>;
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];

  /** A page that is not there answers 404. */
  constructor(pages: Readonly<Record<string, string>>) {
    this.pages = new Map(Object.entries(pages));
  }

  /** The listener of `createServer`. */
  readonly answer = ({ url = '' }: { url?: string | undefined }, answer: Answer): void => {
    this.asked.push(url);
    const page = this.pages.get(url);
    answer.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/plain' });
    answer.end(page ?? 'not here');
  };
}

/** A line of `resources/health/engines.sh`: a container of a stack whose inner port is published on loopback. */
export function containerLine(name: string, image: string, inside: number, published: number, project = 'ph-ai-gateway'): string {
  const ports = JSON.stringify({ [`${inside}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(published) }] });
  return ['4a'.repeat(32), `/${name}`, image, project, name, project, '', ports, ''].join('\t');
}
