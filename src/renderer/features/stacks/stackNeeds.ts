import { needsOf, type ServiceNeeds, type StackDefinition, type StackService } from '../../../shared/model/stackDefinition.ts';

/** What services take together. Sums leave out what a service does not tell. */
export interface NeedsSum {
  services: number;
  cores: number;
  memoryMib: number;
  vramMib: number;
  diskMib: number;
  /** After three months; the same as `diskMib` where nothing grows. */
  diskMibLater: number;
}

/** Whether a service runs where these profiles are on. */
export function runsWith(service: Pick<StackService, 'profiles'>, profiles: ReadonlySet<string>): boolean {
  return service.profiles === undefined || service.profiles.length === 0 || service.profiles.some((name) => profiles.has(name));
}

/** The sum of what services take with these values of parameters. */
export function sumNeeds(services: readonly StackService[], parameters: Readonly<Record<string, string>>): NeedsSum {
  const sum: NeedsSum = { services: services.length, cores: 0, memoryMib: 0, vramMib: 0, diskMib: 0, diskMibLater: 0 };
  for (const service of services) {
    const needs: ServiceNeeds = needsOf(service, parameters);
    sum.cores += needs.cores ?? 0;
    sum.memoryMib += needs.memoryMib ?? 0;
    sum.vramMib += needs.vramMib ?? 0;
    sum.diskMib += needs.diskMib ?? 0;
    sum.diskMibLater += needs.diskMibLater ?? needs.diskMib ?? 0;
  }
  return sum;
}

/** The sum of each profile alone, between what always runs and everything together. Without profiles only everything. */
export function sumsByProfile(stack: StackDefinition, parameters: Readonly<Record<string, string>>): { title: string; sum: NeedsSum }[] {
  const all = { title: 'Everything', sum: sumNeeds(stack.services, parameters) };
  if (stack.profiles.length === 0) return [all];
  const always = stack.services.filter((service) => runsWith(service, new Set()));
  const added = stack.profiles.map(({ name, title }) => ({
    title,
    sum: sumNeeds(
      stack.services.filter((service) => service.profiles?.includes(name)),
      parameters,
    ),
  }));
  return [{ title: 'Always', sum: sumNeeds(always, parameters) }, ...added, all];
}

/** Defaults of a stack's parameters by name. */
export function defaultsOf(stack: Pick<StackDefinition, 'parameters'>): Record<string, string> {
  return Object.fromEntries(stack.parameters.map(({ name, default: value }) => [name, value ?? '']));
}

/** A text of a definition with values in place of `${name}`; a name without a value stays. */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => values[name] || whole);
}

/** The ports of a stack that are published on its server, with the defaults of parameters, by who may reach them. */
export function publishedPorts(
  stack: Pick<StackDefinition, 'ports' | 'parameters'>,
): { port: string; service: string; exposure: 'loopback' | 'private' | 'public' }[] {
  const values = defaultsOf(stack);
  return stack.ports.flatMap(({ port, service, exposure }) => (exposure === 'internal' ? [] : [{ port: fillIn(port, values), service, exposure }]));
}

/** Cards that a stack is advised to have, as `1 × 24 GB`; null: it needs none. */
export function advisedCards(stack: Pick<StackDefinition, 'advised' | 'requirements'>): string | null {
  const first = stack.advised?.gpus?.[0];
  if (first) return `${first.count} × ${first.vramGb} GB`;
  const { gpus, vramMib } = stack.requirements;
  if (!gpus) return null;
  return vramMib ? `${gpus} × ${Math.round(vramMib / 1024)} GB` : String(gpus);
}
