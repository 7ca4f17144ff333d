import { Command, Option } from 'commander';
import { type ChannelSecrets, channelFieldsSchema, channelSecretsSchema, usualSeverities } from '../../../../shared/model/alertChannel.ts';
import { attemptLine, momentText } from '../alertLines.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { readSecret } from '../guarded.ts';
import { collect, integer } from '../parseOptions.ts';
import { readSecretFile } from '../secretFile.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

type Kind = keyof typeof usualSeverities;

interface ChannelOptions {
  kind: Kind;
  severity?: string[];
  level: string;
  chatty?: boolean;
  secretFile?: string;
  host?: string;
  port?: number;
  security?: string;
  user?: string;
  from?: string;
  to?: string[];
}

/** `pilothouse alerts channels …`: where alerts are told. */
export function channelsCommand(run: Run): Command {
  const channels = new Command('channels').description('where alerts are told');
  channels.command('list').description('the channels and how they stand').addHelpText('after', '\nExample: pilothouse alerts channels list').action(run(list));
  channels
    .command('add <name>')
    .description('tell alerts somewhere; what lets in is asked for, or comes from standard input or a file')
    .addOption(new Option('--kind <kind>', 'what it is').choices(Object.keys(usualSeverities)).makeOptionMandatory())
    .option('--severity <severity>', 'advice, warning or critical; may be given several times', collect)
    .addOption(new Option('--level <level>', 'told from this level on').choices(['1', '2', '3']).default('1'))
    .option('--chatty', 'reminders, easing and acknowledgement, too')
    .option('--secret-file <file>', 'lines of ADDRESS=…, SIGNING_KEY=…, ROUTING_KEY=…, PASSWORD=…')
    .option('--host <host>', 'of email: the mail server')
    .option('--port <port>', 'of email', integer)
    .addOption(new Option('--security <way>', 'of email').choices(['tls', 'starttls', 'none']))
    .option('--user <name>', 'of email: the login')
    .option('--from <address>', 'of email')
    .option('--to <address>', 'of email; may be given several times', collect)
    .addHelpText(
      'after',
      `
Examples:
  pilothouse alerts channels add chat --kind slack --secret-file chat.env
  pilothouse alerts channels add on-call --kind email --host mail.example.com --user ops --from ops@example.com --to oncall@example.com`,
    )
    .action(run(add));
  channels
    .command('test <name>')
    .description('send a test message now')
    .addHelpText('after', '\nExample: pilothouse alerts channels test chat')
    .action(run(test));
  channels
    .command('remove <name>')
    .description('tell nothing there any more')
    .addHelpText('after', '\nExample: pilothouse alerts channels remove chat')
    .action(run(remove));
  return channels;
}

/** `pilothouse alerts heartbeat …`: a sign of life sent out, so that somebody else notices when nobody watches. */
export function heartbeatCommand(run: Run): Command {
  const heartbeat = new Command('heartbeat').description('a sign of life sent out, so that a watcher that is gone is noticed');
  heartbeat.command('show').description('how it stands').addHelpText('after', '\nExample: pilothouse alerts heartbeat show').action(run(showHeartbeat));
  heartbeat
    .command('set')
    .description('send it from now on; the address is asked for, or comes from standard input')
    .option('--every <seconds>', '30 to 3600', integer, 60)
    .addOption(new Option('--method <method>', 'how').choices(['GET', 'POST']).default('GET'))
    .addHelpText('after', '\nExample: pilothouse alerts heartbeat set --every 60 < address.txt')
    .action(run(setHeartbeat));
  heartbeat.command('test').description('send one now').addHelpText('after', '\nExample: pilothouse alerts heartbeat test').action(run(testHeartbeat));
  heartbeat.command('off').description('send it no more').addHelpText('after', '\nExample: pilothouse alerts heartbeat off').action(run(stopHeartbeat));
  return heartbeat;
}

async function list(context: CliContext): Promise<void> {
  const { output } = context;
  const found = await (await context.client()).alerts.channels.list({});
  if (output.json) return output.document(found);
  if (found.channels.length === 0) return output.note('There are no channels: alerts are shown, and told to nobody.');
  const rows = found.channels.map(({ fields, host, waiting, givenUp, lastSentAtMs, last, problem }) => [
    ...[
      fields.name,
      fields.kind,
      fields.enabled ? 'on' : 'OFF',
      fields.severities.join(' '),
      fields.fromLevel === 1 ? '' : `from level ${fields.fromLevel}`,
      host ?? '',
    ],
    ...[String(waiting), String(givenUp), lastSentAtMs === null ? 'never' : momentText(lastSentAtMs), problem ?? last?.problem ?? ''],
  ]);
  for (const line of table(['NAME', 'KIND', 'NOW', 'TELLS', 'LEVEL', 'HOST', 'WAITING', 'GIVEN UP', 'LAST SENT', 'PROBLEM'], rows, output)) output.line(line);
}

