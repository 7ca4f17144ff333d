import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../src/shared/model/operation.ts';
import { recordExecuted } from '../fleet/support/executedCommands.ts';
import { fleetObstacle } from '../fleet/testFleet.ts';
import { type ApplicationRun, detailOf, notWell, openApplicationRun } from './applicationRun.ts';

const bank = { imageRegistry: 'docker.io/banksight', gpu: 'false', publicAddress: '0.0.0.0', minMemoryMib: '512', minDiskMib: '512' };
const domain = 'bank.example.com';

describe.skipIf(fleetObstacle())('BankSight, the quarter and compliance, by workflows', () => {
  let bs: ApplicationRun;
  const run = async (id: string, inputs: Record<string, string> = {}, options: { checkOnly?: boolean } = {}): Promise<Operation> => {
    const ended = await bs.run(id, inputs, options);
    await recordExecuted(bs.core.operations, ended);
    return ended;
  };
  const failures = (operation: Operation) => operation.cells.flatMap(({ stepId, error }) => (error === null ? [] : [{ stepId, code: error.code }]));

  beforeAll(async () => {
    bs = await openApplicationRun({ name: 'other-workflows', gpus: [{ name: 'NVIDIA A10' }] }, (server) =>
      server.mustExec(`
        mkdir -p /mnt/oss/models /etc/letsencrypt/live/${domain}
        mount -t tmpfs oss /mnt/oss
        mkdir -p /mnt/oss/models
        printf '\\002\\000\\000\\000\\000\\000\\000\\000{}weights' >/mnt/oss/models/model.safetensors
        openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=${domain} -keyout /dev/null -out /etc/letsencrypt/live/${domain}/fullchain.pem 2>/dev/null
      `),
    );
  });
  afterAll(() => bs?.close());

  test('before: what the server and the laptop can see is looked at, the rest is asked and kept', async () => {
    const inputs = { domain, ossMount: '/mnt/oss', modelDirectory: '/mnt/oss/models', leastCores: '1', leastMemoryMib: '256', expectedGpu: 'A10' };
    const audit = await run('bs-pre', inputs, { checkOnly: true });
    expect(audit.cells.filter(({ detail }) => detail === 'asked in a run, not in an audit')).toHaveLength(4);
    const done = await run('bs-pre', inputs);
    expect(failures(done)).toEqual([]);
    expect(detailOf(done, 'card')).toContain('it is a NVIDIA A10');
    expect(detailOf(done, 'models')).toMatch(/^1 files of weights/);
    expect(detailOf(done, 'certificate')).toContain(`the certificate of ${domain} ends`);
    expect(detailOf(done, 'buckets')).toContain('seen on the test server (Grace)');
    // The name of an example leads nowhere: said, and no more than that.
    expect(notWell(done)).toContain('name');

    await bs.server.mustExec('truncate -s 20 /mnt/oss/models/model.safetensors; printf "<html>" >/mnt/oss/models/page.safetensors');
    const broken = await run('bs-pre', { ...inputs, expectedGpu: 'T4' }, { checkOnly: true });
    expect(detailOf(broken, 'card')).toContain('not a T4');
    expect(detailOf(broken, 'models')).toContain('page.safetensors (6 bytes) holds no weights');
  });

  test('deployed, restarted, loaded and looked at from every side', async () => {
    const done = await run('bs-deploy', { ...bank, domain, expectedGpu: 'A10', loadUsers: '10', loadSeconds: '5', loadMaxS: '60' });
    expect(failures(done)).toEqual([]);
    expect(detailOf(done, 'chroma')).toMatch(/^[1-9][0-9]* of [0-9]+ documents were there after the restart/);
    expect(detailOf(done, 'load')).toMatch(/^[0-9]+ questions of 10 people, 0 failed/);
    expect(detailOf(done, 'versions')).toMatch(/containers, each with a version$/);
    expect(detailOf(done, 'nginx')).toContain('successful');
    expect(detailOf(done, 'monitoring')).toMatch(/targets answer Prometheus/);
    console.log(`Chroma: ${detailOf(done, 'chroma')}\nload: ${detailOf(done, 'load')}`);
  });

  test('after: logs, backups, the other region, people', async () => {
    const done = await run('bs-post', { observationHours: '0', domain });
    expect(failures(done)).toEqual([]);
    expect(detailOf(done, 'logs')).toMatch(/lines with errors in 24 hours/);
    for (const asked of ['drill', 'standby', 'contacts', 'oncall', 'training']) expect(detailOf(done, asked)).toContain('(Grace)');
  });

  test('security and compliance: a key in an environment is named and its value is not', async () => {
    await bs.server.mustExec('docker run -d --name leaky -e API_TOKEN=abc123secret --entrypoint sleep "$(docker ps --format \'{{.Image}}\' | head -n 1)" 600');
    const security = await run('bs-security', { domain });
    expect(failures(security)).toEqual([]);
    expect(detailOf(security, 'keys')).toMatch(/containers have keys in their environment$/);
    const output = await bs.core.output(security.id);
    expect(output).toContain('leaky: API_TOKEN');
    expect(output).not.toContain('abc123secret');
    await bs.server.mustExec('docker rm -f leaky');
    const compliance = await run('bs-compliance', { paymentData: 'yes' });
    expect(failures(compliance)).toEqual([]);
    expect(compliance.cells.filter(({ detail }) => detail?.includes('(Grace)'))).toHaveLength(9);
  });

  test('the quarter: figures are read where they can be had', async () => {
    const address = await bs.server.mustExec(
      "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' ph-banksight-prometheus-1 | awk '{ print $1 }'",
    );
    const prometheusUrl = `http://${address.trim()}:9090`;
    const done = await run('gw-quarterly', {
      prometheusUrl,
      requestMetric: 'prometheus_http_requests_total',
      planRate: '10',
      months: '2',
      monthlyCost: '1000',
    });
    expect(failures(done)).toEqual([]);
    expect(detailOf(done, 'projection')).toContain('in 2 months 47.2 requests a second have to be possible');
    expect(detailOf(done, 'usage')).toMatch(/requests a second in the mean of 90 days|knows no/);
    console.log(['usage', 'cost', 'cache', 'hotspots', 'projection'].map((step) => `${step}: ${detailOf(done, step)}`).join('\n'));
  });

  test('the tasks of day, week, month and quarter', async () => {
    for (const id of ['bs-daily', 'bs-weekly', 'bs-monthly', 'bs-quarterly']) expect(failures(await run(id))).toEqual([]);
    const again = await run('bs-monthly', { model: 'mistralai/Mistral-7B-Instruct-v0.2' });
    expect(failures(again)).toEqual([]);
    expect(detailOf(again, 'update')).toMatch(/r2/);
  });
});
