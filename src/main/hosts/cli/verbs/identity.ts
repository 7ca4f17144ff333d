import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { OperationId } from '../../../../shared/model/ids.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** `pilothouse identity …`: who signs here, and whose signatures are known. */
export function identityCommand(run: Run): Command {
  const identity = new Command('identity').description('who signs on this computer, and whose signatures are known');
  identity
    .command('show')
    .description('your name, and the fingerprint of your key')
    .addHelpText('after', '\nExample: pilothouse identity show')
    .action(run(show));
  identity
    .command('export')
    .description('your public key in one line: what others need to know your signatures')
    .addHelpText('after', '\nExample: pilothouse identity export > mara.pub')
    .action(run(exportKey));
  identity
    .command('people')
    .description('everybody whose signatures are known')
    .addHelpText('after', '\nExample: pilothouse identity people')
    .action(run(people));
  identity
    .command('add <name> <key>')
    .description('know somebody by the line that "identity export" printed on their computer, or a file with it')
    .option('--fingerprint <fingerprint>', 'what its owner reads to you by telephone; without it, it is shown and nothing is kept')
    .addHelpText('after', '\nExample: pilothouse identity add "Jonas Reuter" jonas.pub --fingerprint SHA256:…')
    .action(run(add));
  identity
    .command('revoke <name>')
    .description('nothing that they sign from now on counts')
    .addHelpText('after', '\nExample: pilothouse identity revoke "Jonas Reuter"')
    .action(run(revoke));
  return identity;
}

async function show(context: CliContext): Promise<void> {
  const { output } = context;
  const identity = await (await context.client()).identity.show({});
  if (output.json) return output.document({ identity });
  output.line(`${output.style('bold', identity.name)}  ${identity.fingerprint}`);
  output.note('Others know your signatures once they have added the line of "pilothouse identity export".');
}

async function exportKey(context: CliContext): Promise<void> {
  const { publicKey, fingerprint } = await (await context.client()).identity.show({});
  if (context.output.json) return context.output.document({ publicKey, fingerprint });
  context.output.line(publicKey);
}

async function people(context: CliContext): Promise<void> {
  const { output } = context;
  const { people: known } = await (await context.client()).identity.people({});
  if (output.json) return output.document({ people: known });
  const rows = known.map(({ name, fingerprint, self, revokedAtMs }) => [
    name,
    fingerprint,
    self ? 'this computer' : revokedAtMs === null ? '' : `revoked ${new Date(revokedAtMs).toISOString().slice(0, 10)}`,
  ]);
  for (const line of table(['NAME', 'KEY', ''], rows, output)) output.line(line);
}

async function add(context: CliContext, name: string, key: string, { fingerprint }: { fingerprint?: string }): Promise<void> {
  const { output } = context;
  const publicKey = key.startsWith('ssh-') ? key : (await textOf(context, key)).trim();
  const client = await context.client();
  if (fingerprint === undefined) {
    const seen = await client.identity.look({ publicKey });
    if (output.json) output.document(seen);
    else {
      output.line(`${name}: ${seen.fingerprint}${seen.name === '' ? '' : `, which calls itself "${seen.name}"`}`);
      output.note(`Have them read theirs to you ("pilothouse identity show"). If it is this one, add: --fingerprint ${seen.fingerprint}`);
    }
    throw new ExitWith(exitCodes.needsPerson);
  }
  const person = await client.identity.add({ requestId: newRequestId(), name, publicKey, fingerprint });
  if (output.json) output.document({ person });
  else output.line(`${person.name} is known by ${person.fingerprint}.`);
}

async function revoke(context: CliContext, name: string): Promise<void> {
  const person = await (await context.client()).identity.revoke({ requestId: newRequestId(), name });
  if (context.output.json) context.output.document({ person });
  else context.output.line(`Nothing that ${person.name} signs from now on counts.`);
}

