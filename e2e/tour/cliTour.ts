import type { FleetServer } from '../fleet/testFleet.ts';
import type { Pilothouse, Ran } from '../support/pilothouse.ts';

/** A stop of the tour: what it shows, the command, and how it has to end. */
export interface TourStop {
  what: string;
  ran: Ran;
  expected: number;
}

/** Name of the server in the tour's inventory. */
export const tourServer = 'gpu-01';

/**
 * The main job on a real server, by command line with `--json`: add, trust, facts, day 1 twice, deploy, a request through the
 * gateway, an update to a broken image that the gate rolls back, releases, down. Stops at the first command that ends otherwise than
 * it should.
 */
export async function runCliTour(pilothouse: Pilothouse, server: FleetServer, report: (stop: TourStop) => void = () => {}): Promise<TourStop[]> {
  const stops: TourStop[] = [];
  const visit = async (what: string, argv: string[], expected = 0): Promise<Ran> => {
    const stop = { what, ran: await pilothouse.run(['--json', ...argv]), expected };
    stops.push(stop);
    report(stop);
    if (stop.ran.exitCode !== expected) throw new TourBroken(stops, stop);
    return stop.ran;
  };
  const on = ['--on', tourServer];
  await visit(
    'add: the host key is unknown, nothing is tried',
    ['servers', 'add', tourServer, '--host', server.host, '--port', String(server.port), '--user', server.user, '--key', server.keyFile, '--env', 'staging'],
    4,
  );
  const { json: scan } = await visit('the key it offers', ['servers', 'trust', tourServer], 4);
  await visit('trust exactly that key', ['servers', 'trust', tourServer, '--fingerprint', scan.offered.fingerprint]);
  await visit('facts', ['servers', 'facts', tourServer, '--refresh']);
  await visit('day 1', ['workflows', 'run', 'day1-base', ...on]);
  await visit('day 1 again: every step is satisfied', ['workflows', 'run', 'day1-base', ...on]);
  await visit('plan', ['stacks', 'plan', 'privaxai', ...on]);
  await visit('deploy', ['stacks', 'deploy', 'privaxai', ...on, '--soak', '2']);
  await visit('a request through the gateway', ['exec', tourServer, '--', 'sh', '-c', chatRequest]);
  await visit('an update to a broken image is rolled back', ['stacks', 'deploy', 'privaxai', ...on, '--soak', '2', '--set', 'gatewayTag=2025.10.2-broken'], 1);
  await visit('the gateway answers as before', ['exec', tourServer, '--', 'sh', '-c', chatRequest]);
  await visit('releases as the server has recorded them', ['stacks', 'releases', 'privaxai', ...on]);
  await visit('status', ['stacks', 'status', 'privaxai', ...on]);
  await visit('down', ['stacks', 'down', 'privaxai', ...on]);
  return stops;
}

/** A completion as a user of the gateway asks for it. */
const chatRequest = `curl -sS --max-time 60 http://127.0.0.1:8000/openai/v1/chat/completions -H 'Content-Type: application/json' -d '{"model":"tensorzero::model_name::qwen2.5-coder:7b","messages":[{"role":"user","content":"What is the capital of France?"}]}'`;

/** The tour could not go on. */
export class TourBroken extends Error {
  readonly stops: readonly TourStop[];

  constructor(stops: readonly TourStop[], last: TourStop) {
    super(`"${last.what}" ended with ${last.ran.exitCode}, not ${last.expected}:\n${last.ran.stdout}\n${last.ran.stderr}`);
    this.stops = stops;
  }
}
