import { Command, CommanderError } from 'commander';
import { dataDirectory } from '../../core/dataDirectory.ts';
import { version } from '../../core/version.ts';
import type { CoreConnection } from '../../transport/coreClient.ts';
import type { CliContext } from './cliContext.ts';
import { reportFailure } from './cliErrors.ts';
import { exitCodes } from './exitCodes.ts';
import { hoistGlobals } from './hoistGlobals.ts';
import { connectOrStart } from './startBackgroundCore.ts';
import { createOutput } from './terminalText.ts';
import { activityCommand } from './verbs/activity.ts';
import { alertsCommand } from './verbs/alerts.ts';
import { auditsCommand } from './verbs/audits.ts';
import { backupsCommand } from './verbs/backups.ts';
import { catalogueCommand } from './verbs/catalogue.ts';
import { completionCommands } from './verbs/completion.ts';
import { copyCommand } from './verbs/copy.ts';
import { costsCommand } from './verbs/costs.ts';
import { demoCommand } from './verbs/demo.ts';
import { doctorCommand } from './verbs/doctor.ts';
import { documentsCommand } from './verbs/documents.ts';
import { execCommand } from './verbs/exec.ts';
import { forwardCommand } from './verbs/forward.ts';
import { groupsCommand } from './verbs/groups.ts';
import { guideCommand } from './verbs/guide.ts';
import { healthCommand } from './verbs/health.ts';
import { historyCommand } from './verbs/history.ts';
import { approvalsCommand, identityCommand } from './verbs/identity.ts';
import { incidentsCommand } from './verbs/incidents.ts';
import { keysCommand } from './verbs/keys.ts';
import { logsCommand } from './verbs/logs.ts';
import { operationsCommands } from './verbs/operations.ts';
import { probesCommand } from './verbs/probes.ts';
import { resourcesCommand } from './verbs/resources.ts';
import type { Run } from './verbs/run.ts';
import { runbooksCommand } from './verbs/runbooks.ts';
import { schedulesCommand } from './verbs/schedules.ts';
import { secretsCommand } from './verbs/secrets.ts';
import { serveCommands } from './verbs/serve.ts';
import { serversCommand } from './verbs/servers.ts';
import { stacksCommand } from './verbs/stacks.ts';
import { terminalCommand } from './verbs/terminal.ts';
import { windowsCommand } from './verbs/windows.ts';
import { workflowsCommand } from './verbs/workflows.ts';

/** What the command line is run with. */
export interface CliHost {
  /** Words after the program's name. */
  argv: readonly string[];
  /** How this program is started again to be the core in the background: Node's arguments. */
  entry: readonly string[];
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  environment: NodeJS.ProcessEnv;
}

/** Runs one command and returns its exit code. */
export async function runCli(host: CliHost): Promise<number> {
  let exitCode: number = exitCodes.done;
  const open: Promise<CoreConnection>[] = [];
  const program = new Command('pilothouse')
    .description('Control plane for fleets of inference servers')
    .version(version)
    .option('--data <dir>', 'data directory; PILOTHOUSE_DATA or the platform default when not given')
    .option('--json', 'one JSON document on standard output (lines for streams)')
    .option('--quiet', 'results and errors only')
    .option('--no-color', 'no colours')
    .enablePositionalOptions()
    .showHelpAfterError('See it with --help.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => host.stdout.write(text), writeErr: (text) => host.stderr.write(text) });

  const run: Run =
    (action) =>
    async (...given) => {
      // Commander hands over arguments, then options, then the command itself.
      const context = contextOf(host, program.opts(), open);
      try {
        await action(context, ...given.slice(0, -1));
      } catch (error) {
        exitCode = reportFailure(error, context.output);
      }
    };

  const [serve, core] = serveCommands(run);
  const visible = [
    serve,
    demoCommand(run, (argv) => runCli({ ...host, argv })),
    doctorCommand(run),
    serversCommand(run),
    execCommand(run),
    copyCommand(run),
    forwardCommand(run),
    historyCommand(run),
    terminalCommand(run),
    logsCommand(run),
    healthCommand(run),
    probesCommand(run),
    alertsCommand(run),
    workflowsCommand(run),
    runbooksCommand(run),
    auditsCommand(run),
    schedulesCommand(run),
    windowsCommand(run),
    ...operationsCommands(run),
    stacksCommand(run),
    groupsCommand(run),
    guideCommand(run),
    backupsCommand(run),
    resourcesCommand(run),
    documentsCommand(run),
    catalogueCommand(run),
    costsCommand(run),
    keysCommand(run),
    secretsCommand(run),
    identityCommand(run),
    approvalsCommand(run),
    activityCommand(run),
    incidentsCommand(run),
  ];
  for (const command of visible) program.addCommand(command);
  const [completion, complete] = completionCommands(run, program);
  if (completion !== undefined) program.addCommand(completion);
  for (const hidden of [core, complete]) if (hidden !== undefined) program.addCommand(hidden, { hidden: true });
  everyCommand(program, (command) => command.exitOverride().showHelpAfterError('See it with --help.'));

  try {
    await program.parseAsync(hoistGlobals(host.argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } finally {
    for (const connection of open) await connection.then((connected) => connected.close()).catch(() => {});
  }
  return exitCode;
}

function everyCommand(command: Command, visit: (command: Command) => void): void {
  for (const child of command.commands) {
    visit(child);
    everyCommand(child, visit);
  }
}

function contextOf(host: CliHost, options: { data?: string; json?: boolean; quiet?: boolean; color?: boolean }, open: Promise<CoreConnection>[]): CliContext {
  const directory = dataDirectory(options.data, host.environment);
  let connection: Promise<CoreConnection> | null = null;
  const connect = () => {
    if (connection === null) {
      connection = connectOrStart(directory, host.entry, host.environment);
      open.push(connection);
      // Whoever asks again after it was lost gets another one.
      const forget = () => {
        connection = null;
      };
      connection.then(({ closed }) => closed.then(forget), forget);
    }
    return connection;
  };
  return {
    output: createOutput({
      json: options.json ?? false,
      quiet: options.quiet ?? false,
      color: options.color ?? true,
      stdout: host.stdout,
      stderr: host.stderr,
      environment: host.environment,
    }),
    directory,
    stdin: host.stdin,
    environment: host.environment,
    connect,
    client: async () => (await connect()).client,
  };
}
