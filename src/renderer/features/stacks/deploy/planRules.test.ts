import { expect, it } from 'vitest';
import { type DeployPlan, deployPlanSchema } from '../../../../shared/contract/stackPlans.ts';
import { downtimeSaid, effectsSaid, errorRules, planTotals, sortedServices, totalsSaid } from './planRules.ts';

const plan = (more: Partial<DeployPlan> = {}): DeployPlan => ({
  ...deployPlanSchema.parse({ serverName: 'gpu-1', release: 'r2', from: 'r1', shortfalls: [], unknowns: [], services: [] }),
  ...more,
});
const service = (name: string, effect: DeployPlan['services'][number]['effect'], requestsRunning?: number | null) => ({
  ...{ name, effect, why: '', reasons: [] },
  ...(requestsRunning === undefined ? {} : { requestsRunning }),
});
const busy = plan({
  services: [service('db', 'keep'), service('gw', 'recreate', 3), service('old', 'remove', null), service('new', 'create')],
  downtime: { seconds: 40, why: 'measured' },
  pulls: { images: [], bytes: 3 * 1024 ** 3, neededBytes: null, freeBytes: null, fits: false },
});

it('puts what is interrupted before what stays', () => {
  expect(sortedServices(busy).map(({ name }) => name)).toEqual(['old', 'gw', 'new', 'db']);
  expect(effectsSaid(busy)).toBe('1 removed, 1 made anew, 1 made, 1 kept');
  expect(effectsSaid(plan())).toBe('nothing changes');
});

it('says in numbers what will happen, the worst first', () => {
  const totals = planTotals([busy, plan({ serverName: 'gpu-2', shortfalls: ['needs 1 GPU'], unknowns: ['disk'] })]);
  expect(totals).toMatchObject({ servers: 2, refused: 1, interrupted: 1, made: 1, removed: 1, kept: 1, downtimeS: 40, requests: 3, silent: 1, full: 1 });
  expect(totalsSaid(totals).map(({ said }) => said)).toEqual([
    '1 server cannot take it and will be refused',
    'the images do not fit on the disk of 1 server',
    '1 container interrupted, 1 made, 1 removed, 1 kept',
    'about 40 s without answers on a server at most',
    '3 requests running now would be lost',
    '1 service does not tell how many requests it answers',
    '3.0 GiB of images to pull',
    '1 thing could not be found out',
  ]);
});

it('does not say that it answers all the time where that cannot be told', () => {
  expect(planTotals([busy, plan({ downtime: { seconds: null, why: 'never measured' } })]).downtimeS).toBeNull();
  expect([downtimeSaid(null), downtimeSaid(0), downtimeSaid(130)]).toEqual([
    'how long it does not answer cannot be told',
    'it answers all the time',
    'about 2 m without answers',
  ]);
  expect(totalsSaid(planTotals([plan()])).map(({ said }) => said)).toEqual(['no container changes', 'it answers all the time']);
});

it('counts what lint finds once for all servers, and names the rules whose errors have to be accepted', () => {
  const finding = (rule: string, severity: 'error' | 'warning' | 'note') => ({
    ...{ rule, severity, trap: null, place: { file: 'compose.yaml', line: 4, service: 'gw' }, reason: 'It is so.', fix: 'Make it otherwise.' },
  });
  const plans = [
    plan({ findings: [finding('port-policy', 'error'), finding('image-pinned', 'note')] }),
    plan({ serverName: 'gpu-2', findings: [finding('port-policy', 'error'), finding('start-period', 'warning')] }),
  ];
  expect(errorRules(plans)).toEqual(['port-policy']);
  expect(totalsSaid(planTotals(plans)).map(({ said }) => said)).toEqual([
    'no container changes',
    'it answers all the time',
    'lint finds 1 error',
    'lint warns of 1 thing',
  ]);
});

it('promises nothing of answers where nothing answers yet', () => {
  const made = plan({ from: null, services: [service('gw', 'create')], downtime: { seconds: 0, why: 'nothing stops' } });
  expect(totalsSaid(planTotals([made])).map(({ said }) => said)).toEqual(['1 made']);
});
