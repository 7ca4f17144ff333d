import type { NewEntry } from '../../src/main/features/activity/newEntry.ts';
import type { IncidentsService } from '../../src/main/features/incidents/incidentsService.ts';
import type { OperationId, RequestId } from '../../src/shared/model/ids.ts';
import type { Server } from '../../src/shared/model/server.ts';

const minute = 60_000;
const hour = 60 * minute;

type Past = Omit<NewEntry, 'dedupe' | 'onServers'> & { agoMs: number; who: string };

/** What was done on a fleet in the last days, oldest first. */
export function entriesOf(servers: readonly Server[]): Past[] {
  const at = (...places: number[]) =>
    places.flatMap((place) => {
      const server = servers[place];
      return server === undefined ? [] : [{ id: server.id, name: server.name }];
    });
  const run = { operationId: 'op_run0000000000000' as OperationId, subject: 'security-hardening', details: { kind: 'workflow' } };
  const rollout = { operationId: 'op_rollout000000000' as OperationId, subject: 'privaxai', details: { kind: 'rollout' } };
  const past: Past[] = [];
  for (let day = 6; day > 0; day -= 1) {
    past.push(
      ...([
        {
          agoMs: day * 24 * hour + 5 * hour,
          who: 'Jonas',
          action: 'operation.started',
          outcome: 'started',
          what: 'apt-get -y upgrade',
          servers: at(day, day + 1),
          details: { kind: 'exec' },
        },
        {
          agoMs: day * 24 * hour + 4.8 * hour,
          who: 'Jonas',
          action: 'operation.ended',
          outcome: day === 3 ? 'partly-failed' : 'done',
          what: 'apt-get -y upgrade',
          servers: at(day, day + 1),
          ...(day === 3 && { error: 'ssh.connection-lost' }),
        },
        { agoMs: day * 24 * hour + 3 * hour, who: 'Mara', action: 'terminals.open', outcome: 'done', what: 'Opened terminal', servers: at(day) },
      ] satisfies Past[]),
    );
  }
  past.push(
    {
      agoMs: 9 * hour,
      who: 'Mara',
      action: 'servers.add',
      outcome: 'done',
      what: 'Added server gpu-eu-09',
      servers: at(1),
      details: { given: 'fields.host, fields.name, fields.user' },
    },
    {
      agoMs: 8.9 * hour,
      who: 'Mara',
      action: 'servers.trust',
      outcome: 'done',
      what: 'Trusted server gpu-eu-09',
      servers: at(1),
      details: { fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrXJXBQVuB9WtT1JqkzcbXPo' },
    },
    { agoMs: 6 * hour, who: 'Jonas', action: 'secrets.set', outcome: 'done', what: 'Set secret registry/token', servers: [], subject: 'registry/token' },
    { agoMs: 5 * hour, who: 'Mara', action: 'operation.started', outcome: 'started', what: 'Rolling privaxai', servers: at(0, 1, 2), ...rollout },
    { agoMs: 4.7 * hour, who: 'Mara', action: 'approvals.give', outcome: 'done', what: 'Gave approval', servers: at(0), operationId: rollout.operationId },
    { agoMs: 4.5 * hour, who: 'Mara', action: 'operation.ended', outcome: 'done', what: 'Rolling privaxai', servers: at(0, 1, 2), ...rollout },
    {
      agoMs: 2 * hour,
      who: 'Mara',
      action: 'files.save',
      outcome: 'done',
      what: 'Saved file /etc/docker/daemon.json',
      servers: at(3),
      subject: '/etc/docker/daemon.json',
    },
    {
      agoMs: 1.9 * hour,
      who: 'Mara',
      action: 'files.remove',
      outcome: 'failed',
      what: 'Removed file /srv/models',
      servers: at(3),
      subject: '/srv/models',
      error: 'remote.permission-denied',
    },
    { agoMs: 40 * minute, who: 'Mara', action: 'operation.started', outcome: 'started', what: 'Security hardening', servers: at(4, 5), ...run },
    {
      agoMs: 12 * minute,
      who: 'Mara',
      action: 'settings.change',
      outcome: 'done',
      what: 'Changed settings theme',
      servers: [],
      details: { given: 'changes.theme' },
    },
  );
  return past.sort((a, b) => b.agoMs - a.agoMs);
}

let requests = 0;
const request = () => {
  requests += 1;
  return `simulated-${requests}` as RequestId;
};

/** Whom to turn to, an incident that was closed, and two that are worked on. `at` sets the clock and who is there. */
export async function fillIncidents(incidents: IncidentsService, servers: readonly Server[], at: (agoMs: number, who: string) => void): Promise<void> {
  const name = (place: number) => servers[place]?.name ?? 'all';
  const contact = (id: string, full: string, role: string, responsibility: string) => ({
    id,
    name: full,
    role,
    responsibility,
    reach: `${id}@example.com, +49 30 5550${id.length}`,
  });
  at(40 * 24 * hour, 'Mara');
  incidents.savePlan({
    requestId: request(),
    plan: {
      contacts: [
        contact('mara', 'Mara Lindt', 'DevOps lead', 'infrastructure, deployment'),
        contact('jonas', 'Jonas Reuter', 'Backend engineer', 'API, model serving'),
        contact('priya', 'Priya Nair', 'Database administrator', 'vector database, backups'),
        contact('tom', 'Tom Okafor', 'Security engineer', 'access control, compliance'),
        contact('anna', 'Anna Weiss', 'Head of engineering', 'calls with customers'),
      ],
      levels: [
        { level: 1, when: 'A monitor alerts: whoever is on call looks at it', contacts: ['on-call'], withinMin: 30 },
        { level: 2, when: 'Users notice it: the lead is told', contacts: ['mara', 'on-call'], withinMin: 60 },
        { level: 3, when: 'A service is down: senior engineering and management are called', contacts: ['anna', 'mara'], withinMin: null },
      ],
      rotation: { people: ['jonas', 'priya', 'mara'], startsOn: '2026-01-05', everyDays: 7, handoverHourUtc: 8, standIns: [] },
    },
  });
  at(5 * 24 * hour, 'Jonas');
  await incidents.open({
    ...opening('Disk full on the model store', 1),
    selector: name(3),
    stacks: ['privaxai'],
    source: { kind: 'alert', name: 'disk above 90 %' },
  });
  at(5 * 24 * hour - 20 * minute, 'Jonas');
  incidents.note({ requestId: request(), id: 'INC-1', text: 'Old model revisions take 380 GB; two of them are in use by nothing.' });
  at(5 * 24 * hour - 50 * minute, 'Jonas');
  incidents.close({ requestId: request(), id: 'INC-1', resolution: 'Revisions that nothing uses were pruned; 41 % are free again.' });
  at(3 * hour, 'Mara');
  await incidents.open({ ...opening('First token takes 9 s on the chat pool', 2), selector: `${name(0)},${name(1)}`, stacks: ['ai-gateway'], collect: true });
  at(2.8 * hour, 'Mara');
  incidents.note({ requestId: request(), id: 'INC-2', text: 'Only while more than 40 requests wait. KV cache is at 98 %.' });
  incidents.contacted({ requestId: request(), id: 'INC-2', contact: 'Jonas Reuter', reached: true, text: 'looks at the scheduler' });
  incidents.link({ requestId: request(), id: 'INC-2', operationId: 'op_run0000000000000' as OperationId });
  at(25 * minute, 'Jonas');
  await incidents.open({
    ...opening('GPU 3 fell off the bus', 3),
    selector: name(2),
    stacks: ['ai-gateway'],
    source: { kind: 'runbook', name: 'gpu-not-detected' },
  });
  at(20 * minute, 'Jonas');
  incidents.note({ requestId: request(), id: 'INC-3', text: 'Xid 79 in the kernel log at 13:02. The card does not answer after a reset of the driver.' });
}

function opening(title: string, level: 1 | 2 | 3) {
  return { requestId: request(), title, level, stacks: [], source: { kind: 'person' as const }, collect: false };
}
