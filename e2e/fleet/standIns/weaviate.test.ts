import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real server: https://docs.weaviate.io/weaviate/api/rest and https://docs.weaviate.io/deploy/configuration/backups
const env = { ENABLE_MODULES: 'backup-filesystem', BACKUP_FILESYSTEM_PATH: '/var/lib/weaviate/backups', PERSISTENCE_DATA_PATH: '/var/lib/weaviate' };

describe.skipIf(fleetObstacle())('Weaviate stand-in', () => {
  let fleet: Fleet;
  let service: ServiceContainer;
  const url = (path: string) => `http://${service.address}:8080${path}`;
  const post = (path: string, body: object) => fetch(url(path), { method: 'POST', body: JSON.stringify(body) });
  const graphql = async (query: string) => ((await (await post('/v1/graphql', { query })).json()) as { data: unknown }).data;

  beforeAll(async () => {
    fleet = await ensureFleet();
    service = await startService(fleet, { image: 'fleet/weaviate', env });
    await waitForStatus(url('/v1/.well-known/ready'), 200);
  });
  afterAll(() => service.remove());

  it('has busybox for its tools, and no curl', async () => {
    expect((await service.exec('wget', '-q', '--spider', 'http://127.0.0.1:8080/v1/.well-known/ready')).code).toBe(0);
    expect((await service.exec('sh', '-c', 'command -v curl')).stdout).toBe('');
  });

  it('makes a class once', async () => {
    expect((await post('/v1/schema', { class: 'Note', vectorizer: 'none' })).status).toBe(200);
    expect((await post('/v1/schema', { class: 'Note' })).status).toBe(422);
    expect(await (await fetch(url('/v1/schema'))).json()).toMatchObject({ classes: [{ class: 'Note' }] });
  });

  it('keeps objects, finds the nearest and counts', async () => {
    for (const [text, vector] of [
      ['north', [0, 1]],
      ['east', [1, 0]],
    ] as const)
      expect((await post('/v1/objects', { class: 'Note', properties: { text }, vector })).status).toBe(200);
    expect(await graphql('{Get{Note(nearVector:{vector:[0.9,0.1]} limit:1){text _additional{distance}}}}')).toMatchObject({
      Get: { Note: [{ text: 'east' }] },
    });
    expect(await graphql('{Aggregate{Note{meta{count}}}}')).toEqual({ Aggregate: { Note: [{ meta: { count: 2 } }] } });
  });

  it('backs up to a folder; a class that is there is not restored, one that was dropped is', async () => {
    expect(await (await post('/v1/backups/filesystem', { id: 'one' })).json()).toMatchObject({ status: 'STARTED', classes: ['Note'] });
    expect(await (await fetch(url('/v1/backups/filesystem/one'))).json()).toMatchObject({ status: 'SUCCESS' });
    expect((await service.exec('sh', '-c', 'ls /var/lib/weaviate/backups')).stdout).toBe('one\n');
    expect((await post('/v1/backups/filesystem/one/restore', {})).status).toBe(422);
    const drop = 'printf "DELETE /v1/schema/Note HTTP/1.0\\r\\n\\r\\n" | nc 127.0.0.1 8080';
    expect((await service.exec('sh', '-c', drop)).stdout).toMatch(/^HTTP\/1\.1 200 /);
    expect((await post('/v1/backups/filesystem/one/restore', {})).status).toBe(200);
    expect(await graphql('{Aggregate{Note{meta{count}}}}')).toEqual({ Aggregate: { Note: [{ meta: { count: 2 } }] } });
  });

  it('asks for a key where anonymous access is off', async () => {
    const closed = await startService(fleet, {
      image: 'fleet/weaviate',
      env: { AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'false', AUTHENTICATION_APIKEY_ALLOWED_KEYS: 'k3y' },
    });
    const address = `http://${closed.address}:8080`;
    await waitForStatus(`${address}/v1/.well-known/ready`, 200);
    expect((await fetch(`${address}/v1/meta`)).status).toBe(401);
    expect((await fetch(`${address}/v1/meta`, { headers: { authorization: 'Bearer k3y' } })).status).toBe(200);
    await closed.remove();
  });
});
