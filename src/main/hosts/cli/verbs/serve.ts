import { spawn } from 'node:child_process';
import { Command } from 'commander';
import { AppError } from '../../../../shared/errors.ts';
import { runCore } from '../../headless/runCore.ts';
import { serve } from '../../headless/serve.ts';
import type { CliContext } from '../cliContext.ts';
import { ExitWith } from '../cliErrors.ts';
import { integer } from '../parseOptions.ts';
import { lockedExit } from '../startBackgroundCore.ts';
import type { Run } from './run.ts';

interface ServeOptions {
  port?: number;
  open?: boolean;
}

/** Opens an address in the person's browser; what cannot be opened has been printed anyway. */
function openInBrowser(url: string): void {
  const [program, ...args] = process.platform === 'darwin' ? ['open', url] : process.platform === 'win32' ? ['cmd', '/c', 'start', '', url] : ['xdg-open', url];
  if (program === undefined) return;
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}

async function serveApp(context: CliContext, options: ServeOptions): Promise<void> {
  const { output } = context;
  const served = await serve({ directory: context.directory, port: options.port ?? 0 });
  const url = served.link();
  if (output.json) output.document({ url, port: served.port, directory: context.directory });
  else {
    output.line(`Pilothouse is served at ${output.style('bold', url)}`);
    output.note('The link lets one browser in, once. Enter prints another one, Ctrl-C ends.');
  }
  if (options.open) openInBrowser(url);
  if (context.stdin.isTTY === true) context.stdin.on('data', () => output.line(served.link())).resume();
  await untilInterrupted();
  await served.close();
}

/** Resolves at the first Ctrl-C or TERM. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

async function core(context: CliContext, options: { idleExit?: number }): Promise<void> {
  try {
    await runCore({ directory: context.directory, idleExitS: options.idleExit ?? null, interrupted: untilInterrupted() });
  } catch (error) {
    if (AppError.is(error, 'core.locked')) throw new ExitWith(lockedExit);
    throw error;
  }
}

/** `pilothouse serve`: the browser host. `pilothouse core` is what the others start in the background. */
export function serveCommands(run: Run): [Command, Command] {
  return [
    new Command('serve')
      .description('serve the app to a browser on 127.0.0.1')
      .option('--port <port>', 'port; a free one when none is given', integer)
      .option('--open', 'open it in the browser')
      .addHelpText('after', '\nExample: pilothouse serve --open')
      .action(run(serveApp)),
    new Command('core')
      .description('run the core alone, for other commands to attach to')
      .option('--idle-exit <seconds>', 'end when idle for this long', integer)
      .action(run(core)),
  ];
}
