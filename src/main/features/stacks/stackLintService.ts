import { readFile } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import type { Facts } from '../../../shared/model/facts.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { InputValues } from '../../../shared/model/inputDefinition.ts';
import type { LintReport, LintRuleText, Trap } from '../../../shared/model/lint.ts';
import type { Environment, Server } from '../../../shared/model/server.ts';
import { type RenderedStack, renderStack, type StackSource } from './definition/renderStack.ts';
import { allRules } from './lint/allRules.ts';
import type { LintFile } from './lint/composeProject.ts';
import { lintProject } from './lint/lintProject.ts';
import { lintRendered } from './lint/lintRendered.ts';
import type { LintServer } from './lint/lintSubject.ts';
import { serverOfFacts } from './lint/serverOfFacts.ts';
import { explain, readTraps, ruleText } from './lint/traps.ts';

/** A port that a container publishes on a server, as last seen. */
export interface SeenPort {
  stackId: string;
  service: string;
  address: string;
  port: number;
}

/** What lint needs from the rest of the core. */
export interface StackLintPorts {
  /** The list of known traps. */
  trapsFile: string;
  /** A stack as the catalogue has it. Throws `stack.not-found`, `stack.definition-invalid`. */
  source(id: string): Promise<StackSource>;
  /** A stack for each server that a selector picks, with the values that a deploy would use. */
  rendered(request: LintStackRequest & { selector: string }): Promise<{ server: Server; stack: RenderedStack }[]>;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  selectServers(selector: string): Promise<Server[]>;
  /** Facts that were read last; null: never. */
  facts(id: ServerId): Facts | null;
  /** Ports that stacks publish there as last seen; null: nobody looked. */
  ports(id: ServerId): SeenPort[] | null;
}

/** A stack of the catalogue to judge. */
export interface LintStackRequest {
  id: string;
  parameters: InputValues;
  profiles?: string[] | undefined;
}

/** What is to be judged: a stack or files, on servers or on none in particular. */
export interface LintRequest {
  id?: string | undefined;
  files?: LintFile[] | undefined;
  selector?: string | undefined;
  parameters: InputValues;
  profiles?: string[] | undefined;
  environment?: Environment | undefined;
}

/** Looks for known traps in stacks and projects. Asks no server. */
export interface StackLintService {
  /** A report for each server, or one without any. Throws `stack.compose-malformed` and what rendering throws. */
  run(request: LintRequest): Promise<LintReport[]>;
  rules(): Promise<{ rules: LintRuleText[]; traps: Trap[] }>;
  /** Throws `lint.not-found`. */
  explain(id: string): Promise<{ trap: Trap | null; rules: LintRuleText[]; traps: Trap[] }>;
}

/** Makes the service. The list of traps is read when it is asked for. */
export function createStackLintService(ports: StackLintPorts): StackLintService {
  const traps = async () => readTraps(ports.trapsFile, await readFile(ports.trapsFile, 'utf8'));
  return {
    async run({ id, files, selector, parameters, profiles, environment }) {
      if (files !== undefined) {
        const servers = selector === undefined ? [null] : (await ports.selectServers(selector)).map((server) => lintServer(ports, server, null));
        return servers.map((server) => lintProject({ files, profiles, values: parameters, server }));
      }
      if (id === undefined) throw new AppError('input.invalid', { issues: [{ path: 'id', message: 'either a stack or files' }] });
      const source = await ports.source(id);
      const { definition } = source;
      if (selector === undefined) return [lintRendered({ stack: renderStack(source, parameters, { profiles, environment }), definition, server: null })];
      const rendered = await ports.rendered({ id, parameters, profiles, selector });
      return rendered.map(({ server, stack }) => lintRendered({ stack, definition, server: lintServer(ports, server, stack.stackId) }));
    },
    rules: async () => ({ rules: allRules.map(ruleText), traps: await traps() }),
    explain: async (id) => explain(await traps(), id),
  };
}

/** What lint knows of a server. `stackId`: whose own ports may be taken; null: a project that runs nowhere yet. */
export function lintServer(ports: Pick<StackLintPorts, 'facts' | 'ports'>, server: Pick<Server, 'id' | 'name'>, stackId: string | null): LintServer {
  const seen = ports.ports(server.id);
  return serverOfFacts(server.name, ports.facts(server.id), {
    others:
      seen?.flatMap((each) => (each.stackId === stackId ? [] : [{ stack: each.stackId, service: each.service, address: each.address, port: each.port }])) ?? [],
    own: seen === null ? null : seen.filter((each) => each.stackId === stackId),
  });
}

/**
 * Refuses what has errors that nobody accepted, for any of the servers. Throws `guard.lint` with the rules and what they found. Returns
 * the rules that were accepted and did find an error.
 */
export function refuseErrors(title: string, reports: readonly LintReport[], accept: readonly string[]): string[] {
  const errors = reports.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error');
  const refused = errors.filter(({ rule }) => !accept.includes(rule));
  if (refused.length > 0) {
    const rules = [...new Set(refused.map(({ rule }) => rule))];
    const findings = [...new Set(refused.map(({ reason }) => reason.slice(0, 500)))].slice(0, 5);
    throw new AppError('guard.lint', { stack: title, rules: rules.slice(0, 50), findings });
  }
  return [...new Set(errors.map(({ rule }) => rule))];
}
