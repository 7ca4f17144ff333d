import { networkSentence } from '../../../shared/model/network.ts';
import type { CliContext } from './cliContext.ts';

/** Says on stderr that it is this computer's own network, where it is; nothing in a JSON document. */
export async function noteNetwork(context: CliContext): Promise<void> {
  if (context.output.json) return;
  const verdict = await (await context.client()).system.network({});
  if (verdict.state === 'offline') context.output.problem(`${networkSentence(verdict)}. Runs on servers go on.`);
}
