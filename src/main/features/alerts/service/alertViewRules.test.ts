import { describe, expect, test } from 'vitest';
import type { AlertRule } from '../../../../shared/model/alertRule.ts';
import type { AlertState } from '../evaluator/evaluatorState.ts';
import { emptyState } from '../evaluator/evaluatorState.ts';
import { defaultSettings, type EvaluatorInput, type ServerInput } from '../evaluator/evaluatorTypes.ts';
import { testEvent, testEvidence } from '../testing/events.ts';
import { noonMs, testRule, testServer } from '../testing/watch.ts';
import { eventView, heldAlertView, openAlertView, recordAfter, type ViewContext } from './alertViewRules.ts';

const rules = [testRule({ dependsOn: [{ rule: 'power', on: 'server' }] }), testRule({ id: 'power', title: 'No power' })];
const servers = [
  testServer('a', { via: 'srv_jump', subjects: { 'disk:/data': { title: '/data' } } }),
  testServer('jump', { name: 'gate', connection: 'unreachable' }),
];
const context = (change: Partial<EvaluatorInput> = {}, all: readonly ServerInput[] = servers): ViewContext => ({
  input: { nowMs: noonMs, servers: all, online: null, maintenance: [], silences: [], ...change },
  servers: new Map(all.map((server) => [server.id, server])),
  wrongRules: new Set(['power']),
  state: { ...emptyState, lastTickMs: noonMs },
  settings: defaultSettings,
  rule: (id): AlertRule | undefined => rules.find((rule) => rule.id === id),
  incidentOf: (id) => (id === 'cpu/srv_a@1000' ? 'INC-1' : null),
});
const alert = (change: Partial<AlertState> = {}): AlertState => ({
  ...{ key: 'cpu/srv_a', cause: 'cpu', title: 'CPU is busy', severity: 'critical', level: 1, raisedAtMs: 1000, sequence: 1, flapping: false },
  ...{ lastMemberMs: noonMs, levelForMs: 600_000, toldForMs: 0, acknowledged: null, held: null, ending: null, runbook: 'triage', serverIds: ['srv_a'] },
  ...{ members: ['cpu/srv_a/'], evidence: [testEvidence({ subject: 'disk:/data' })] },
  ...change,
});
const within = { fromMs: noonMs - 1000, untilMs: noonMs + 1000 };

describe('an open alert', () => {
  test('is shown with names, its incident, and when the next level is told', () => {
    expect(openAlertView(alert(), context())).toMatchObject({
      ...{ state: 'open', sinceMs: noonMs - 300_000, servers: [{ id: 'srv_a', name: 'a' }], explanation: rules[0]?.explanation, incident: 'INC-1', hold: null },
      subjects: [{ serverId: 'srv_a', subject: 'disk:/data', title: '/data' }],
      escalatesAtMs: noonMs + 1_800_000 - 600_000,
    });
  });

  test.each<[string, Partial<AlertState>]>([
    ['looked after', { acknowledged: { who: 'Ada', atMs: 1, untilMs: null, note: null } }],
    ['held', { held: 'server' }],
    ['over', { ending: 'good' }],
    ['at the last level', { level: 3 }],
    ['of a severity that goes nowhere', { severity: 'warning' }],
  ])('that is %s goes to no level', (_, change) => expect(openAlertView(alert(change), context()).escalatesAtMs).toBeNull());
});

describe('why it is not told', () => {
  const held = (reason: NonNullable<AlertState['held']>, change: Partial<EvaluatorInput> = {}) => openAlertView(alert({ held: reason }), context(change)).hold;
  const silence = { id: 'sil_1', who: 'Ada', reason: 'known', ...within };

  test('is the window that is open for its server', () => {
    const maintenance = [
      { name: 'other', serverIds: ['srv_b'], ...within },
      { name: 'patches', serverIds: ['srv_a'], ...within },
    ];
    expect(held('maintenance', { maintenance })).toEqual({ reason: 'maintenance', id: 'patches', who: null, text: 'patches', untilMs: within.untilMs });
  });

  test.each([[{ rules: ['cpu'] }], [{ serverIds: ['srv_a'] }], [{ subjects: ['disk:/data'] }], [{}]])('is the silence of it: %j', (scope) => {
    const silences = [
      { ...silence, id: 'sil_0', untilMs: noonMs - 1 },
      { ...silence, ...scope },
    ];
    expect(held('silence', { silences })).toMatchObject({ id: 'sil_1', who: 'Ada', text: 'known' });
  });

  test('is not a silence of something else', () => {
    expect(
      held('silence', {
        silences: [
          { ...silence, rules: ['power'] },
          { ...silence, subjects: ['gpu:0'] },
        ],
      }),
    ).toMatchObject({ id: null, who: null });
  });

  test('is the server that is lost, or the one on the way to it, or the rule that explains it', () => {
    expect(held('server')).toMatchObject({ id: 'srv_jump', text: 'gate' });
    const lost = [testServer('a', { connection: 'unreachable' })];
    expect(openAlertView(alert({ held: 'server' }), context({}, lost)).hold).toMatchObject({ id: 'srv_a', text: 'a' });
    expect(held('dependency')).toMatchObject({ id: 'power', text: 'No power' });
    expect(held('hours')).toMatchObject({ reason: 'hours', id: null });
  });

  test('is said of one that was never told, too', () => {
    const { key, cause, title, severity, runbook, serverIds, evidence } = alert();
    const view = heldAlertView({ key, cause, title, severity, runbook, serverIds, evidence, reason: 'dependency' }, context());
    expect(view).toMatchObject({ state: 'held', raisedAtMs: null, level: 1, hold: { reason: 'dependency' }, incident: null });
  });
});

describe('a record', () => {
  const byId = new Map(servers.map((server) => [server.id, server]));

  test('keeps the worst that an alert was, all its servers, and who looked after it first', () => {
    const raised = recordAfter(undefined, testEvent({ severity: 'warning', title: 'busy' }), byId);
    const worse = recordAfter(raised, testEvent({ kind: 'escalated', severity: 'critical', title: 'very busy', level: 2, flapping: true }), byId);
    const spread = recordAfter(
      worse,
      testEvent({ kind: 'stillFiring', severity: 'warning', serverIds: ['srv_a', 'srv_b'], evidence: [testEvidence({ serverId: 'srv_b', serverName: 'b' })] }),
      byId,
    );
    const seen = recordAfter(spread, testEvent({ kind: 'acknowledged', who: 'Ada' }), byId);
    const over = recordAfter(seen, testEvent({ kind: 'resolved', why: 'noData', atMs: 9000, who: null }), byId);
    expect(over).toMatchObject({
      ...{ id: 'cpu/srv_a@1000', severity: 'critical', title: 'very busy', level: 2, flapping: true, acknowledgedBy: 'Ada', endedAtMs: 9000, ended: 'noData' },
      ...{
        servers: [
          { id: 'srv_a', name: 'gpu-1' },
          { id: 'srv_b', name: 'b' },
        ],
        whileAway: false,
      },
    });
    expect([raised.endedAtMs, raised.ended]).toEqual([null, null]);
  });

  test('is about no server where this computer is meant; an event has the note that is given', () => {
    expect(recordAfter(undefined, testEvent({ serverIds: ['computer'], evidence: [] }), byId).servers).toEqual([]);
    expect(eventView(testEvent(), 'I look at it')).toMatchObject({ kind: 'raised', note: 'I look at it', evidence: [{ ruleId: 'cpu' }] });
  });
});
