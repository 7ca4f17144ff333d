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
 * The main job on a real server, by command line with `--json`: add, trust, facts, day 1 twice, the guide, hardening between two
 * audits, deploy, a request through the gateway, an update to a broken image that the gate rolls back, an incident worked from a runbook,
 * releases, down. Stops at the first command that ends otherwise than
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
  await visit('the guide: what it is for', ['guide', 'choose', tourServer, 'privaxai']);
  await visit('the guide: it is too small, and a trial', ['guide', 'pass', tourServer, 'purpose', '--reason', 'only a trial']);
  await visit('an audit before hardening', ['workflows', 'run', 'hardening', ...on, '--check-only']);
  await visit('hardening', ['workflows', 'run', 'hardening', ...on]);
  await visit('an audit after hardening', ['workflows', 'run', 'hardening', ...on, '--check-only']);
  await visit('plan', ['stacks', 'plan', 'privaxai', ...on]);
  await visit('deploy', ['stacks', 'deploy', 'privaxai', ...on, '--soak', '2']);
  await visit('the guide: every stop is done', ['guide', 'show', tourServer]);
  await visit('a request through the gateway', ['exec', tourServer, '--', 'sh', '-c', chatRequest]);
  await visit('an update to a broken image is rolled back', ['stacks', 'deploy', 'privaxai', ...on, '--soak', '2', '--set', 'gatewayTag=2025.10.2-broken'], 1);
  await visit('the gateway answers as before', ['exec', tourServer, '--', 'sh', '-c', chatRequest]);
  await workIncident(visit, server);
  await visit('releases as the server has recorded them', ['stacks', 'releases', 'privaxai', ...on]);
  await visit('status', ['stacks', 'status', 'privaxai', ...on]);
  await visit('down', ['stacks', 'down', 'privaxai', ...on]);
  return stops;
}

type Visit = (what: string, argv: string[], expected?: number) => Promise<Ran>;

/** The gateway hangs: an incident is opened from the runbook, which asks before it restarts anything; it ends with a report and a draft. */
async function workIncident(visit: Visit, server: FleetServer): Promise<void> {
  await server.mustExec(`docker kill -s STOP ${gatewayContainer}`);
  const opening = ['--incident', 'The gateway does not answer', '--input', 'stack=privaxai'];
  const run = ['workflows', 'run', 'gateway-not-responding', '--on', tourServer];
  const { json } = await visit('an incident from its runbook: it asks before it restarts anything', [...run, ...opening], 4);
  const id: string = json.operation.id;
  await visit('the incident: what has been written', ['incidents', 'note', 'INC-1', 'Users see 504 since a minute ago']);
  await visit('the runbook restarts what hangs, and asks what it was', ['operations', 'answer', id, 'ask-restart', 'yes'], 4);
  await visit('the runbook is through', ['operations', 'answer', id, 'record', 'done', '--note', 'Only the gateway hung; it was stopped by hand for a trial']);
  await visit('the gateway answers after the incident', ['exec', tourServer, '--', 'sh', '-c', chatRequest]);
  await visit('the incident is closed', ['incidents', 'close', 'INC-1', '--resolution', 'The gateway hung and was started again']);
  await visit('the incident, from first to last', ['incidents', 'show', 'INC-1']);
  await visit('the draft of its postmortem', ['incidents', 'postmortem', 'INC-1']);
  await visit('the report of its run', ['runs', 'report', id, '--format', 'json']);
}

/** The gateway as Docker names it. */
export const gatewayContainer = 'ph-privaxai-tensorzero-1';

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
