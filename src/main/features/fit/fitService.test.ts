import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Facts } from '../../../shared/model/facts.ts';
import type { StackId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import { stackDefinitionSchema } from '../../../shared/model/stackDefinition.ts';
import { readYaml } from '../../commands/readYaml.ts';
import { createFitService } from './fitService.ts';
import { optimalFacts } from './testFacts.ts';
import { readTiers } from './tierCatalog.ts';

const resources = join(import.meta.dirname, '../../../../resources');
const directory = mkdtempSync(join(tmpdir(), 'fit-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const facts: Record<string, Facts> = { large: optimalFacts(), small: optimalFacts({ memory: { ...optimalFacts().memory, totalMib: 3900 } }) };
const privaxai = readYaml(readFileSync(join(resources, 'stacks/privaxai/stack.yaml'), 'utf8'));
const service = createFitService({
  tiersFile: join(resources, 'tiers', 'tiers.yaml'),
  select: (selector) => {
    if (selector === 'nobody') throw new AppError('selector.no-match', { selector });
    return ['large', 'small', 'new'].filter((name) => selector === 'all' || selector === name).map((name) => ({ id: name, name }) as unknown as Server);
  },
  facts: (id) => facts[id] ?? null,
  stack: async (id) => {
    if (id !== 'privaxai' || !privaxai.ok) throw new AppError('stack.not-found', { id });
    return stackDefinitionSchema.parse(privaxai.value);
  },
});
const judge = async (request: Omit<Parameters<typeof service.judge>[0], 'stack'> & { stack?: string }) =>
  (await service.judge({ ...request, stack: request.stack as StackId | undefined })).map(({ server, target, verdict }) => `${server} ${target.id} ${verdict}`);

it('judges every server against every tier, against one, against a stack, and against both', async () => {
  expect(await judge({ selector: 'all' })).toEqual([
    ...['large minimum meets', 'large recommended meets', 'large optimal meets'],
    ...['small minimum short', 'small recommended short', 'small optimal short'],
    ...['new minimum unknown', 'new recommended unknown', 'new optimal unknown'],
  ]);
  expect(await judge({ selector: 'large', tier: 'optimal' })).toEqual(['large optimal meets']);
  expect(await judge({ selector: 'all', stack: 'privaxai' })).toEqual(['large privaxai meets', 'small privaxai short', 'new privaxai unknown']);
  expect(await judge({ selector: 'small', tier: 'minimum', stack: 'privaxai' })).toEqual(['small minimum short', 'small privaxai short']);
});

it('passes on that nothing is picked and that there is no such stack', async () => {
  await expect(judge({ selector: 'nobody' })).rejects.toMatchObject({ code: 'selector.no-match' });
  await expect(judge({ selector: 'all', stack: 'nothing' })).rejects.toMatchObject({ code: 'stack.not-found' });
});

it('what the shipped stack is meant to run on is advised, each need of it with its own id', async () => {
  const [fit] = await service.judge({ selector: 'large', stack: 'privaxai' as StackId });
  const ids = fit?.requirements.map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(ids.length);
  expect(fit?.requirements.filter(({ level }) => level === 'advised').map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    ...['advised-cores meets', 'advised-memory meets', 'advised-storage-all meets', 'advised-gpu meets', 'advised-os short', 'advised-container-toolkit meets'],
  ]);
});

it.each([
  ['is not there', null],
  ['is no YAML', 'tiers: ['],
  ['has a tier of another shape', 'tiers: [{ id: minimum, title: a, summary: b, needs: { corse: 8 } }]'],
  ['has none', 'tiers: []'],
])('a file of tiers that %s is named, with what is wrong', async (what, text) => {
  const path = join(directory, `${what.replaceAll(' ', '-')}.yaml`);
  if (text !== null) writeFileSync(path, text);
  await expect(readTiers(path)).rejects.toMatchObject({ code: 'local.file-unreadable', data: { path } });
});
