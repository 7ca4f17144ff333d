import { type CloudResource, type CloudResourceFields, cloudResourceFieldsSchema, type ResourceKind } from '../../../shared/model/cloudResource.ts';
import { formatCost, parseCost } from '../../../shared/model/money.ts';

/** A cloud resource as it is being typed. */
export interface ResourceForm {
  name: string;
  kind: ResourceKind;
  provider: string;
  region: string;
  identifier: string;
  address: string;
  owner: string;
  cost: string;
  notes: string;
  servers: string;
  groups: string;
}

/** The form of a resource; null: of a new one. */
export function resourceFormOf(resource: CloudResource | null): ResourceForm {
  const text = (value: string | null | undefined) => value ?? '';
  return {
    name: text(resource?.name),
    kind: resource?.kind ?? 'load-balancer',
    provider: text(resource?.provider),
    ...{ region: text(resource?.region), identifier: text(resource?.identifier), address: text(resource?.address), owner: text(resource?.owner) },
    cost: resource?.cost ? formatCost(resource.cost) : '',
    notes: text(resource?.notes),
    servers: (resource?.servers ?? []).join(' '),
    groups: (resource?.groups ?? []).join(' '),
  };
}

/** The fields that a form says. A price that cannot be read is refused by its name. */
export function toResourceFields(form: ResourceForm): CloudResourceFields {
  const text = (value: string) => value.trim() || null;
  const words = (value: string) => [...new Set(value.split(/[\s,]+/).filter(Boolean))];
  return {
    ...{ name: form.name.trim(), kind: form.kind, provider: form.provider.trim() },
    ...{ region: text(form.region), identifier: text(form.identifier), address: text(form.address), owner: text(form.owner) },
    cost: form.cost.trim() === '' ? null : (parseCost(form.cost) ?? { amount: Number.NaN, currency: 'EUR', per: 'month' }),
    ...{ notes: text(form.notes), servers: words(form.servers), groups: words(form.groups) },
  };
}

/** What is wrong with a form, by field. */
export function resourceProblems(form: ResourceForm, others: readonly string[], servers: ReadonlySet<string>): { [K in keyof ResourceForm]?: string } {
  const fields = toResourceFields(form);
  const problems: { [K in keyof ResourceForm]?: string } = {};
  for (const { path, message } of cloudResourceFieldsSchema.safeParse(fields).error?.issues ?? []) {
    const key = String(path[0]) as keyof ResourceForm;
    problems[key] ??= key === 'cost' ? 'A price like 42 USD/month' : message;
  }
  for (const key of ['name', 'provider'] as const) if (form[key].trim() === '') problems[key] = 'Needed';
  if (others.includes(fields.name)) problems.name = 'Another resource has this name';
  const unknown = fields.servers.find((name) => !servers.has(name));
  if (unknown !== undefined) problems.servers = `No server is named ${unknown}`;
  return problems;
}

/** The fields that differ from those of a resource. */
export function resourceChanges(before: CloudResource, form: ResourceForm): Partial<CloudResourceFields> {
  const said = Object.entries(toResourceFields(form));
  return Object.fromEntries(said.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof CloudResourceFields])));
}
