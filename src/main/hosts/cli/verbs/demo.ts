import { Command } from 'commander';
import { connectToCore } from '../../../transport/coreClient.ts';
import { socketAddress } from '../../../transport/socketAddress.ts';
import { serve } from '../../headless/serve.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith } from '../cliErrors.ts';
import { runDemoTour } from '../demoTour.ts';
import { exitCodes } from '../exitCodes.ts';
import { integer } from '../parseOptions.ts';
import type { Run } from './run.ts';
import { untilInterrupted } from './serve.ts';

interface DemoOptions {
  servers?: number;
  port?: number;
  keep?: boolean;
  headless?: boolean;
}

/** Runs another command line of this program in this process and returns its exit code. */
export type RunNested = (argv: string[]) => Promise<number>;

async function tour(context: CliContext, runNested: RunNested): Promise<void> {
  if (!(await runDemoTour(context.output, runNested))) throw new ExitWith(exitCodes.failed);
}

async function demo(context: CliContext, options: DemoOptions): Promise<void> {
  const { output } = context;
  const served = await serve({ directory: context.directory, port: options.port ?? 0 });
  const { client, close } = await connectToCore(socketAddress(context.directory));
  const { serverNames } = await client.demo.start({ requestId: newRequestId(), servers: options.servers ?? 6 });
  const url = served.link();
  if (output.json) output.document({ url, servers: serverNames });
  else {
    output.line(`The demo fleet is up: ${serverNames.join(', ')}.`);
    output.line(`Pilothouse is served at ${output.style('bold', url)}`);
    output.note(`They are stand-ins on this computer. Ctrl-C ends${options.keep ? '; their files stay' : ' and removes them'}.`);
  }
  await untilInterrupted();
  if (!options.keep) await client.demo.stop({ requestId: newRequestId() });
  close();
  await served.close();
}

/** `pilothouse demo`: the demo fleet with the app on it. */
export function demoCommand(run: Run, runNested: RunNested): Command {
  return new Command('demo')
    .description('try Pilothouse on stand-in servers on this computer')
    .option('--servers <n>', 'how many', integer)
    .option('--port <port>', 'port of the app', integer)
    .option('--keep', 'keep the demo servers for the next time')
    .option('--headless', 'walk through everything once, without a window, and end')
    .addHelpText('after', '\nExample: pilothouse demo --servers 6')
    .action(run((context: CliContext, options: DemoOptions) => (options.headless ? tour(context, runNested) : demo(context, options))));
}
