import { Command, Option } from 'commander';
import type { Probe, ProbeResult } from '../../../../shared/model/probe.ts';
import { reachWords } from '../../../../shared/model/reachWay.ts';
import { type CliContext, newRequestId } from '../cliContext.ts';
import { ExitWith, UsageError } from '../cliErrors.ts';
import { exitCodes } from '../exitCodes.ts';
import { assignment, collect, integer } from '../parseOptions.ts';
import { number, type ProbeOptions, probeFieldsOf } from '../probeOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

/** `pilothouse probes …`: questions put to endpoints again and again. */
export function probesCommand(run: Run): Command {
  const probes = new Command('probes').description('endpoints asked again and again: HTTP, TCP, TLS, DNS and models');
  probes
    .command('list')
    .description('the probes, what they found last and what they used')
    .option('--on <selector>', 'those of these servers')
    .addHelpText('after', '\nExample: pilothouse probes list --on env:production')
    .action(run(list));
  withChecks(probes.command('add <name>').description('ask an endpoint from now on'))
    .addHelpText(
      'after',
      `
Examples:
  pilothouse probes add "Gateway is healthy" --server gpu-1 --http http://127.0.0.1:3000/health --want status=ok
  pilothouse probes add "Model answers" --server gpu-1 --llm http://127.0.0.1:8000 --model llama-3.1-8b --tokens-per-day 50000
  pilothouse probes add "Gateway lets us in" --server gpu-1 --http http://127.0.0.1:4000/v1/models --secret-header Authorization=gateway
  pilothouse probes add "Certificate" --server web-1 --from laptop --tls chat.example.com --days 21`,
    )
    .action(run(add));
  const each = (name: string, words: string) => probes.command(`${name} <probe>`).description(words);
  each('run', 'ask now and wait for what is found; ends with 1 where it is not as wanted')
    .addHelpText('after', '\nExample: pilothouse probes run "Gateway is healthy"')
    .action(run(runNow));
  each('pause', 'keep it, and ask no more')
    .addHelpText('after', '\nExample: pilothouse probes pause "Model answers"')
    .action(run(pauseOf(true)));
  each('resume', 'ask again')
    .addHelpText('after', '\nExample: pilothouse probes resume "Model answers"')
    .action(run(pauseOf(false)));
  each('remove', 'remove it, with what it used').addHelpText('after', '\nExample: pilothouse probes remove "Model answers"').action(run(remove));
  return probes;
}

function withChecks(command: Command): Command {
  return command
    .requiredOption('--server <name>', 'the server that it is about')
    .addOption(new Option('--from <where>', 'who connects: the server, through SSH, or this computer').choices(['server', 'laptop']))
    .option('--stack <id>', 'its stack: names of services stand for their containers')
    .option('--interval <seconds>', 'seconds between two questions, 10 to 600; 60 when not given', integer)
    .option('--timeout <seconds>', 'how long an answer may take; 10 when not given', integer)
    .option('--http <url>', 'ask an address')
    .option('--status <list>', 'of --http: statuses that are wanted, as 200,204; 200 when not given')
    .option('--contains <text>', 'of --http: text that the answer has to hold')
    .option('--lacks <text>', 'of --http: text that it must not hold')
    .option('--want <rule>', 'of --http: PATH=VALUE, PATH>NUMBER, PATH<NUMBER or PATH in a JSON answer; several times', collect)
    .option('--header <name=value>', 'of --http: a header that is no secret; several times', assignment)
    .option('--secret-header <name=secret>', 'of --http: a header whose value is a stored secret; several times', assignment)
    .option('--post <body>', 'of --http: send this by POST')
    .option('--tcp <host:port>', 'connect to a port')
    .option('--send <text>', 'of --tcp: say this first; \\r and \\n are line ends')
    .option('--says <text>', 'of --tcp: what has to be said')
    .option('--tls <host:port>', 'look at a certificate')
    .option('--days <days>', 'of --tls: days that it has to be valid still; 21 when not given', integer)
    .option('--server-name <name>', 'of --tls: the name that it has to be for')
    .option('--own-certificate', "of --tls, and of --http and --llm where a secret goes along: a certificate of one's own will do")
    .option('--dns <name>', 'resolve a name')
    .addOption(new Option('--type <type>', 'of --dns').choices(['A', 'AAAA', 'CNAME', 'TXT']))
    .option('--record <value>', 'of --dns: a record that is wanted; several times', collect)
    .option('--llm <url>', 'ask a model: what stands before /v1 or /api')
    .option('--model <name>', 'of --llm: its name there')
    .addOption(new Option('--api <api>', 'of --llm').choices(['openai-chat', 'openai-completions', 'ollama-chat', 'ollama-generate']))
    .option('--no-stream', 'of --llm: take the answer whole; then there is no first token')
    .option('--prompt <text>', 'of --llm: a question with --answer; small sums when not given')
    .option('--answer <number>', 'of --llm: the number that is right', number)
    .option('--max-tokens <tokens>', 'of --llm: of thinking and answer together', integer)
    .option('--key <secret>', 'of --llm: name of the stored secret that is its key')
    .option('--calls-per-day <calls>', 'of --llm: its limit; 500 when not given', integer)
    .option('--tokens-per-day <tokens>', 'of --llm: its limit; 100000 when not given', integer);
}

