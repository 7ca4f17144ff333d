import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { TestCertificate } from './testCertificate.ts';

const head = { routing_key: z.string().regex(/^[A-Za-z0-9]{32}$/), client: z.string().optional(), client_url: z.url().optional() };
const dedupKey = z.string().min(1).max(255);
const payload = z.strictObject({
  summary: z.string().min(1).max(1024),
  source: z.string().min(1),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});

/** Events that PagerDuty takes. Source: https://developer.pagerduty.com/docs/send-alert-event */
const pagerDutyEventSchema = z.discriminatedUnion('event_action', [
  z.strictObject({ ...head, event_action: z.literal('trigger'), dedup_key: dedupKey.optional(), payload }),
  z.strictObject({ ...head, event_action: z.enum(['acknowledge', 'resolve']), dedup_key: dedupKey }),
]);
const mostBytes = 512 * 1024;

/** What it does with the next event: `take` judges it by the schema. */
type PagerDutyBehaviour = 'take' | 'too many' | 'broken' | 'invalid';

/** PagerDuty's Events API v2 on this machine: it judges what comes, and keeps the incidents that come of it. */
export class TestPagerDuty {
  readonly taken: z.infer<typeof pagerDutyEventSchema>[] = [];
  readonly refused: string[] = [];
  readonly atMs: number[] = [];
  /** By `dedup_key`. */
  readonly incidents = new Map<string, 'triggered' | 'acknowledged' | 'resolved'>();
  readonly plan: PagerDutyBehaviour[] = [];
  readonly #server: Server;

  constructor({ key, cert }: TestCertificate) {
    this.#server = createServer({ key, cert }, (request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        this.atMs.push(Date.now());
        const behaviour = this.plan.shift() ?? 'take';
        const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
          response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
        if (behaviour === 'too many') return answer(429, { status: 'throttle exceeded' }, { 'Retry-After': '1' });
        if (behaviour === 'broken') return answer(503, { status: 'unavailable' });
        const problem = behaviour === 'invalid' ? 'routing_key is not known' : this.#take(request.method, request.url, request.headers['content-type'], text);
        if (problem !== null) {
          this.refused.push(problem);
          return answer(400, { status: 'invalid event', message: 'Event object is invalid', errors: [problem] });
        }
        return answer(202, { status: 'success', message: 'Event processed', dedup_key: this.taken.at(-1)?.dedup_key });
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `https://localhost:${(this.#server.address() as AddressInfo).port}/v2/enqueue`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Why an event is not taken; null: it is. */
  #take(method: string | undefined, url: string | undefined, type: string | undefined, text: string): string | null {
    if (method !== 'POST' || url !== '/v2/enqueue' || type !== 'application/json') return `${method} ${url} ${type}`;
    if (Buffer.byteLength(text) > mostBytes) return 'it is too large';
    const parsed = pagerDutyEventSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return parsed.error.message;
    this.taken.push(parsed.data);
    const { event_action: action, dedup_key: key = '' } = parsed.data;
    const before = this.incidents.get(key);
    if (action === 'trigger') this.incidents.set(key, before === 'acknowledged' ? 'acknowledged' : 'triggered');
    else if (before !== undefined && before !== 'resolved') this.incidents.set(key, action === 'resolve' ? 'resolved' : 'acknowledged');
    return null;
  }
}
