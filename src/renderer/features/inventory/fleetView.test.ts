import { describe, expect, it } from 'vitest';
import { parseFleetFilter } from './fleetFilter.ts';
import { type FleetQuery, fleetGroups, fleetTotals } from './fleetView.ts';
import { shortGpuName, summarizeGpus } from './gpuSummary.ts';
import { testRow, testVitals } from './testRow.ts';

const rows = [
  testRow('gpu-10', { server: { environment: 'production', tags: ['a100'], groups: ['pool-a'] }, vitals: testVitals([{ use: 90 }, { use: 70 }]) }),
  testRow('gpu-2', { server: { environment: 'production', tags: ['a100'], groups: ['pool-b'] }, health: 'critical', vitals: testVitals([{ use: 0 }]) }),
  testRow('stage-1', { server: { tags: ['t4'], groups: ['pool-a'] }, stacks: [{ stackId: 'privaxai', release: 'r3', health: 'healthy' }] }),
];
const everything: FleetQuery = { text: '', environment: null, attention: false, grouping: 'none' };
const names = (query: Partial<FleetQuery>) =>
  fleetGroups(rows, { ...everything, ...query }).map((group) => [group.title, group.rows.map((row) => row.server.name)]);

describe('fleetGroups', () => {
  it('orders names as people count', () => expect(names({})).toEqual([['', ['gpu-2', 'gpu-10', 'stage-1']]]));
  it('groups in the order of the release path and leaves out empty groups', () =>
    expect(names({ grouping: 'environment' })).toEqual([
      ['Production', ['gpu-2', 'gpu-10']],
      ['Staging', ['stage-1']],
    ]));
  it('groups by group', () =>
    expect(names({ grouping: 'group' })).toEqual([
      ['pool-a', ['gpu-10', 'stage-1']],
      ['pool-b', ['gpu-2']],
    ]));
  it('groups by role, those without one last, and says what a group is beside its name', () => {
    const placed = rows.map((row, index) => (index === 0 ? { ...row, server: { ...row.server, roles: ['lb', 'own'] } } : row));
    expect(fleetGroups(placed, { ...everything, grouping: 'role' }).map(({ title }) => title)).toEqual(['Load balancer', 'No role']);
    expect(fleetGroups(placed, { ...everything, text: 'role:own' }).flatMap((group) => group.rows.map((row) => row.server.name))).toEqual(['gpu-10']);
    expect(fleetGroups(placed, { ...everything, text: 'balancer' })[0]?.rows).toHaveLength(1);
    const about = (group: string) => (group === 'pool-a' ? 'pool behind slb' : '');
    expect(fleetGroups(rows, { ...everything, grouping: 'group' }, about).map(({ title }) => title)).toEqual(['pool-a · pool behind slb', 'pool-b']);
  });
  it('keeps to an environment, and to what needs a look', () => {
    expect(names({ environment: 'staging' })).toEqual([['', ['stage-1']]]);
    expect(names({ attention: true })).toEqual([['', ['gpu-2']]]);
  });
});

describe('parseFleetFilter', () => {
  const found = (text: string) => rows.filter(parseFleetFilter(text)).map((row) => row.server.name);
  it.each<[string, string[]]>([
    ['', ['gpu-10', 'gpu-2', 'stage-1']],
    ['gpu', ['gpu-10', 'gpu-2']],
    ['gpu-*', ['gpu-10', 'gpu-2']],
    ['gpu-?', ['gpu-2']],
    ['tag:a100 group:pool-b', ['gpu-2']],
    ['env:prod !gpu-2', ['gpu-10']],
    ['stage-1, gpu-2', ['gpu-2', 'stage-1']],
    ['stack:privaxai', ['stage-1']],
    ['state:critical', ['gpu-2']],
    ['tag:', ['gpu-10', 'gpu-2', 'stage-1']],
    ['[(', []],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected));
});

describe('summarizeGpus', () => {
  it('means use, sums memory and takes the hottest', () => {
    const summary = summarizeGpus(
      testRow('a', {
        vitals: testVitals([
          { use: 20, usedMib: 2_000, temperatureC: 60 },
          { use: null, usedMib: 4_000, temperatureC: 71 },
        ]),
      }),
    );
    expect(summary).toMatchObject({ utilization: 20, vramRatio: 0.3, temperatureC: 71 });
  });
  it.each([
    ['NVIDIA A100-SXM4-40GB', 'A100 40G'],
    ['NVIDIA GeForce RTX 4090', 'RTX 4090'],
    ['Tesla T4', 'T4'],
    ['NVIDIA H100 80GB HBM3', 'H100 80G'],
    ['NVIDIA RTX A6000', 'RTX A6000'],
  ])('%s is called %s', (name, short) => expect(shortGpuName(name)).toBe(short));
});

it('totals count what is busy and what needs a look', () => {
  expect(fleetTotals(rows)).toMatchObject({
    servers: 3,
    busyGpus: 2,
    attention: 1,
    connected: 3,
    byEnvironment: { production: 2, staging: 1, development: 0 },
  });
});
