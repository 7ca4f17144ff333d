import type { Environment } from '../../../../shared/model/server.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import type { StrategyName } from '../../targets/StrategyField.tsx';

/** The steps of a deploy, each with an address of its own. */
export const deploySteps = ['values', 'servers', 'plan', 'confirm'] as const;
export type DeployStep = (typeof deploySteps)[number];

/** What is wanted, as the address has it; secrets are never part of it. */
export interface DeployDraft {
  step: DeployStep;
  /** Selector of the servers, where each runs the whole stack. */
  selector: string;
  /** Parameters that were given. */
  values: Readonly<Record<string, string>>;
  /** Null: those of each server's environment. */
  profiles: readonly string[] | null;
  /** What is not given: as the definition says, or as in the release that runs. */
  base: 'definition' | 'current';
  /** Selectors by role; null: each server runs the whole stack. */
  roles: Readonly<Record<string, string>> | null;
  order: StrategyName;
  /** Servers that may fail before the rest is not begun; null: none. */
  failures: number | null;
  /** Seconds for which each release is watched after its gates; null: as the settings say. */
  soakS: number | null;
  /** Rules of lint whose errors are accepted. */
  accepted: readonly string[];
  /** Server whose plan is looked at. */
  server: string | null;
}

/** What the address of a deploy holds. */
export interface DeploySearch {
  on?: string | undefined;
  step?: 'servers' | 'plan' | 'confirm' | undefined;
  set?: Record<string, string> | undefined;
  profiles?: string[] | undefined;
  base?: 'current' | undefined;
  roles?: Record<string, string> | undefined;
  order?: StrategyName | undefined;
  failures?: number | undefined;
  soak?: number | undefined;
  accept?: string[] | undefined;
  server?: string | undefined;
}

/** Reads an address. */
export function draftOf(search: DeploySearch): DeployDraft {
  return {
    step: search.step ?? 'values',
    selector: search.on ?? '',
    values: search.set ?? {},
    profiles: search.profiles ?? null,
    base: search.base ?? 'definition',
    roles: search.roles ?? null,
    order: search.order ?? 'canary',
    failures: search.failures ?? null,
    soakS: search.soak ?? null,
    accepted: search.accept ?? [],
    server: search.server ?? null,
  };
}

/** Writes an address; what is as it begins is left out. */
export function searchOf(draft: DeployDraft): DeploySearch {
  return {
    ...(draft.selector === '' ? {} : { on: draft.selector }),
    ...(draft.step === 'values' ? {} : { step: draft.step }),
    ...(Object.keys(draft.values).length === 0 ? {} : { set: { ...draft.values } }),
    ...(draft.profiles === null ? {} : { profiles: [...draft.profiles] }),
    ...(draft.base === 'definition' ? {} : { base: draft.base }),
    ...(draft.roles === null ? {} : { roles: { ...draft.roles } }),
    ...(draft.order === 'canary' ? {} : { order: draft.order }),
    ...(draft.failures === null ? {} : { failures: draft.failures }),
    ...(draft.soakS === null ? {} : { soak: draft.soakS }),
    ...(draft.accepted.length === 0 ? {} : { accept: [...draft.accepted] }),
    ...(draft.server === null ? {} : { server: draft.server }),
  };
}

/** One selector for all servers of a deploy: those of the roles together, or those that were picked. */
export function wholeSelector(draft: Pick<DeployDraft, 'selector' | 'roles'>): string {
  if (draft.roles === null) return draft.selector.trim();
  return [...new Set(Object.values(draft.roles).map((each) => each.trim()))].filter((each) => each !== '').join(',');
}

/** Names that a selector lists one by one; null where it says more than names. */
export function namesIn(selector: string): string[] | null {
  const names = selector
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return names.every((name) => /^[a-z0-9][a-z0-9.-]*$/.test(name) && name !== 'all') ? names : null;
}

/** A selector with a server put into it, or taken out where it lists it by its name. */
export function toggleServer(selector: string, name: string): string {
  const names = namesIn(selector);
  if (names === null) return `${selector.trim()},${name}`;
  return (names.includes(name) ? names.filter((each) => each !== name) : [...names, name]).join(',');
}

/** Where the value of a parameter comes from, and what it is; null: it is not the same everywhere. */
export interface ParameterSource {
  value: string | null;
  from: 'given' | 'running' | 'environment' | 'default' | 'needed';
  /** In words, for people. */
  said: string;
}

/** What a parameter will be on servers of these environments, where `running` has the values of the releases that run there. */
export function sourceOf(
  stack: Pick<StackDefinition, 'environments' | 'parameters'>,
  name: string,
  draft: Pick<DeployDraft, 'values' | 'base'>,
  environments: readonly Environment[],
  running: readonly Readonly<Record<string, string>>[],
): ParameterSource {
  const parameter = stack.parameters.find((each) => each.name === name);
  const given = draft.values[name];
  if (given !== undefined) return { value: given, from: 'given', said: 'given here' };
  if (draft.base === 'current' && running.length > 0) {
    const values = [...new Set(running.map((each) => each[name] ?? parameter?.default ?? ''))];
    return {
      value: values.length === 1 ? (values[0] ?? '') : null,
      from: 'running',
      said: values.length === 1 ? 'as it runs' : `as it runs: ${values.join(', ')}`,
    };
  }
  const own = (environment: Environment) => stack.environments[environment]?.parameters[name];
  const values = [...new Set(environments.map((environment) => own(environment) ?? parameter?.default))];
  if (values.length > 1) {
    const said = environments.map((environment) => `${environment} ${own(environment) ?? parameter?.default ?? 'none'}`).join(', ');
    return { value: null, from: 'environment', said };
  }
  const only = environments[0];
  if (only !== undefined && own(only) !== undefined) return { value: own(only) ?? '', from: 'environment', said: `for ${only}` };
  if (parameter?.default === undefined) return { value: '', from: 'needed', said: 'needed' };
  const differing = Object.entries(stack.environments).flatMap(([environment, { parameters }]) =>
    parameters[name] === undefined || parameters[name] === parameter.default ? [] : [`${environment} ${parameters[name]}`],
  );
  const said = environments.length === 0 && differing.length > 0 ? `default; ${differing.join(', ')}` : 'default';
  return { value: parameter.default, from: 'default', said };
}
