import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { LoginEvent } from '../../../../shared/contract/access.ts';
import type { ConnectionDetails, HostCertificate, HostKey } from '../../../../shared/model/server.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, errorLines } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { guarded, readSecret } from '../guarded.ts';
import { collect } from '../parseOptions.ts';
import type { Run } from './run.ts';

/** A key as one line: type, fingerprint, and whether it is an authority's. */
export function keyLine({ type, fingerprint, authority }: HostKey): string {
  return `${type}  ${fingerprint}${authority === true ? '  (authority)' : ''}`;
}

/** A host certificate as lines. */
export function certificateLines(certificate: HostCertificate): string[] {
  const { keyId, authority, principals, validUntilMs, flaw, authorityKnown } = certificate;
  const until = validUntilMs === null ? 'without a limit' : `until ${new Date(validUntilMs).toISOString()}`;
  return [
    `certificate  "${keyId}" for ${principals.join(', ') || 'no host'}, ${until}`,
    `signed by    ${keyLine(authority)}${authorityKnown ? '' : ', which is not known here'}`,
    ...(flaw === null ? [] : [`its flaw     ${flaw}`]),
  ];
}

/** How a connection was made, as one line. */
export function connectionLine({ lane, user, login, via, hostKey, authority, serverVersion, keyExchange, cipher, mac }: ConnectionDetails): string {
  const steps = login.map(({ method, key }) => (key === null ? method : `${method} ${key.fingerprint} (${key.path ?? 'agent'})`)).join(', then ');
  const way = via.length === 0 ? '' : ` through ${via.join(', ')}`;
  const trusted = authority === null ? hostKey.fingerprint : `${hostKey.fingerprint} by authority ${authority.fingerprint}`;
  return `${lane}: ${user} by ${steps}${way}; host key ${hostKey.type} ${trusted}; ${serverVersion}, ${keyExchange}, ${cipher}${mac === null ? '' : `, ${mac}`}`;
}

interface TrustOptions {
  fingerprint?: string;
  rotate?: boolean;
  accept?: string[];
  drop?: string[];
  confirm?: string;
}

async function trust(context: CliContext, name: string, options: TrustOptions): Promise<void> {
  if (options.rotate) return rotate(context, name, options);
  const { output } = context;
  const client = await context.client();
  if (options.fingerprint === undefined) {
    const scan = await client.servers.scanHostKey({ name });
    if (output.json) output.document(scan);
    else {
      output.line(`${name} offers  ${keyLine(scan.offered)}`);
      if (scan.certificate !== null) for (const line of certificateLines(scan.certificate)) output.line(line);
      for (const key of scan.pinned) output.line(`pinned is    ${keyLine(key)}`);
      output.line(`known_hosts  ${scan.vouchedBy === null ? scan.knownHosts : `vouches by authority ${scan.vouchedBy.fingerprint}`}`);
      for (const { key, marker, file, line } of scan.recorded) output.line(`  ${file}:${line}  ${marker === 'none' ? '' : `@${marker} `}${keyLine(key)}`);
      output.note(`If this is the right key: pilothouse servers trust ${name} --fingerprint ${scan.offered.fingerprint}`);
      if (scan.certificate?.flaw === null)
        output.note(`To trust its authority: pilothouse servers trust ${name} --fingerprint ${scan.certificate.authority.fingerprint}`);
    }
    throw new ExitWith(exitCodes.needsPerson);
  }
  const { server } = await client.servers.trust({ requestId: newRequestId(), name, fingerprint: options.fingerprint });
  if (output.json) output.document({ server });
  else output.line(`${name} is trusted by ${server.hostKeys.map(keyLine).join(', ')}`);
}

