import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../../../shared/model/activity.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { IncidentPlan } from '../../../shared/model/incident.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { type TestEngine, testEngine } from '../../operations/testEngine.ts';
import { checkPlan, emptyPlan, escalationOf, onCallAt } from './escalationRules.ts';
import { evidenceParts } from './evidenceScripts.ts';
import { createIncidentsService, type IncidentsService } from './incidentsService.ts';
import { readPlan } from './readPlan.ts';

const request = () => randomUUID() as RequestId;
const code = (name: string) => expect.objectContaining({ code: name });
const minute = 60_000;
const gpu = { id: 'srv_1' as ServerId, name: 'gpu-1', sudo: 'none', user: 'ops' } as Server;
const contact = (id: string) => ({ id, name: id.toUpperCase(), role: 'engineer', responsibility: '', reach: `${id}@example.com` });
const plan: IncidentPlan = {
  contacts: ['ada', 'bob', 'lead', 'chief'].map(contact),
  levels: [
    { level: 1, when: 'an alert', contacts: ['on-call'], withinMin: 15 },
    { level: 2, when: 'degraded', contacts: ['lead'], withinMin: 30 },
    { level: 3, when: 'down', contacts: ['chief', 'on-call'], withinMin: null },
  ],
  rotation: {
    people: ['ada', 'bob'],
    startsOn: '2026-11-02',
    everyDays: 7,
    handoverHourUtc: 9,
    standIns: [{ contact: 'lead', from: '2026-11-11', to: '2026-11-12' }],
  },
};
const at = (text: string) => Date.parse(text);

describe('who is on call', () => {
  it.each([
    ['2026-11-02T08:59:59Z', null],
    ['2026-11-02T09:00:00Z', ['ADA', '2026-11-09T09:00:00.000Z', 'BOB']],
    ['2026-11-09T08:59:59Z', ['ADA', '2026-11-09T09:00:00.000Z', 'BOB']],
    ['2026-11-09T09:00:00Z', ['BOB', '2026-11-16T09:00:00.000Z', 'ADA']],
    ['2026-11-11T09:00:00Z', ['LEAD', '2026-11-13T09:00:00.000Z', 'BOB']],
    ['2026-11-13T08:59:59Z', ['LEAD', '2026-11-13T09:00:00.000Z', 'BOB']],
    ['2026-11-13T09:00:00Z', ['BOB', '2026-11-16T09:00:00.000Z', 'ADA']],
    ['2027-11-02T10:00:00Z', ['ADA', '2027-11-08T09:00:00.000Z', 'BOB']],
  ])('at %s', (time, expected) => {
    const onCall = onCallAt(plan, at(time));
    expect(onCall === null ? null : [onCall.contact.name, new Date(onCall.untilMs).toISOString(), onCall.next?.name]).toEqual(expected);
  });
});

describe('the path', () => {
  it('tells who has it, who is next and since when', () => {
    const sinceMs = at('2026-11-10T12:00:00Z');
    const first = escalationOf(plan, { level: 1, levelSinceMs: sinceMs }, sinceMs + minute);
    expect(first).toMatchObject({ contacts: [{ name: 'BOB' }], dueAtMs: sinceMs + 15 * minute, next: { level: 2, contacts: [{ name: 'LEAD' }] } });
    expect(escalationOf(plan, { level: 3, levelSinceMs: sinceMs }, sinceMs)).toMatchObject({
      contacts: [{ name: 'CHIEF' }, { name: 'BOB' }],
      dueAtMs: null,
      next: null,
    });
  });
  it.each<[string, (plan: IncidentPlan) => IncidentPlan]>([
    ['names nobody unknown', (p) => ({ ...p, levels: p.levels.map((step) => ({ ...step, contacts: ['eve'] })) })],
    ['has nobody twice', (p) => ({ ...p, contacts: [...p.contacts, contact('ada')] })],
    ['has its levels in order', (p) => ({ ...p, levels: [...p.levels].reverse() })],
    ['rotates among contacts', (p) => ({ ...p, rotation: p.rotation && { ...p.rotation, people: ['eve'] } })],
    [
      'has stand-ins whose days are in order',
      (p) => ({ ...p, rotation: p.rotation && { ...p.rotation, standIns: [{ contact: 'ada', from: '2026-12-02', to: '2026-12-01' }] } }),
    ],
  ])('%s', (_what, change) => {
    expect(() => checkPlan(plan)).not.toThrow();
    expect(() => checkPlan(change(plan))).toThrow(code('input.invalid'));
  });
  it('is there without people before anybody filled it in', () => {
    expect(() => checkPlan(emptyPlan)).not.toThrow();
    expect(escalationOf(emptyPlan, { level: 1, levelSinceMs: 0 }, 1)).toMatchObject({ contacts: [], next: { level: 2, contacts: [] } });
  });
});

