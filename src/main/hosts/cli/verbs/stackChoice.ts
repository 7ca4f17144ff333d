import type { Command } from 'commander';
import { assignment, collect } from '../parseOptions.ts';

/** What of a stack is wanted, as options say it. */
export interface ChoiceOptions {
  set?: Record<string, string>;
  /** False: none of them. */
  profile?: string[] | false;
  role?: Record<string, string>;
}

/** Adds the options that say what of a stack is wanted; `roles` also where it is to run. */
export function addChoiceOptions(command: Command, options: { roles: boolean }): Command {
  command
    .option('--set <key=value>', 'a parameter; may be given several times', assignment)
    .option('--profile <name>', 'turn a profile on; may be given several times; without it those of the environment', collect)
    .option('--no-profile', 'no profile at all');
  if (options.roles)
    command.option('--role <role=selector>', 'which of the servers have a role; for a stack over several servers, each of its roles', assignment);
  return command;
}

/** The choice as calls take it; what was not said is left to the server. */
export function choiceOf(options: ChoiceOptions): { parameters: Record<string, string>; profiles?: string[]; roles?: Record<string, string> } {
  const { profile, role } = options;
  return {
    parameters: options.set ?? {},
    ...(profile === undefined ? {} : { profiles: profile === false ? [] : profile }),
    ...(role === undefined ? {} : { roles: role }),
  };
}
