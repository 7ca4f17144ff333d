import { expect, it } from 'vitest';
import { factsSchema } from '../../../shared/model/facts.ts';
import { readFixture, withSection } from '../../commands/fixtures/readFixture.ts';
import { parseFacts } from '../../commands/parseFacts.ts';
import { factsDifferences } from './factsChanges.ts';
import { lastKnownFacts } from './lastKnownFacts.ts';

const debian13 = readFixture('facts-debian-13-systemd-257-iproute2-6.15-docker-26.1.txt');
const smi = withSection(debian13, 'gpu-list', 0, readFixture('nvidia-smi-550.127.05-query-8x-h100.csv'));
const parse = (output: string, collectedAtMs = 1000) => parseFacts(output, { server: 'gpu-1', collectedAtMs });
const blind = [
  'gpu-list',
  'docker',
  'compose',
  'disks',
  'block-devices',
  'mounts',
  'sockets',
  'raw-sockets',
  'clock',
  'cpu',
  'memory',
  'os',
  'boot-id',
  'uptime',
].reduce((output, name) => withSection(output, name, 124, ''), smi);

it('keeps what a reading could not find out, and nothing of what it did', () => {
  const known = parse(smi);
  const filled = lastKnownFacts(known, parse(blind, 61_000));
  expect(factsSchema.parse(filled)).toEqual(filled);
  expect({ ...filled, gpu: { ...filled.gpu, devices: filled.gpu.devices.length } }).toMatchObject({
    ...{ collectedAtMs: 61_000, os: { id: 'debian', versionId: '13' }, bootId: known.bootId, uptimeS: (known.uptimeS ?? 0) + 60 },
    ...{ cpu: known.cpu, mounts: known.mounts, ports: known.ports, time: { synchronized: false } },
    memory: { totalMib: known.memory.totalMib },
    gpu: { state: 'hang', devices: 8, driverVersion: '550.127.05' },
    docker: { state: 'daemon-down', serverVersion: '26.1.5+dfsg1', rootDirectory: '/var/lib/docker' },
  });
  expect(lastKnownFacts(parse(blind), known)).toMatchObject({ gpu: known.gpu, docker: known.docker, disks: known.disks });
});

it('makes a change visible across readings that saw nothing, and only the states across those that saw the same', () => {
  const known = parse(smi);
  const between = lastKnownFacts(lastKnownFacts(known, parse(blind)), parse(blind));
  expect(factsDifferences(between, known).map(({ path }) => path)).toEqual(['gpu.state', 'docker.state']);
  const upgraded = parse(smi.replaceAll('26.1.5+dfsg1', '28.0.1').replaceAll('550.127.05', '570.86.15'));
  expect(factsDifferences(between, upgraded).map(({ path, before, after }) => `${path} ${before} ${after}`)).toEqual([
    'gpu.state nvidia-smi hangs answer',
    'gpu.driver 550.127.05 570.86.15',
    'docker.state does not answer answers',
    'docker.version 26.1.5+dfsg1 28.0.1',
  ]);
});

it('keeps what is known of a GPU by its UUID', () => {
  const [device, ...others] = parse(smi).gpu.devices;
  if (device === undefined) throw new Error('no GPU');
  const known = { ...parse(smi), gpu: { ...parse(smi).gpu, devices: [{ ...device, ecc: true, mig: true, migInstances: 7 }, ...others] } };
  expect(lastKnownFacts(known, parse(smi)).gpu.devices[0]).toMatchObject({ ecc: true, mig: true, migInstances: 7 });
  const other = { ...parse(smi), gpu: { ...parse(smi).gpu, devices: [{ ...device, uuid: 'GPU-other', ecc: null }] } };
  expect(lastKnownFacts(known, other).gpu.devices).toEqual([{ ...device, uuid: 'GPU-other', ecc: null }]);
});