async function rotate(context: CliContext, name: string, { accept = [], drop = [], confirm }: TrustOptions): Promise<void> {
  const { output } = context;
  const client = await context.client();
  // A server tells its keys at a login.
  if ((await client.access.hostKeys({ name })).told === null) await client.servers.test({ name });
  if (accept.length > 0 || drop.length > 0) {
    const { server } = await guarded(context, confirm, (confirmed) =>
      client.access.rotate({ requestId: newRequestId(), name, add: accept, remove: drop, ...confirmed }),
    );
    if (output.json) return output.document({ server });
    return output.line(`${name} is trusted by ${server.hostKeys.map(keyLine).join(', ')}`);
  }
  const news = await client.access.hostKeys({ name });
  if (output.json) output.document(news);
  else {
    for (const key of news.pinned) output.line(`pinned       ${keyLine(key)}`);
    for (const key of news.fresh) output.line(`new, proved  ${keyLine(key)}`);
    for (const key of news.gone) output.line(`gone         ${keyLine(key)}`);
    if (news.told === null) output.note(`${name} has not told its keys: it may not be an OpenSSH server.`);
    if (news.fresh.length > 0)
      output.note(`To take them on: pilothouse servers trust ${name} --rotate ${news.fresh.map((key) => `--accept ${key.fingerprint}`).join(' ')}`);
    if (news.gone.length > 0)
      output.note(`To give them up: pilothouse servers trust ${name} --rotate ${news.gone.map((key) => `--drop ${key.fingerprint}`).join(' ')}`);
  }
  if (news.fresh.length + news.gone.length > 0) throw new ExitWith(exitCodes.needsPerson);
}

async function login(context: CliContext, name: string): Promise<void> {
  const { output } = context;
  const client = await context.client();
  let rounds = 0;
  for await (const event of await client.access.login({ name })) {
    if (event.kind === 'questions') {
      rounds += 1;
      const answers = await askPerson(context, event, rounds);
      await client.access.answer({ questionId: event.questionId, answers });
    } else if (output.json) output.document({ connection: event.connection });
    else output.line(connectionLine(event.connection));
  }
}

/** Puts a server's questions on the terminal; null where nobody sits at it. Its words are shown as text, never as what they may do to a screen. */
async function askPerson(
  context: CliContext,
  { server, user, title, instructions, prompts }: Extract<LoginEvent, { kind: 'questions' }>,
  round: number,
): Promise<string[] | null> {
  const { stdin } = context;
  // A pipe answers one question; a second one would find it empty.
  if (stdin.isTTY !== true) return prompts.length === 1 && round === 1 ? [await readSecret(context, '')] : null;
  for (const text of [`${user}@${server} asks:`, title, instructions]) if (text.trim() !== '') context.output.note(plain(text));
  const answers: string[] = [];
  for (const { text, echo } of prompts)
    answers.push(echo ? await readVisible(context, plain(text)) : await readSecret(context, plain(text).replace(/:\s*$/, '')));
  return answers;
}

async function readVisible(context: CliContext, label: string): Promise<string> {
  const prompt = createInterface({ input: context.stdin, output: process.stderr });
  try {
    return await prompt.question(label);
  } finally {
    prompt.close();
  }
}

/** Text of a server without what would move the cursor or colour the screen. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must go.
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '');
}

async function connection(context: CliContext, name: string): Promise<void> {
  const { output } = context;
  const held = await (await context.client()).access.connection({ name });
  if (output.json) return output.document(held);
  output.line(`${output.style('bold', name)}  ${held.state}`);
  if (held.error !== null) for (const line of errorLines(held.error, output)) output.problem(line);
  for (const each of held.connections) output.line(connectionLine(each));
}

/** Adds what concerns host keys and logins to `pilothouse servers`. */
export function addAccessCommands(servers: Command, run: Run): void {
  servers
    .command('trust <name>')
    .description('show the host key on offer, or pin it; take on keys that the server has changed to')
    .option('--fingerprint <sha256>', 'pin the key, or the authority, with exactly this fingerprint')
    .option('--rotate', 'keys that the server told and proved at a login, against those pinned')
    .option('--accept <sha256>', 'with --rotate: take this one on; may be given several times', collect)
    .option('--drop <sha256>', 'with --rotate: give this one up; may be given several times', collect)
    .option('--confirm <name>', 'for production: its name')
    .addHelpText('after', '\nExample: pilothouse servers trust gpu-1 --fingerprint SHA256:…')
    .action(run(trust));
  servers
    .command('login <name>')
    .description('log in with you there to answer what the server asks, such as a one-time code')
    .addHelpText('after', '\nExample: pilothouse servers login bastion')
    .action(run(login));
  servers
    .command('connection <name>')
    .description('connections that are open, and how each was made')
    .addHelpText('after', '\nExample: pilothouse servers connection gpu-1')
    .action(run(connection));
}
