import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { OperationId, RequestId } from '../../../shared/model/ids.ts';
import type { WindowFields } from '../../../shared/model/maintenanceWindow.ts';
import type { Selectable } from '../../../shared/model/selector.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { createWindowsService } from './windowsService.ts';

const request = () => randomUUID() as RequestId;
const server = (name: string, environment: Selectable['environment']): Selectable => ({ name, environment, tags: [], groups: [] }) as Selectable;
const night: WindowFields = {
  name: 'night',
  selector: 'env:production',
  when: { kind: 'recurring', recurrence: { every: 'day', at: '02:00', zone: 'Europe/Berlin' }, until: '04:00' },
};

test('windows hold for the servers that they name, from one life of the core to the next', () => {
  using directory = testDirectory();
  let now = Date.parse('2026-11-21T12:00:00Z');
  const servers = [server('live', 'production'), server('trial', 'staging')];
  const open = () => {
    const database = openDatabase({ directory: directory.path });
    return { database, windows: createWindowsService({ database, servers: () => servers, who: () => 'Ada', nowMs: () => now }) };
  };
  const first = open();
  const id = request();
  expect(first.windows.add({ requestId: id, fields: night })).toMatchObject({
    who: 'Ada',
    servers: ['live'],
    openUntilMs: null,
    nextAtMs: Date.parse('2026-11-22T01:00:00Z'),
  });
  expect(first.windows.add({ requestId: id, fields: night }).fields.name).toBe('night');
  expect(() => first.windows.add({ requestId: request(), fields: night })).toThrow('window.exists');
  expect(() => first.windows.add({ requestId: request(), fields: { ...night, name: 'x', selector: 'env:' } })).toThrow('selector.invalid');
  const never = { kind: 'once' as const, from: '2026-11-02T10:00', until: '2026-11-01T10:00', zone: 'UTC' };
  expect(() => first.windows.add({ requestId: request(), fields: { ...night, name: 'x', when: never } })).toThrow('input.invalid');
  first.windows.override({ operation: 'op_1' as OperationId, reason: 'the disk is dying' });
  first.database.close();

  const { database, windows } = open();
  const verdict = (name: string) => windows.verdict(servers.find((each) => each.name === name) ?? server(name, 'development'));
  expect(verdict('live')).toMatchObject({ kind: 'closed', next: { window: 'night', text: '"night" at 2026-11-22 02:00 (Europe/Berlin)' } });
  expect(verdict('trial')).toEqual({ kind: 'free' });
  expect(windows.overrideOf('op_1' as OperationId)).toEqual({ who: 'Ada', reason: 'the disk is dying' });
  expect(windows.overrideOf('op_2' as OperationId)).toBeNull();
  now = Date.parse('2026-11-22T01:00:00Z');
  expect(verdict('live')).toMatchObject({ kind: 'open', untilMs: Date.parse('2026-11-22T03:00:00Z') });
  windows.remove({ requestId: request(), name: 'night' });
  expect(verdict('live')).toEqual({ kind: 'free' });
  expect(() => windows.remove({ requestId: request(), name: 'night' })).toThrow('window.not-found');
  database.close();
});
