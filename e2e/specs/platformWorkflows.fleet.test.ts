import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containerToolkitRecipe } from '../fleet/support/containerToolkit.ts';
import { printPrograms } from '../fleet/support/programTable.ts';
import { fleetObstacle } from '../fleet/testFleet.ts';
import { type ApplicationRun, detailOf, notWell, openApplicationRun } from './applicationRun.ts';

const images = { backendImage: 'acme/ai-service-backend:2.0.0', frontendImage: 'acme/ai-service-frontend:2.0.0' };
// The machine has fewer cores than the platform’s services; where it is very busy, facts come without the version of Compose, and `fit` is short.
const platform = { ...images, limits: 'off', minMemoryMib: '512', minDiskMib: '512' };
const certificate = `mkdir -p /etc/letsencrypt/live/site.test; cd /etc/letsencrypt/live/site.test
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=site.test -addext subjectAltName=DNS:site.test -days 30 -keyout privkey.pem -out fullchain.pem 2>/dev/null`;

describe.skipIf(fleetObstacle())('the AI service platform by workflows', () => {
  let asp: ApplicationRun;
  beforeAll(async () => {
    asp = await openApplicationRun({ name: 'app-platform', gpus: [{ name: 'NVIDIA L4' }, { name: 'NVIDIA L4' }] }, (server) =>
      server.mustExec(`${containerToolkitRecipe}\n${certificate}`),
    );
  });
  afterAll(() => asp?.close());

  test('deployed over HTTPS, each part asked; only a name that nobody knows and a certificate that nobody signed are not well', async () => {
    const done = await asp.run('asp-deployment', { ...platform, domain: 'site.test' });
    expect(notWell(done).filter((id) => id !== 'fit')).toEqual(['dns', 'https']);
    expect(detailOf(done, 'certificate')).toMatch(/^certificate for site\.test until /);
    expect(detailOf(done, 'open')).toContain('only allowed ones answer');
    await printPrograms(asp.server, 'ai-service-platform');
  });

  test('the coder model added and HTTP in place of HTTPS, acceptance passes and leaves nothing of the test', async () => {
    const deployed = await asp.run('asp-deployment', { ...platform, profiles: 'gpu, coder' });
    expect(notWell(deployed).filter((id) => id !== 'fit')).toEqual([]);
    expect(detailOf(deployed, 'deploy-plain')).toMatch(/^r2 is current/);
    const done = await asp.run('asp-testing', { loadSeconds: '10', loadUsers: '10', loadPauseS: '1' });
    expect(notWell(done)).toEqual([]);
    expect(detailOf(done, 'load')).toMatch(/^10 people, 10 s: [0-9]+ requests, 0\.0 % errors/);
    expect(detailOf(done, 'stream')).toMatch(/^first event after [0-9]+ ms, [0-9]+ events in [0-9]+ ms$/);
    expect(detailOf(done, 'cleanup')).toBe('no test user and no test project');
  });

  test('an audit of acceptance restarts nothing, loads nothing and makes nothing', async () => {
    const started = await asp.server.mustExec(
      "docker ps --format '{{.Names}} {{.ID}}' | sort | xargs -n 2 sh -c 'docker inspect -f \"{{.Name}} {{.State.StartedAt}}\" $1'",
    );
    const audit = await asp.run('asp-testing', { loadSeconds: '5', loadUsers: '2' }, { checkOnly: true });
    expect(detailOf(audit, 'user')).toBe('would change: there is no user acceptance@example.com');
    expect(detailOf(audit, 'restart')).toMatch(/^needs project/);
    expect(detailOf(audit, 'load')).toBe('has no check of its own, so it is not part of an audit');
    expect(
      await asp.server.mustExec("docker ps --format '{{.Names}} {{.ID}}' | sort | xargs -n 2 sh -c 'docker inspect -f \"{{.Name}} {{.State.StartedAt}}\" $1'"),
    ).toBe(started);
  });

  test('day to day: what was stopped is started, a backup is made where there was none, and what is named is restarted', async () => {
    await asp.server.mustExec('docker stop -t 3 ph-ai-service-platform-frontend-1');
    const audit = await asp.run('asp-operations', {}, { checkOnly: true });
    expect(notWell(audit)).toEqual(['start', 'status', 'backup']);
    expect(detailOf(audit, 'start')).toBe('would start frontend');
    const done = await asp.run('asp-operations', { restartServices: 'backend, vllm-chat' });
    expect(notWell(done).filter((id) => id !== 'usage')).toEqual([]);
    expect(detailOf(done, 'restart')).toContain('backend, vllm-chat');
  });

  test('the pitfalls as an audit: what this server gets wrong is found, and nothing else', async () => {
    const audit = await asp.run('asp-pitfalls', { memoryGb: '4096' }, { checkOnly: true });
    expect(notWell(audit)).toEqual(expect.arrayContaining(['memory']));
    expect(notWell(audit)).not.toEqual(expect.arrayContaining(['monitoring', 'model-ports', 'volumes', 'rollback', 'reach']));
    const done = await asp.run('asp-pitfalls', { memoryGb: '1' });
    expect(notWell(done)).not.toContain('memory');
    // A model that is published to the world is what ufw would not stop.
    await asp.server.mustExec('docker run -d --rm --name open-model -p 8001:80 nginx:1.28.0');
    const open = await asp.run('asp-pitfalls', { memoryGb: '1' }, { checkOnly: true });
    expect(notWell(open)).toEqual(expect.arrayContaining(['model-ports', 'reach']));
    expect(detailOf(open, 'model-ports')).toBe('port 8001 is published to the world by open-model');
    await asp.server.mustExec('docker rm -f open-model');
  });
});
