import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { errorWording } from '../../../../shared/errorWording.ts';
import { findInstalledFiles } from '../../../core/installedFiles.ts';
import { version } from '../../../core/version.ts';
import type { CliContext } from '../cliContext.ts';
import { ExitWith, registeredError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { byteSize } from '../terminalText.ts';
import type { Run } from './run.ts';

interface Finding {
  what: string;
  state: 'ok' | 'missing' | 'broken';
  detail: string;
  /** What to do about it; empty where nothing is to be done. */
  remedy: string;
}

const ok = (what: string, detail: string): Finding => ({ what, state: 'ok', detail, remedy: '' });

function checkDirectory(directory: string): Finding {
  let existing = directory;
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    return { what: 'data directory', state: 'broken', detail: `${existing} is not writable`, remedy: 'Choose another with --data, or change its owner.' };
  }
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  if (free < 512 * 1024 * 1024)
    return { what: 'data directory', state: 'broken', detail: `only ${byteSize(free)} free at ${existing}`, remedy: 'Free some space.' };
  return ok('data directory', `${directory}, ${byteSize(free)} free`);
}

function checkAgent(environment: NodeJS.ProcessEnv): Finding {
  const socket = environment['SSH_AUTH_SOCK'];
  if (socket !== undefined && existsSync(socket)) return ok('SSH agent', socket);
  return { what: 'SSH agent', state: 'missing', detail: 'none answers', remedy: 'Start ssh-agent and ssh-add your key, or give key files per server.' };
}

function checkFile(what: string, path: string, remedy: string): Finding {
  return existsSync(path) ? ok(what, path) : { what, state: 'missing', detail: `${path} is not there`, remedy };
}

function checkRenderer(): Finding {
  const { renderer } = findInstalledFiles(import.meta.dirname);
  return renderer === null ? { what: 'app', state: 'missing', detail: 'it was not built', remedy: 'npm run build' } : ok('app', renderer);
}

async function checkCore(context: CliContext): Promise<Finding> {
  try {
    const hello = await (await context.client()).system.hello({});
    if (hello.version !== version)
      return {
        what: 'core',
        state: 'broken',
        detail: `process ${hello.pid} is version ${hello.version}, this is ${version}`,
        remedy: 'End the old one; the next command starts a new one.',
      };
    return ok('core', `process ${hello.pid}, version ${hello.version}, for ${hello.who}`);
  } catch (error) {
    const registered = registeredError(error);
    const wording = registered === null ? { sentence: String(error), next: 'Look into the logs folder of the data directory.' } : errorWording(registered);
    return { what: 'core', state: 'broken', detail: wording.sentence, remedy: wording.next };
  }
}

async function checkDemo(context: CliContext): Promise<Finding> {
  try {
    const status = await (await context.client()).demo.status({});
    return status.available
      ? ok('demo fleet', `can run here; ${status.running} running`)
      : { what: 'demo fleet', state: 'missing', detail: status.reason ?? 'not available', remedy: 'Use real servers, or Linux or macOS.' };
  } catch {
    return { what: 'demo fleet', state: 'broken', detail: 'the core does not answer', remedy: 'See "core".' };
  }
}

async function doctor(context: CliContext): Promise<void> {
  const { output } = context;
  const findings = [
    ok('Pilothouse', `${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`),
    checkDirectory(context.directory),
    await checkCore(context),
    checkRenderer(),
    checkAgent(context.environment),
    checkFile('known_hosts', join(homedir(), '.ssh', 'known_hosts'), 'Nothing to do: keys are then confirmed one by one.'),
    checkFile('SSH config', join(homedir(), '.ssh', 'config'), 'Nothing to do: servers can be added by hand.'),
    await checkDemo(context),
  ];
  if (output.json) output.document({ findings });
  else {
    for (const finding of findings) {
      const mark = finding.state === 'ok' ? output.style('green', '✓') : finding.state === 'missing' ? output.style('yellow', '–') : output.style('red', '✗');
      output.line(`${mark} ${finding.what.padEnd(15)} ${finding.detail}${finding.remedy === '' ? '' : `\n  ${output.style('dim', finding.remedy)}`}`);
    }
  }
  if (findings.some((finding) => finding.state === 'broken')) throw new ExitWith(exitCodes.failed);
}

/** `pilothouse doctor`: what this machine has and lacks, with the remedy. */
export function doctorCommand(run: Run): Command {
  return new Command('doctor')
    .description('what this computer has and lacks, with the remedy')
    .addHelpText('after', '\nExample: pilothouse doctor')
    .action(run(doctor));
}