/** `pilothouse approvals …`: consent of another person to what a run asks. */
export function approvalsCommand(run: Run): Command {
  const approvals = new Command('approvals').description('consent of another person, by another key, to what a run asks');
  approvals
    .command('request <operation> <step>')
    .description('the code for the other person: what all servers of this step ask')
    .addHelpText('after', '\nExample: pilothouse approvals request op_1f0… approve-restart')
    .action(run(request));
  approvals
    .command('sign <code>')
    .description('read what another person asks you to approve ("-": from standard input), and sign it')
    .option('--hours <hours>', 'how long it holds', integer, 24)
    .option('--yes', 'sign without being asked: you have read it')
    .addHelpText('after', '\nExample: pilothouse approvals sign ph-request-1.eyJ…')
    .action(run(signRequest));
  approvals
    .command('give <operation> <step> <approval>')
    .description('answer a step with the approval that came back ("-": from standard input)')
    .addHelpText('after', '\nExample: pilothouse approvals give op_1f0… approve-restart ph-approval-1.eyJ…')
    .action(run(give));
  return approvals;
}

async function request(context: CliContext, id: string, stepId: string): Promise<void> {
  const { output } = context;
  const { code, request: asked } = await (await context.client()).approvals.request({ id: id as OperationId, stepId });
  if (output.json) return output.document({ code, request: asked });
  for (const statement of asked.statements) for (const line of statement.split('\n')) output.note(`  ${line}`);
  output.note('The other person signs this with "pilothouse approvals sign" and sends back what it prints:');
  output.line(code);
}

async function signRequest(context: CliContext, given: string, { hours, yes }: { hours: number; yes?: boolean }): Promise<void> {
  const { output } = context;
  const code = await textOf(context, given);
  const client = await context.client();
  const asked = await client.approvals.read({ code });
  output.note(`${asked.startedBy.name} (${asked.startedBy.fingerprint}) asks you to approve:`);
  for (const statement of asked.statements) {
    output.note('');
    for (const line of statement.split('\n')) output.note(`  ${line}`);
  }
  if (!yes) {
    if (context.stdin.isTTY !== true) {
      output.problem('Nothing was signed: nobody is there to be asked. If you have read it, add --yes.');
      throw new ExitWith(exitCodes.needsPerson);
    }
    const prompt = createInterface({ input: context.stdin, output: process.stderr });
    const typed = await prompt.question(`\nType ${output.style('bold', 'approve')} to sign this for ${hours} h: `).finally(() => prompt.close());
    if (typed.trim() !== 'approve') {
      output.problem('Nothing was signed.');
      throw new ExitWith(exitCodes.refused);
    }
  }
  const { attestation, expiresAtMs } = await client.approvals.sign({ requestId: newRequestId(), code, hours });
  if (output.json) return output.document({ attestation, expiresAtMs });
  output.note(`Signed; it holds until ${new Date(expiresAtMs).toISOString()}. Send this back:`);
  output.line(attestation);
}

async function give(context: CliContext, id: string, stepId: string, given: string): Promise<void> {
  const attestation = await textOf(context, given);
  const client = await context.client();
  const { by, servers } = await client.approvals.give({ requestId: newRequestId(), id: id as OperationId, stepId, attestation: attestation.trim() });
  if (context.output.json) context.output.document({ by, servers });
  else context.output.line(`Approved by ${by} for ${servers.length} ${servers.length === 1 ? 'server' : 'servers'}; the run goes on.`);
}

/** A code as it was given, from standard input, or from a file. */
async function textOf(context: CliContext, given: string): Promise<string> {
  if (given.startsWith('ph-')) return given;
  if (given !== '-') {
    return readFile(given, 'utf8').catch(() => {
      throw new UsageError(`"${given.slice(0, 60)}" is neither what is expected nor a file that can be read.`);
    });
  }
  let text = '';
  for await (const chunk of context.stdin) text += String(chunk);
  return text;
}
