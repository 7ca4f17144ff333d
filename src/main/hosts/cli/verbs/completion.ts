import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { findInstalledFiles } from '../../../core/installedFiles.ts';
import type { CliContext } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import type { Run } from './run.ts';

/** Words that may come next after `words` in the command tree. */
export function completions(program: Command, words: readonly string[]): string[] {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next !== undefined) command = next;
  }
  const options = command.options.map((option) => option.long ?? option.short ?? '').filter((name) => name !== '');
  return [...command.commands.map((candidate) => candidate.name()).filter((name) => !name.startsWith('_')), ...options];
}

const shells = ['bash', 'zsh', 'fish'];

/** `pilothouse completion SHELL` prints the script; `__complete` is what the script asks. */
export function completionCommands(run: Run, program: Command): Command[] {
  return [
    new Command('completion')
      .description('completion for bash, zsh or fish')
      .argument('<shell>', 'bash, zsh or fish')
      .addHelpText('after', '\nExample: pilothouse completion bash > ~/.local/share/bash-completion/completions/pilothouse')
      .action(
        run((context: CliContext, shell: string) => {
          if (!shells.includes(shell)) throw new UsageError(`There is no completion for ${shell}. Shells: ${shells.join(', ')}.`);
          const { resources } = findInstalledFiles(import.meta.dirname);
          context.output.raw(readFileSync(join(resources, 'completion', `pilothouse.${shell}`)));
        }),
      ),
    new Command('__complete')
      .argument('[words...]')
      .allowUnknownOption()
      .action(
        run((context: CliContext, words: string[]) => {
          for (const word of completions(program, words)) context.output.line(word);
        }),
      ),
  ];
}