const names: Record<string, keyof ChannelSecrets> = { ADDRESS: 'address', SIGNING_KEY: 'signingKey', ROUTING_KEY: 'routingKey', PASSWORD: 'password' };
/** What is asked for where no file names it. */
const asked: Record<Kind, { name: keyof ChannelSecrets; label: string } | null> = {
  desktop: null,
  slack: { name: 'address', label: 'Address of the webhook' },
  webhook: { name: 'address', label: 'Address of the webhook' },
  pagerduty: { name: 'routingKey', label: 'Integration key' },
  email: { name: 'password', label: 'Password of the mail server' },
};

async function secretsOf(context: CliContext, { kind, secretFile, user }: ChannelOptions): Promise<ChannelSecrets> {
  const given: Record<string, string> = {};
  const wanted = asked[kind];
  if (secretFile !== undefined) {
    for (const [key, value] of Object.entries(await readSecretFile(secretFile))) {
      const name = names[key];
      if (name === undefined) throw new UsageError(`${secretFile}: ${key} is not known; ${Object.keys(names).join(', ')} are.`);
      given[name] = value;
    }
  } else if (wanted !== null && (kind !== 'email' || user !== undefined)) given[wanted.name] = await readSecret(context, wanted.label);
  const parsed = channelSecretsSchema.safeParse(given);
  if (!parsed.success) throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
  return parsed.data;
}

async function add(context: CliContext, name: string, options: ChannelOptions): Promise<void> {
  const { kind, severity, level, chatty = false, host, port, security, user, from, to } = options;
  const mail = Object.fromEntries(Object.entries({ host, port, security, user, from, to }).filter(([, value]) => value !== undefined));
  const parsed = channelFieldsSchema.safeParse({ kind, name, severities: severity ?? usualSeverities[kind], fromLevel: Number(level), chatty, ...mail });
  if (!parsed.success) throw new UsageError(parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; '));
  const secrets = await secretsOf(context, options);
  const saved = await (await context.client()).alerts.channels.save({ requestId: newRequestId(), fields: parsed.data, secrets });
  if (context.output.json) return context.output.document(saved);
  const { problem } = saved.channel;
  context.output.line(`Added ${name}${problem === null ? '' : `; ${problem}`}. Try it: pilothouse alerts channels test ${name}`);
}

async function test(context: CliContext, channel: string): Promise<void> {
  const { attempt } = await (await context.client()).alerts.channels.test({ requestId: newRequestId(), channel });
  if (context.output.json) context.output.document({ attempt });
  else context.output.line(attemptLine(attempt));
  if (attempt.outcome !== 'sent') throw new ExitWith(exitCodes.failed);
}

async function remove(context: CliContext, channel: string): Promise<void> {
  const { name } = await (await context.client()).alerts.channels.remove({ requestId: newRequestId(), channel });
  if (context.output.json) context.output.document({ removed: name });
  else context.output.line(`Removed ${name}, with what lets in there.`);
}

async function showHeartbeat(context: CliContext): Promise<void> {
  const { heartbeat } = await (await context.client()).alerts.heartbeat.show({});
  if (context.output.json) return context.output.document({ heartbeat });
  const { fields, host, failures, failing, lastSentAtMs, last } = heartbeat;
  if (!fields.enabled) return context.output.note('It is off. Begin: pilothouse alerts heartbeat set');
  context.output.line(`${failing ? 'FAILING' : 'on'}: ${fields.method} ${host ?? ''} every ${fields.intervalS} s`);
  context.output.line(
    `Last sent ${lastSentAtMs === null ? 'never' : momentText(lastSentAtMs)}${failures === 0 ? '' : `; ${failures} failures since: ${last?.problem ?? ''}`}`,
  );
}

async function setHeartbeat(context: CliContext, { every, method }: { every: number; method: string }): Promise<void> {
  const address = await readSecret(context, 'Address');
  const fields = { enabled: true, intervalS: every, method: method === 'POST' ? ('POST' as const) : ('GET' as const) };
  const saved = await (await context.client()).alerts.heartbeat.save({ requestId: newRequestId(), fields, ...(address === '' ? {} : { address }) });
  if (context.output.json) context.output.document(saved);
  else context.output.line(`A sign of life goes to ${saved.heartbeat.host ?? ''} every ${every} s, while something watches.`);
}

async function testHeartbeat(context: CliContext): Promise<void> {
  const { attempt } = await (await context.client()).alerts.heartbeat.test({ requestId: newRequestId() });
  if (context.output.json) context.output.document({ attempt });
  else context.output.line(attemptLine(attempt));
  if (attempt.outcome !== 'sent') throw new ExitWith(exitCodes.failed);
}

async function stopHeartbeat(context: CliContext): Promise<void> {
  const { heartbeat } = (await context.client()).alerts;
  const { fields } = (await heartbeat.show({})).heartbeat;
  const saved = await heartbeat.save({ requestId: newRequestId(), fields: { ...fields, enabled: false } });
  if (context.output.json) context.output.document(saved);
  else context.output.line('It is off.');
}
