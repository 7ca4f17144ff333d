import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { Pilothouse } from '../support/pilothouse.ts';
import { runCliTour, type TourStop } from '../tour/cliTour.ts';

describe('the main job on a real server, by command line', () => {
  const pilothouse = new Pilothouse();
  let server: FleetServer;
  let stops: TourStop[];
  const documentOf = (what: string) => {
    const found = stops.find((stop) => stop.what.startsWith(what));
    if (found === undefined) throw new Error(`no stop "${what}"`);
    return found.ran.json;
  };

  beforeAll(async () => {
    const fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'full', name: 'tour-cli' });
    stops = await runCliTour(pilothouse, server);
  }, 1_500_000);
  afterAll(async () => {
    await pilothouse.dispose();
    await server?.remove();
  });

  it('prints one JSON document per command and nothing else on standard output', () => {
    for (const stop of stops) expect(stop.ran.json, stop.ran.argv.join(' ')).not.toBeNull();
  });

  it('refuses the unknown key, and offers the one the server really has', async () => {
    expect(documentOf('add').server.hostKeys).toEqual([]);
    expect(documentOf('the key').offered.fingerprint).toBe(await server.hostKeyFingerprint());
  });

  it('reads facts that the server itself confirms', async () => {
    const [{ facts }] = documentOf('facts').facts;
    expect(facts.bootId).toBe(await server.bootId());
    expect(facts.kernel).toBe((await server.mustExec('uname -r')).trim());
    expect(facts.docker.state).toBe('missing');
  });

  it('brings the server to its state on the first run and proves on the second that nothing was to be done', async () => {
    expect(documentOf('day 1').operation.state).toBe('succeeded');
    const cells = documentOf('day 1 again').operation.cells;
    expect(cells.map((cell: { state: string }) => cell.state)).toEqual(cells.map(() => 'satisfied'));
    expect(cells.every((cell: { detail: string | null }) => (cell.detail ?? '') !== '')).toBe(true);
    expect((await server.mustExec('id -un ops')).trim()).toBe('ops');
  });

  it('answers a request through the deployed gateway, before the broken update and after it', () => {
    for (const what of ['a request', 'the gateway answers as before', 'the gateway answers after']) {
      const [result] = documentOf(what).results;
      expect(JSON.parse(result.output).choices[0].message.content).toContain('Paris');
    }
  });

  it('hardens the server, and an audit has nothing left to say', () => {
    const score = (what: string) => {
      const { cells } = documentOf(what).operation as { cells: { exitCode: number | null; error: unknown }[] };
      return cells.filter(({ exitCode, error }) => exitCode === 1 || error !== null).length;
    };
    expect(score('an audit before')).toBeGreaterThan(5);
    expect(score('an audit after')).toBe(0);
    const { stops: guide } = documentOf('the guide: every stop').guide as { stops: { state: string }[] };
    expect(guide.map(({ state }) => state)).toEqual(guide.map(() => expect.stringMatching(/^(done|passed)$/)));
  });

  it('works an incident from a runbook: evidence before the restart, all of it in one line of time, in the draft and in the report', () => {
    const { timeline, incident } = documentOf('the incident, from') as { timeline: { kind: string; text: string }[]; incident: { source: object } };
    expect(incident).toMatchObject({ source: { kind: 'runbook', name: 'Gateway not responding' }, resolution: 'The gateway hung and was started again' });
    expect(timeline.map(({ kind }) => kind).filter((kind) => kind !== 'change')).toEqual(['opened', 'evidence', 'run', 'note', 'closed']);
    expect(documentOf('the draft').markdown).toContain('Users see 504 since a minute ago');
    expect(JSON.stringify(documentOf('the report'))).toContain('Only the gateway hung');
  });

  it('rolls the broken image back by its gate', () => {
    const { operation } = documentOf('an update');
    expect(operation.cells.find((cell: { state: string }) => cell.state === 'failed').error).toMatchObject({
      code: 'stack.gate-failed',
      data: { restored: 'r1' },
    });
    const [{ releases }] = documentOf('releases').releases;
    expect(releases.map((release: { id: string; state: string }) => `${release.id} ${release.state}`)).toEqual(['r2 failed', 'r1 current']);
    expect(documentOf('status').deployments[0]).toMatchObject({ health: 'healthy', current: { id: 'r1' } });
  });

  it('leaves no container behind, and keeps data and releases', async () => {
    expect((await server.mustExec('docker ps -aq')).trim()).toBe('');
    expect((await server.mustExec('docker volume ls -q')).trim()).not.toBe('');
    expect((await server.mustExec('ls /var/lib/pilothouse/stacks/privaxai/releases')).trim().split(/\s+/)).toEqual(['r1', 'r2']);
  });
});
