import { Command } from 'commander';
import type { Tunnel } from '../../../../shared/contract/tunnels.ts';
import { errorWording } from '../../../../shared/errorWording.ts';
import type { CliContext } from '../cliContext.ts';
import { UsageError } from '../cliErrors.ts';
import { byteSize } from '../terminalText.ts';
import type { Run } from './run.ts';

/** `LOCAL:HOST:PORT`, the host in brackets where it is an IPv6 address; LOCAL 0 means any port. Null: it is nothing of the kind. */
export function parseForward(text: string): { localPort: number | null; host: string; port: number } | null {
  const [, local, bracketed, plain, port] = /^(\d{1,5}):(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(local) > 65_535 || Number(port) < 1 || Number(port) > 65_535) return null;
  return { localPort: Number(local) === 0 ? null : Number(local), host, port: Number(port) };
}

/** What is told of a tunnel when it changes; null: nothing new. */
export function tunnelNews(tunnel: Tunnel, before: Tunnel | null): string | null {
  const error = tunnel.error === null || tunnel.error.code === before?.error?.code ? '' : ` ${errorWording(tunnel.error).sentence}`;
  if (tunnel.state === before?.state) return error === '' ? null : error.trim();
  if (tunnel.state === 'open') return before === null || before.state === 'connecting' ? 'Connected.' : 'The connection is back.';
  if (tunnel.state === 'reconnecting') return 'The connection was lost. The port stays open; who connects waits for it.';
  if (tunnel.state === 'failed') return `There is no connection.${error}`;
  return null;
}

async function forward(context: CliContext, selector: string, where: string): Promise<void> {
  const aim = parseForward(where);
  if (aim === null) throw new UsageError('Say where as LOCAL:HOST:PORT, for example 3000:127.0.0.1:3000; LOCAL 0 is any port.');
  const client = await context.client();
  const { servers } = await client.servers.list({ selector });
  const [server] = servers;
  if (server === undefined || servers.length > 1) throw new UsageError(`A port leads to one server; "${selector}" picks ${servers.length}.`);
  const leave = new AbortController();
  const interrupted = () => leave.abort();
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  let last: Tunnel | null = null;
  try {
    for await (const tunnel of await client.tunnels.forward({ server: server.name, ...aim }, { signal: leave.signal })) {
      const { output } = context;
      if (output.json) output.document({ tunnel });
      else {
        if (last === null) output.line(`127.0.0.1:${tunnel.boundPort} leads to ${aim.host}:${aim.port} as ${server.name} sees it. Ctrl-C ends it.`);
        const news = tunnelNews(tunnel, last);
        if (news !== null) output.note(news);
      }
      last = tunnel;
    }
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
  if (last !== null) context.output.note(`\nClosed: ${last.connectionsTotal} connections, ${byteSize(last.bytesUp)} up, ${byteSize(last.bytesDown)} down.`);
}

/** `pilothouse forward SELECTOR LOCAL:HOST:PORT`. */
export function forwardCommand(run: Run): Command {
  return new Command('forward')
    .description('a port of this computer that leads to an address a server reaches; until Ctrl-C')
    .argument('<selector>', 'which server')
    .argument('<where>', 'LOCAL:HOST:PORT; HOST as the server sees it, LOCAL 0 for any port')
    .addHelpText(
      'after',
      '\nExample: pilothouse forward gpu-1 3000:127.0.0.1:3000\n\nThe port is on 127.0.0.1 alone and stays open while a lost connection is made anew.',
    )
    .action(run(forward));
}
