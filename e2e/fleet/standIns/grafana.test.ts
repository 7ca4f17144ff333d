import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceContainer, startService, waitForStatus } from '../support/serviceContainer.ts';
import { ensureFleet, type Fleet, fleetObstacle } from '../testFleet.ts';

// Contract of the real server: https://grafana.com/docs/grafana/latest/developers/http_api/
const provider = 'apiVersion: 1\nproviders:\n  - name: stack\n    type: file\n    options:\n      path: /etc/grafana/provisioning/dashboards\n';

describe.skipIf(fleetObstacle())('Grafana stand-in, and Debian’s Prometheus behind it', () => {
  let fleet: Fleet;
  let prometheus: ServiceContainer;
  let grafana: ServiceContainer;
  const url = (path: string) => `http://${grafana.address}:3000${path}`;
  const basic = (login: string) => ({ authorization: `Basic ${Buffer.from(login).toString('base64')}` });
  const ask = (path: string, login = 'admin:s3cret') => fetch(url(path), { headers: basic(login) });

  beforeAll(async () => {
    fleet = await ensureFleet();
    prometheus = await startService(fleet, {
      image: 'fleet/prometheus',
      files: { '/etc/prometheus/prometheus.yml': 'scrape_configs:\n  - job_name: self\n    static_configs: [{ targets: ["127.0.0.1:9090"] }]\n' },
    });
    const source = (name: string, address: string) => `  - name: ${name}\n    uid: ${name}\n    type: prometheus\n    access: proxy\n    url: ${address}\n`;
    grafana = await startService(fleet, {
      image: 'fleet/grafana',
      env: { GF_SECURITY_ADMIN_PASSWORD: 's3cret' },
      files: {
        '/etc/grafana/provisioning/datasources/one.yaml': `apiVersion: 1\ndatasources:\n${source('here', `http://${prometheus.address}:9090`)}${source('gone', 'http://127.0.0.1:9')}`,
        '/etc/grafana/provisioning/dashboards/stack.yaml': provider,
        '/etc/grafana/provisioning/dashboards/one.json': '{"uid":"one","title":"One","panels":[]}',
      },
    });
    await waitForStatus(url('/api/health'), 200);
  });
  afterAll(() => Promise.all([prometheus?.remove(), grafana?.remove()]));

  it('says how it is without a login, to wget and curl as well', async () => {
    expect(await (await fetch(url('/api/health'))).json()).toMatchObject({ database: 'ok', version: '12.1.1' });
    expect((await grafana.exec('wget', '-q', '--spider', '-T', '3', 'http://127.0.0.1:3000/api/health')).code).toBe(0);
    expect((await grafana.exec('curl', '-fsS', '-o', '/dev/null', 'http://127.0.0.1:3000/api/health')).code).toBe(0);
  });

  it('wants a login for the rest', async () => {
    expect((await fetch(url('/api/datasources'))).status).toBe(401);
    expect((await ask('/api/datasources', 'admin:wrong')).status).toBe(401);
    expect((await fetch(url('/'), { redirect: 'manual' })).headers.get('location')).toBe('/login');
  });

  it('has what was provisioned', async () => {
    expect(await (await ask('/api/datasources')).json()).toMatchObject([
      { name: 'here', type: 'prometheus', readOnly: true },
      { name: 'gone', url: 'http://127.0.0.1:9' },
    ]);
    expect(await (await ask('/api/search')).json()).toEqual([{ uid: 'one', title: 'One', type: 'dash-db' }]);
  });

  it('takes a new password from its input', async () => {
    const reset = 'echo n3w | grafana cli --homepath /usr/share/grafana admin reset-admin-password --password-from-stdin';
    expect((await grafana.exec('sh', '-c', reset)).code).toBe(0);
    expect((await ask('/api/datasources')).status).toBe(401);
    expect((await ask('/api/datasources', 'admin:n3w')).status).toBe(200);
    expect((await grafana.exec('sh', '-c', reset.replace('n3w', 's3cret'))).code).toBe(0);
  });

  it('asks a data source how it is', async () => {
    await waitForStatus(`http://${prometheus.address}:9090/-/ready`, 200);
    expect(await (await ask('/api/datasources/uid/here/health')).json()).toMatchObject({ status: 'OK' });
    expect(await ask('/api/datasources/uid/gone/health')).toMatchObject({ status: 400 });
    expect((await prometheus.exec('wget', '-q', '--spider', 'http://127.0.0.1:9090/-/healthy')).code).toBe(0);
  });
});
