import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Project, ProjectChoice } from '../../../../shared/contract/projects.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { ProjectOrigin } from '../../../../shared/model/stack.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, errorLines, UsageError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { concludeOperation, followOperation } from '../followOperation.ts';
import { guarded } from '../guarded.ts';
import { collect } from '../parseOptions.ts';
import { harmless, table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface AddOptions {
  from?: string;
  git?: string;
  ref?: string;
  path?: string;
  file?: string[];
  profile?: string[];
  envFile?: string[];
  submodules?: boolean;
  seal?: string[];
  plain?: string[];
}

/** What of the options says which project is meant. Throws UsageError unless it is exactly one. */
export function sourceOf(options: Pick<AddOptions, 'from' | 'git' | 'ref' | 'path'>, directory: string) {
  if ((options.from === undefined) === (options.git === undefined)) throw new UsageError('Say where the project is: --from DIR or --git URL.');
  if (options.from !== undefined) {
    if (options.ref !== undefined || options.path !== undefined) throw new UsageError('--ref and --path belong to --git.');
    return { kind: 'folder' as const, path: resolve(directory, options.from) };
  }
  return { kind: 'git' as const, url: options.git ?? '', ref: options.ref ?? 'HEAD', subdirectory: options.path ?? '' };
}

function choiceOf(options: AddOptions): ProjectChoice {
  return {
    files: options.file ?? [],
    profiles: options.profile ?? [],
    envFiles: options.envFile ?? [],
    submodules: options.submodules ?? false,
    seal: options.seal ?? [],
    plain: options.plain ?? [],
  };
}

async function add(context: CliContext, id: string, options: AddOptions): Promise<void> {
  const client = await context.client();
  const added = await client.projects.add({
    requestId: newRequestId(),
    id: id as StackId,
    source: sourceOf(options, process.cwd()),
    choice: choiceOf(options),
  });
  if (context.output.json) return context.output.document(added);
  for (const line of projectLines(added.project)) context.output.line(line);
  sayNotes(context, added.notes);
}

/** A project as people read it; of its secrets the names alone. */
export function projectLines(project: Project): string[] {
  const { secrets, kept } = project;
  return [
    `${project.id} version ${project.version}: ${project.files} files, ${project.services.length} services (${project.services.join(', ')})`,
    `from ${harmless(originOf(project.from))}`,
    `compose files: ${project.composeFiles.join(', ')}${project.profiles.length === 0 ? '' : `; profiles: ${project.profiles.join(', ')}`}`,
    ...(secrets.length === 0
      ? []
      : [
          `sealed as secrets: ${secrets.map(({ name, usedBy }) => `${name} (${usedBy.join(', ') || 'no service'})`).join(', ')}; --plain NAME leaves one as it is`,
        ]),
    ...(kept.length === 0 ? [] : [`data that stays on the server: ${kept.join(', ')}`]),
  ];
}

function originOf(from: ProjectOrigin): string {
  if (from.kind === 'folder') return from.path;
  if (from.kind === 'server') return `${from.path} on ${from.server}, adopted as ${from.project}`;
  return `${from.url} at ${from.ref}, commit ${from.commit.slice(0, 12)}${from.subdirectory === '' ? '' : `, ${from.subdirectory}`}`;
}

function sayNotes(context: CliContext, notes: readonly string[]): void {
  for (const note of notes) context.output.note(harmless(note));
}

async function refresh(context: CliContext, id: string, options: { ref?: string }): Promise<void> {
  const client = await context.client();
  const ref = options.ref === undefined ? {} : { ref: options.ref };
  const found = await client.projects.refresh({ requestId: newRequestId(), id: id as StackId, ...ref });
  if (context.output.json) return context.output.document(found);
  for (const { path, change } of found.changes) context.output.line(`${change.padEnd(8)} ${harmless(path)}`);
  for (const name of found.secretsChanged) context.output.line(`secret   ${name}`);
  if (found.changes.length + found.secretsChanged.length === 0) context.output.line('Nothing has changed.');
  else context.output.line(`${id} is at version ${found.project.version}. Deploy it with "pilothouse stacks deploy ${id} --on …".`);
  sayNotes(context, found.notes);
}

async function remove(context: CliContext, id: string, options: { force?: boolean }): Promise<void> {
  await (await context.client()).projects.remove({ requestId: newRequestId(), id: id as StackId, force: options.force ?? false });
  if (context.output.json) context.output.document({ removed: id });
  else context.output.line(`Removed ${id} from this computer.`);
}

async function list(context: CliContext): Promise<void> {
  const { projects } = await (await context.client()).projects.list({});
  if (context.output.json) return context.output.document({ projects });
  if (projects.length === 0) return context.output.note('There are none. Take one with "pilothouse stacks add NAME --from DIR".');
  const rows = projects.map((project) => [project.id, `v${project.version}`, project.services.join(','), harmless(originOf(project.from))]);
  for (const line of table(['NAME', 'VERSION', 'SERVICES', 'FROM'], rows, context.output)) context.output.line(line);
}

async function discover(context: CliContext, options: { on: string }): Promise<void> {
  const { output } = context;
  const { found, failures } = await (await context.client()).projects.discover({ selector: options.on });
  if (output.json) output.document({ found, failures });
  else {
    const rows = found.map((each) => [each.serverName, each.project, `${each.running}/${each.containers}`, each.services.join(','), each.workingDirectory]);
    if (rows.length === 0) output.note('No compose project runs there that Pilothouse does not look after.');
    else
      for (const line of table(
        ['SERVER', 'PROJECT', 'RUNNING', 'SERVICES', 'FOLDER'],
        rows.map((row) => row.map(harmless)),
        output,
      ))
        output.line(line);
    for (const { serverName, error } of failures) for (const line of errorLines(error, output)) output.problem(`${serverName}: ${line}`);
  }
  if (failures.length > 0) throw new ExitWith(exitCodes.failed);
}

async function adopt(context: CliContext, project: string, options: { on: string; as?: string; confirm?: string; detach?: boolean }): Promise<void> {
  const client = await context.client();
  const id = options.as === undefined ? {} : { id: options.as as StackId };
  const adopted = await guarded(context, options.confirm, (confirm) =>
    client.projects.adopt({ requestId: newRequestId(), server: options.on, project, ...id, ...confirm }),
  );
  if (!context.output.json) for (const line of projectLines(adopted.project)) context.output.line(line);
  sayNotes(context, adopted.notes);
  if (options.detach) {
    if (context.output.json) return context.output.document({ operation: adopted.operation });
    return context.output.line(adopted.operation.id);
  }
  concludeOperation(context, await followOperation(context, adopted.operation.id, { showOutput: false }));
}

/** Adds the verbs about a person's own compose projects to `pilothouse stacks`. */
export function addProjectCommands(stacks: Command, run: Run): void {
  const verb = (usage: string, description: string, example: string) =>
    stacks.command(usage).description(description).addHelpText('after', `\nExample: pilothouse stacks ${example}`);
  verb('add <name>', 'take a compose project of yours, as it is', 'add shop --from ~/shop --file compose.yaml --file compose.prod.yaml --profile web')
    .option('--from <dir>', 'its folder on this computer')
    .option('--git <url>', 'its repository; this computer’s git fetches it')
    .option('--ref <ref>', 'branch, tag or commit of the repository; its HEAD when not given')
    .option('--path <dir>', 'folder in the repository')
    .option('--file <file>', 'a compose file; may be given several times, later ones over earlier ones', collect)
    .option('--profile <name>', 'a profile that is on; may be given several times', collect)
    .option('--env-file <file>', 'where variables come from; .env when not given', collect)
    .option('--submodules', 'with the submodules of the repository')
    .option('--seal <variable>', 'it is a secret whatever its name tells', collect)
    .option('--plain <variable>', 'it is no secret whatever its name tells', collect)
    .action(run(add));
  verb('refresh <name>', 'take it anew from where it is from, and say what has changed', 'refresh shop --ref v2')
    .option('--ref <ref>', 'another branch, tag or commit')
    .action(run(refresh));
  verb('remove <name>', 'forget it on this computer; what runs goes on', 'remove shop').option('--force', 'even while it is deployed').action(run(remove));
  verb('projects', 'compose projects of yours', 'projects').action(run(list));
  verb('discover', 'compose projects that run on servers and that Pilothouse does not look after', 'discover --on all')
    .requiredOption('--on <selector>', 'which servers')
    .action(run(discover));
  verb('adopt <project>', 'look after one that runs already; no container is touched', 'adopt guestbook --on web-1')
    .requiredOption('--on <server>', 'which server')
    .option('--as <name>', 'name that it gets as a stack')
    .option('--detach', 'start it and return; prints the id')
    .option('--confirm <name>', 'for production: the name of the server')
    .action(run(adopt));
}
