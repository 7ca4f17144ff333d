import { createHash } from 'node:crypto';
import { os } from '../../src/main/rpc/procedures.ts';
import type { Secret, SecretUse } from '../../src/shared/contract/secrets.ts';
import { AppError } from '../../src/shared/errors.ts';
import { stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;

/** Implements `secrets` of the contract: those of the stacks that run on the first servers, of own projects, and some of nobody. */
export function secretsHandlers(world: World) {
  const nowMs = Date.now();
  const placed = world.rows
    .values()
    .slice(0, 4)
    .flatMap((row) => row.stacks.map(({ stackId, release }) => ({ serverName: row.server.name, stackId, release: release ?? 'r1' })));
  for (const { serverName, stackId } of placed) {
    const definition = stackCatalog.find((stack) => stack.id === stackId);
    for (const [index, { name }] of (definition?.secrets ?? []).entries())
      world.secrets.set(`stack/${stackId}/${serverName}/${name}`, nowMs - (index * 17 + 3) * dayMs);
  }
  world.secrets.set('project/rag-bench/OPENAI_API_KEY', nowMs - 40 * dayMs);
  world.secrets.set('project/rag-bench/QDRANT__SERVICE__API_KEY', nowMs - 3 * dayMs);
  world.secrets.set('server/gpu-eu-01/passphrase', nowMs - 90 * dayMs);

  const usesOf = (whole: string): SecretUse[] => {
    const [kind, stackId = '', serverName = '', name = ''] = whole.split('/');
    const place = placed.find((each) => kind === 'stack' && each.stackId === stackId && each.serverName === serverName);
    const services = stackCatalog.find((stack) => stack.id === stackId)?.secrets.find((secret) => secret.name === name)?.usedBy ?? [];
    const newest = Number(place?.release.slice(1) ?? 1);
    if (place)
      return [{ stackId, serverName, services, release: place.release, since: `r${Math.max(1, newest - 2)}`, sinceMs: world.secrets.get(whole) ?? null }];
    if (kind !== 'project') return [];
    return ['stage-03', 'stage-04'].map((server) => ({ stackId, serverName: server, services: ['api', 'worker'], release: 'r4', since: null, sinceMs: null }));
  };
  const secretOf = (name: string, updatedAtMs: number): Secret => ({
    name,
    updatedAtMs,
    fingerprint: createHash('sha256').update(`${name}${updatedAtMs}`).digest('hex').slice(0, 12),
    uses: usesOf(name),
  });
  const all = () => [...world.secrets].map(([name, updatedAtMs]) => secretOf(name, updatedAtMs)).sort((a, b) => a.name.localeCompare(b.name));
  const definition = (id: string) => {
    const found = stackCatalog.find((stack) => stack.id === id);
    if (!found) throw new AppError('stack.not-found', { id });
    return found;
  };

  return {
    list: os.secrets.list.handler(() => ({ secrets: all(), keystores: ['key file'] })),
    set: os.secrets.set.handler(({ input }) => {
      world.secrets.set(input.name, Date.now());
      return {};
    }),
    unset: os.secrets.unset.handler(({ input }) => {
      if (!world.secrets.delete(input.name)) throw new AppError('secret.not-found', { name: input.name });
      return {};
    }),
    generate: os.secrets.generate.handler(({ input }) => {
      world.secrets.set(input.name, Date.now());
      return {};
    }),
    where: os.secrets.where.handler(({ input }) => ({
      uses: all()
        .filter(({ name }) => name === input.name || name.endsWith(`/${input.name}`))
        .flatMap(({ name, uses }) => uses.map((use) => ({ ...use, name }))),
    })),
    importEnv: os.secrets.importEnv.handler(({ input }) => {
      const wanted = definition(input.stackId).secrets.map(({ name }) => name);
      const names = [...input.text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)].map((match) => match[1] ?? '');
      const imported = names.filter((name) => wanted.includes(name));
      for (const name of imported) world.secrets.set(`stack/${input.stackId}/${input.server ?? 'all'}/${name}`, Date.now());
      return { imported, left: names.filter((name) => !wanted.includes(name)) };
    }),
    rotate: os.secrets.rotate.handler(({ input }) => {
      const stack = definition(input.stackId);
      const rows = world.select(input.selector);
      world.guard(rows, input.confirm, input.selector, `rotate ${input.name} of ${stack.title}`);
      for (const row of rows) world.secrets.set(`stack/${input.stackId}/${row.server.name}/${input.name}`, Date.now());
      const steps = [
        'Preflight',
        'Take the deploy lock',
        'Write a release with the new value',
        'Make the new value count',
        'Give it to the services in order',
        'Health gate',
      ];
      return {
        operation: world.operations.start({
          kind: 'secret-rotate',
          title: `Rotate ${input.name} of ${stack.title}`,
          subject: stack.id,
          rows,
          steps: steps.map((title, index) => ({ id: `step-${index}`, title })),
          who: 'Mara',
        }),
      };
    }),
  };
}