async function list(context: CliContext, { on }: { on?: string }): Promise<void> {
  const { output } = context;
  const { probes } = await (await context.client()).probes.list(on === undefined ? {} : { selector: on });
  if (output.json) return output.document({ probes });
  if (probes.length === 0) return output.note('There are no probes. Those of a stack come with it; others: pilothouse probes add --help');
  const rows = probes.map((probe) => [
    ...[probe.fields.server, probe.fields.name, probe.fields.check.kind, probe.state],
    ...[
      probe.last === null ? '' : new Date(probe.last.atMs).toISOString(),
      probe.spent24h === null ? '' : `${probe.spent24h.tokens}`,
      [proofOf(probe), reachWords(probe.via)].filter(Boolean).join(' · '),
    ],
  ]);
  for (const line of table(['SERVER', 'PROBE', 'KIND', 'STATE', 'LAST', 'TOKENS 24 H', 'FOUND'], rows, output)) output.line(line);
}

/** What is to be said first: why it does not run, else what it found. */
function proofOf({ problem, limitedUntilMs, last, fields }: Probe): string {
  if (limitedUntilMs !== null) return `used up until ${new Date(limitedUntilMs).toISOString()}`;
  if (problem !== null) return problem;
  const proof = last?.proof ?? '';
  return proof.startsWith(`${fields.name}: `) ? proof.slice(fields.name.length + 2) : proof;
}

async function add(context: CliContext, name: string, options: ProbeOptions): Promise<void> {
  const { probe } = await (await context.client()).probes.add({ requestId: newRequestId(), fields: probeFieldsOf(name, options) });
  if (context.output.json) return context.output.document({ probe });
  context.output.line(`Added "${probe.fields.name}" (${probe.id}). Try it: pilothouse probes run "${probe.fields.name}"`);
}

async function runNow(context: CliContext, which: string): Promise<void> {
  const { output } = context;
  const { probe, result } = await (await context.client()).probes.run({ requestId: newRequestId(), probe: which });
  if (output.json) output.document({ probe, result });
  else for (const line of resultLines(result)) output.line(line);
  if (!result.holds) throw new ExitWith(exitCodes.failed);
}

function resultLines({ holds, proof, values, excerpt, tokens }: ProbeResult): string[] {
  const measured = Object.entries(values).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return [
    `${holds ? 'as wanted' : 'NOT AS WANTED'}  ${proof}`,
    ...(measured.length === 0 ? [] : [measured.join('  ')]),
    ...(tokens === null ? [] : [`used ${tokens} tokens`]),
    ...(holds || excerpt === null ? [] : [`answer: ${excerpt}`]),
  ];
}

function pauseOf(paused: boolean) {
  return async (context: CliContext, which: string): Promise<void> => {
    const { probes } = await (await context.client()).probes.list({});
    const found = probes.filter(({ id, fields }) => id === which || fields.name === which);
    const [probe] = found;
    if (probe === undefined || found.length > 1) throw new UsageError(`There is no probe "${which}", or several have that name: give its id.`);
    const changed = await (await context.client()).probes.edit({ requestId: newRequestId(), probe: probe.id, fields: { ...probe.fields, paused } });
    if (context.output.json) context.output.document(changed);
    else context.output.line(paused ? `Paused "${probe.fields.name}".` : `Goes on with "${probe.fields.name}".`);
  };
}

async function remove(context: CliContext, which: string): Promise<void> {
  const removed = await (await context.client()).probes.remove({ requestId: newRequestId(), probe: which });
  if (context.output.json) context.output.document(removed);
  else context.output.line(`Removed ${which}.`);
}
