import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../shared/model/facts.ts';
import { type HardwareNeeds, hardwareNeedsSchema } from '../../../shared/model/fit.ts';
import { gib, list, rate, sold } from './fitText.ts';
import { dockerRule, driverRule, systemRule } from './softwareRules.ts';
import { optimalFacts } from './testFacts.ts';

const needs = (given: Partial<HardwareNeeds>) => hardwareNeedsSchema.parse(given);
const base = optimalFacts();

describe('the system', () => {
  const ubuntus = needs({
    os: [
      { id: 'ubuntu', version: '22.04' },
      { id: 'ubuntu', version: '24.04' },
    ],
  });
  const judge = (id: string, versionId: string | null, prettyName: string) => systemRule(ubuntus, optimalFacts({ os: { id, versionId, prettyName } }))[0];
  it.each([
    ['ubuntu', '22.04', 'meets'],
    ['ubuntu', '24.04', 'meets'],
    ['ubuntu', '20.04', 'short'],
    ['ubuntu', '23.10', 'unknown'],
    ['ubuntu', '26.04', 'unknown'],
    ['debian', '12', 'unknown'],
    ['rhel', '9.4', 'unknown'],
    ['unknown', null, 'unknown'],
  ])('%s %s: %s', (id, versionId, verdict) => expect(judge(id, versionId, `${id} ${versionId}`)?.verdict).toBe(verdict));
  it('calls another one other, and says that nobody tried', () =>
    expect(judge('debian', '12', 'Debian GNU/Linux 12 (bookworm)')).toMatchObject({
      have: 'Debian GNU/Linux 12 (bookworm) (another system)',
      need: 'Ubuntu 22.04 or Ubuntu 24.04',
      reason: expect.stringContaining('nobody has said so'),
    }));
});

describe('Docker', () => {
  const judge = (docker: Partial<Facts['docker']>) =>
    dockerRule(needs({ dockerVersion: '27.3.1', composeVersion: '2.20' }), optimalFacts({ docker: { ...base.docker, ...docker } })).map(
      ({ id, verdict }) => `${id} ${verdict}`,
    );
  it.each<[string, Partial<Facts['docker']>, string[]]>([
    ['new enough', {}, ['docker meets', 'compose meets']],
    ['with a suffix of its distribution', { serverVersion: '27.3.1+dfsg1', composeVersion: '2.26.1-4' }, ['docker meets', 'compose meets']],
    ['too old', { serverVersion: '27.3.0', composeVersion: '2.9.0' }, ['docker short', 'compose short']],
    ['missing', { state: 'missing', serverVersion: null, composeVersion: null }, ['docker short', 'compose short']],
    ['without Compose', { composeVersion: null }, ['docker meets', 'compose short']],
    ['down', { state: 'daemon-down', serverVersion: null }, ['docker unknown', 'compose meets']],
    ['denied', { state: 'denied', serverVersion: null, composeVersion: null }, ['docker unknown', 'compose unknown']],
  ])('%s', (_what, docker, expected) => expect(judge(docker)).toEqual(expected));
});

describe('driver, CUDA, toolkit', () => {
  const wanted = needs({ driverVersion: '535', cudaVersion: '12.2', containerToolkit: true });
  const judge = (gpu: Partial<Facts['gpu']>, docker: Partial<Facts['docker']> = {}) =>
    driverRule(wanted, optimalFacts({ gpu: { ...base.gpu, ...gpu }, docker: { ...base.docker, ...docker } }));
  const told = (gpu: Partial<Facts['gpu']>, docker: Partial<Facts['docker']> = {}) => judge(gpu, docker).map(({ id, verdict }) => `${id} ${verdict}`);
  const all = (driver: string, cuda: string, toolkit: string) => [`driver ${driver}`, `cuda ${cuda}`, `container-toolkit ${toolkit}`];
  it.each<[string, Partial<Facts['gpu']>, string[]]>([
    ['of the branch', { driverVersion: '535.54.03', moduleVersion: '535.54.03', cudaVersion: '12.2' }, all('meets', 'meets', 'meets')],
    ['of a later one', { driverVersion: '570.86.15', moduleVersion: null, cudaVersion: '12.10' }, all('meets', 'meets', 'meets')],
    ['of an earlier one', { driverVersion: '525.147.05', moduleVersion: '525.147.05', cudaVersion: '12.0' }, all('short', 'short', 'meets')],
    ['that is not there', { state: 'none', driverVersion: null, moduleVersion: null, cudaVersion: null, toolkitVersion: null }, all('short', 'short', 'meets')],
    ['that does not answer', { state: 'hang', driverVersion: null, moduleVersion: null, cudaVersion: null }, all('unknown', 'unknown', 'meets')],
    ['upgraded under its module', { driverVersion: '560.35.03', moduleVersion: '550.127.05' }, all('short', 'meets', 'meets')],
  ])('a driver %s', (_what, gpu, expected) => expect(told(gpu)).toEqual(expected));
  it('names both versions of a driver that was upgraded, and the one way out', () =>
    expect(judge({ driverVersion: '560.35.03', moduleVersion: '550.127.05' })[0]).toMatchObject({
      reason: expect.stringMatching(/560\.35\.03.*550\.127\.05/),
      remedy: 'Reboot the server.',
    }));
  it('a toolkit that is missing, and one that Docker does not know', () => {
    expect(judge({ toolkitVersion: null }, { runtimes: ['runc'] })[2]).toMatchObject({ verdict: 'short', have: 'none' });
    expect(judge({ toolkitVersion: '1.17.4' }, { runtimes: ['runc'] })[2]).toMatchObject({
      verdict: 'meets',
      reason: expect.stringContaining('nvidia'),
      remedy: expect.stringContaining('nvidia-ctk'),
    });
    expect(judge({ toolkitVersion: '1.17.4' }, { state: 'denied', runtimes: [] })[2]).toMatchObject({ verdict: 'meets', have: '1.17.4', reason: null });
  });
});

describe('words', () => {
  it.each([
    [500, '500 GB'],
    [31.5, '31.5 GB'],
    [1000, '1 TB'],
    [1920, '1.92 TB'],
  ])('%d GB is told as %s', (gb, text) => expect(sold(gb)).toBe(text));
  it('sizes, rates and lists', () => {
    expect([gib(31_890), gib(1024), gib(2_315_571)]).toEqual(['31.1 GiB', '1 GiB', '2.2 TiB']);
    expect([rate(100), rate(2500), rate(10_000)]).toEqual(['100 Mbit/s', '2.5 Gbit/s', '10 Gbit/s']);
    expect([list([]), list(['a']), list(['a', 'b'], 'or'), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a or b', 'a, b and c']);
  });
});
