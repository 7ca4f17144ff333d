import { Command, Option } from 'commander';
import { filterInstances, gpuWords, type InstanceOrder, leadingPrice, sortInstances } from '../../../../shared/model/instanceFilter.ts';
import type { InstanceType, QuotedPrice } from '../../../../shared/model/instanceType.ts';
import { formatCost, monthlyAmount } from '../../../../shared/model/money.ts';
import type { CliContext } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { integer } from '../parseOptions.ts';
import { table } from '../terminalText.ts';
import type { Run } from './run.ts';

interface ListOptions {
  provider?: string;
  gpu?: string;
  search?: string;
  minVcpu?: number;
  minRam?: number;
  minVram?: number;
  sort?: InstanceOrder;
}

const orders: InstanceOrder[] = ['provider', 'price', 'vcpu', 'ram', 'vram'];

/** `pilothouse catalogue …`: kinds of machine that providers rent out. */
export function catalogueCommand(run: Run): Command {
  const catalogue = new Command('catalogue').description('instance types of providers: sizes, GPUs and dated prices');
  catalogue
    .command('list')
    .description('instance types; what no source says is left open and never counts as enough')
    .option('--provider <name>', 'aws, gcp, azure, hetzner, lambda, oracle, digitalocean, alibaba')
    .option('--gpu <model>', 'part of the name of its GPU; "any", or "none"')
    .option('--search <words>', 'words of name, GPU or use')
    .option('--min-vcpu <count>', 'at least so many vCPUs', integer)
    .option('--min-ram <gb>', 'at least so much memory, in GB', integer)
    .option('--min-vram <gb>', 'at least so much VRAM on all its cards, in GB', integer)
    .addOption(new Option('--sort <by>', 'order; prices within each currency').choices(orders).default('provider'))
    .addHelpText('after', '\nExample: pilothouse catalogue list --provider aws --gpu a100 --sort price')
    .action(run(list));
  catalogue
    .command('show <id>')
    .description('one instance type, its prices with source and date, and what is doubtful about it')
    .addHelpText('after', '\nExample: pilothouse catalogue show aws/g5.4xlarge')
    .action(run(show));
  return catalogue;
}

/** The instance type with this id or name. Throws a usage error. */
export async function instanceType(context: CliContext, id: string): Promise<InstanceType> {
  const { types } = await (await context.client()).catalogue.list({});
  const exact = types.find((type) => type.id === id);
  const named = types.filter((type) => type.name.toLowerCase() === id.toLowerCase());
  const found = exact ?? (named.length === 1 ? named[0] : undefined);
  if (found === undefined) throw new UsageError(`The catalogue has no "${id}". See "pilothouse catalogue list".`);
  return found;
}

function priceWords(price: QuotedPrice | null): string {
  return price === null ? '' : `${price.rounded ? '~ ' : ''}${formatCost(price)}`;
}

async function list(context: CliContext, options: ListOptions): Promise<void> {
  const { output } = context;
  const { types, about } = await (await context.client()).catalogue.list({});
  const { provider, gpu, search: text, minVcpu, minRam: minRamGb, minVram: minVramGb, sort = 'provider' } = options;
  const found = sortInstances(filterInstances(types, { provider, gpu, text, minVcpu, minRamGb, minVramGb }), sort);
  if (output.json) return output.document({ types: found, about });
  if (found.length === 0) return output.note(`None of the ${types.length} instance types is like that.`);
  const rows = found.map((type) => {
    const price = leadingPrice(type);
    return [
      ...[type.id, type.vcpu === null ? '?' : String(type.vcpu), type.ramGb === null ? '?' : `${type.ramGb} GB`, gpuWords(type), priceWords(price)],
      ...[price?.asOf ?? '', type.doubts.length > 0 ? `${type.doubts.length} doubts` : ''],
    ];
  });
  for (const line of table(['ID', 'VCPU', 'RAM', 'GPU', 'PRICE', 'AS OF', 'DOUBTS'], rows, output)) output.line(line);
  output.note(about);
}

async function show(context: CliContext, id: string): Promise<void> {
  const { output } = context;
  const type = await instanceType(context, id);
  if (output.json) return output.document(type);
  output.line(`${output.style('bold', type.name)}  ${type.provider}`);
  const parts = {
    ...{ vCPU: type.vcpu === null ? null : String(type.vcpu), memory: type.ramGb === null ? null : `${type.ramGb} GB`, GPU: gpuWords(type) || 'none' },
    ...{ network: type.network, storage: type.storage, use: type.use },
  };
  for (const [part, value] of Object.entries(parts)) output.line(`${part.padEnd(10)}${value ?? output.style('dim', 'not stated')}`);
  for (const price of type.prices) {
    const month = price.per === 'month' ? '' : `, about ${monthlyAmount(price).toFixed(2)} ${price.currency} a month`;
    output.line(`${'price'.padEnd(10)}${priceWords(price)}${month} — ${price.source}, ${price.asOf ?? 'undated'}`);
  }
  if (type.setupFee !== null) output.line(`${'setup'.padEnd(10)}${type.setupFee.amount} ${type.setupFee.currency}, once`);
  for (const doubt of type.doubts) output.line(`${output.style('yellow', '!')} ${doubt}`);
}