describe('a plan in a file', () => {
  it('is the one of the guide, and every problem of another is named', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/incidents.md'), 'utf8');
    const read = readPlan(/```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '');
    expect(() => checkPlan(read)).not.toThrow();
    expect(onCallAt(read, at('2026-12-25T12:00:00Z'))?.contact.name).toBe('Mara Lindt');
    expect(() => readPlan('contacts: [')).toThrow(code('input.invalid'));
    expect(() => readPlan('contacts: []\nlevels: []\nrotation: null')).toThrow(code('input.invalid'));
  });
});

describe('an incident', () => {
  let directory: ReturnType<typeof testDirectory>;
  let engine: TestEngine;
  let database: Database;
  let incidents: IncidentsService;
  let nowMs: number;
  let who: string;
  let entries: ActivityEntry[];
  let runs: { selector: string; id: string }[];

  beforeEach(() => {
    directory = testDirectory();
    engine = testEngine(directory.path, {});
    database = openDatabase({ directory: join(directory.path, 'incidents') });
    nowMs = at('2026-11-10T12:00:00Z');
    who = 'Ada';
    entries = [];
    runs = [];
    incidents = createIncidentsService({
      database,
      operations: engine.operations,
      select: () => [gpu],
      server: (id) => (id === gpu.id ? gpu : null),
      async runWorkflow({ id, selector }) {
        runs.push({ id, selector });
        return { id: `op_${runs.length}` as OperationId, title: `Runbook ${id}` } as Operation;
      },
      entries: (sinceMs, untilMs) => entries.filter(({ atMs }) => atMs >= sinceMs && atMs <= untilMs),
      who: () => who,
      nowMs: () => nowMs,
    });
  });
  afterEach(async () => {
    await engine.close();
    database.close();
    directory[Symbol.dispose]();
  });
  const open = (change: Partial<Parameters<IncidentsService['open']>[0]> = {}) =>
    incidents.open({
      requestId: request(),
      title: 'vLLM answers 502',
      level: 1,
      selector: 'gpu-1',
      stacks: ['ai-gateway'],
      source: { kind: 'person' },
      collect: false,
      ...change,
    });

  it('is opened once for a request, numbered, and found open until it is closed', async () => {
    const requestId = request();
    const { incident } = await open({ requestId, note: 'seen by a customer' });
    expect((await open({ requestId })).incident.id).toBe(incident.id);
    expect(incident).toMatchObject({ id: 'INC-1', level: 1, servers: [{ name: 'gpu-1' }], openedBy: 'Ada', closedAtMs: null });
    await open({ title: 'other' });
    incidents.close({ requestId: request(), id: 'INC-2', resolution: 'it was nothing' });
    expect(incidents.list({ open: true }).map(({ id }) => id)).toEqual(['INC-1']);
    expect(incidents.list({}).map(({ id }) => id)).toEqual(['INC-1', 'INC-2']);
    expect(() => incidents.note({ requestId: request(), id: 'INC-2', text: 'late' })).toThrow(code('incident.closed'));
    expect(() => incidents.note({ requestId: request(), id: 'INC-9', text: 'x' })).toThrow(code('incident.not-found'));
    expect(incidents.state.get('INC-2')?.closedBy).toBe('Ada');
  });

  it('tells in one line of time what was done about it and what was changed on its servers meanwhile', async () => {
    const entry = (what: string, change: Partial<ActivityEntry> = {}): ActivityEntry => ({
      atMs: nowMs,
      who: 'Eve',
      action: 'files.save',
      outcome: 'done',
      what,
      servers: [gpu],
      ...change,
    });
    entries.push(entry('before it', { atMs: nowMs - 1 }));
    await open();
    nowMs += minute;
    incidents.note({ requestId: request(), id: 'INC-1', text: 'GPU 3 is gone' });
    entries.push(
      entry('Saved daemon.json', { atMs: nowMs + 1 }),
      entry('elsewhere', { servers: [{ id: 'srv_2' as ServerId, name: 'gpu-2' }] }),
      entry('own', { action: 'incidents.note' }),
    );
    nowMs += minute;
    incidents.contacted({ requestId: request(), id: 'INC-1', contact: 'Bob', reached: false, text: 'mailbox' });
    incidents.escalate({ requestId: request(), id: 'INC-1', level: 3, reason: 'all users' });
    expect(() => incidents.escalate({ requestId: request(), id: 'INC-1', level: 3, reason: 'again' })).toThrow(code('input.invalid'));
    nowMs += minute;
    incidents.close({ requestId: request(), id: 'INC-1', resolution: 'Card reseated' });
    const { timeline, incident, escalation } = incidents.show('INC-1');
    expect(timeline.map(({ text }) => text)).toEqual([
      'Opened at level 1, alert: vLLM answers 502',
      'GPU 3 is gone',
      'Saved daemon.json on gpu-1',
      'Did not reach Bob: mailbox',
      'Raised from level 1 to 3: all users',
      'Closed: Card reseated',
    ]);
    expect(incident).toMatchObject({ level: 3, levelSinceMs: nowMs - minute, resolution: 'Card reseated' });
    expect(escalation).toBeNull();
  });

  it('has its evidence before a runbook changes anything, and links both', async () => {
    await open();
    await incidents.run({ requestId: request(), id: 'INC-1', workflow: 'vllm-wedged', inputs: {}, checkOnly: false, withoutEvidence: false });
    const { evidence, timeline } = incidents.show('INC-1');
    expect(evidence).toHaveLength(1);
    const collected = engine.operations.get(evidence[0] as OperationId);
    expect(collected.finishedAtMs).not.toBeNull();
    expect(collected.cells).toHaveLength(evidenceParts.length);
    expect(runs).toEqual([{ id: 'vllm-wedged', selector: 'gpu-1' }]);
    expect(timeline.map(({ kind }) => kind)).toEqual(['opened', 'evidence', 'run']);
    await incidents.run({ requestId: request(), id: 'INC-1', workflow: 'second', inputs: {}, checkOnly: false, withoutEvidence: false });
    expect(incidents.show('INC-1').evidence).toHaveLength(1);
  });

  it('collects at once where that is wanted, and says when there is nothing to collect from', async () => {
    const { evidence } = await open({ collect: true });
    expect((await engine.operations.finished(evidence as OperationId)).kind).toBe('incident-evidence');
    await open({ selector: undefined, collect: true });
    await expect(incidents.evidence({ requestId: request(), id: 'INC-2' })).rejects.toThrow(code('input.invalid'));
    await expect(incidents.run({ requestId: request(), id: 'INC-2', workflow: 'x', inputs: {}, checkOnly: false, withoutEvidence: false })).rejects.toThrow(
      code('input.invalid'),
    );
  });

  it("ends in a draft that holds the timeline, asks the questions, and takes nobody's text for markup", async () => {
    await open({ title: 'Answers <b>502</b> | *all*' });
    nowMs += 5 * minute;
    incidents.note({ requestId: request(), id: 'INC-1', text: '# not a heading\n[x](javascript:alert(1))' });
    nowMs += 60 * minute;
    incidents.close({ requestId: request(), id: 'INC-1', resolution: 'Card reseated' });
    const draft = incidents.postmortem('INC-1');
    expect(draft.split('\n')[0]).toBe('# Postmortem of INC-1: Answers \\<b\\>502\\</b\\> \\| \\*all\\*');
    expect(draft).toContain('| First response | after 5 min, by Ada |');
    expect(draft).toContain('after 65 min |');
    expect(draft).toContain('\\# not a heading \\[x\\](javascript:alert(1))');
    expect(draft).toContain('Card reseated');
    expect(draft.match(/\?/g)?.length).toBeGreaterThan(6);
  });

  it('keeps whom to turn to, with who saved it', () => {
    expect(incidents.plan()).toMatchObject({ plan: emptyPlan, onCall: null, savedAtMs: null });
    incidents.savePlan({ requestId: request(), plan });
    expect(incidents.plan()).toMatchObject({ plan, onCall: { contact: { name: 'BOB' } }, savedAtMs: nowMs, who: 'Ada' });
    expect(() => incidents.savePlan({ requestId: request(), plan: { ...plan, contacts: [] } })).toThrow(code('input.invalid'));
  });
});

describe('the scripts of evidence', () => {
  it.each(evidenceParts)('$id is clean to shellcheck', ({ script }) => {
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
  it.each(evidenceParts)('$id ends well where everything that it looks for is absent', ({ script }) => {
    using directory = testDirectory();
    for (const tool of ['sh', 'ps', 'cat', 'head', 'awk', 'sed', 'df', 'uptime', 'tr', 'sort', 'free'])
      spawnSync('ln', ['-s', execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(directory.path, tool)]);
    const { status, stdout } = spawnSync(join(directory.path, 'sh'), ['-c', script], { env: { PATH: directory.path }, encoding: 'utf8' });
    expect(stdout).not.toBe('');
    expect(status).toBe(0);
  });
  it('leave out what variables are set to, passwords in addresses, and what is named like a secret', () => {
    using directory = testDirectory();
    const bin = join(directory.path, 'bin');
    mkdirSync(bin);
    const compose = join(directory.path, 'compose.yaml');
    writeFileSync(
      compose,
      'services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: canary-one\n      URL: postgres://app:canary-two@db/x\n    image: postgres:16\n',
    );
    const inspect =
      '[\n    {\n        "Config": {\n            "Env": [\n                "OPENAI_KEY=canary-three",\n                "PATH=/usr/bin"\n            ],\n            "Image": "vllm"\n        }\n    }\n]';
    writeFileSync(
      join(bin, 'docker'),
      `#!/bin/sh\ncase "$*" in\n  *config_files*) echo '${compose}';;\n  inspect*) cat <<'END'\n${inspect}\nEND\n;;\n  *quiet*) echo abc;;\nesac\n`,
    );
    chmodSync(join(bin, 'docker'), 0o755);
    const run = (id: string) =>
      spawnSync('sh', ['-c', evidenceParts.find((part) => part.id === id)?.script ?? ''], { env: { PATH: `${bin}:${process.env['PATH']}` }, encoding: 'utf8' })
        .stdout;
    const both = run('inspect') + run('compose');
    expect(both).not.toContain('canary');
    expect(both).toContain('"OPENAI_KEY=[left out]"');
    expect(both).toContain('POSTGRES_PASSWORD: [left out]');
    expect(both).toContain('postgres://app:[left out]@db/x');
    expect(both).toContain('image: postgres:16');
    expect(both).toContain('"Image": "vllm"');
  });
});
