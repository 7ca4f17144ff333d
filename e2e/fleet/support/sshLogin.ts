import { type CommandResult, run } from '../host/command.ts';
import type { FleetServer } from '../testFleet.ts';

/** Runs a command over a fresh connection of OpenSSH's client; status 255 is the client's own failure. */
export function sshLogin(server: FleetServer, command: string, user = server.user): Promise<CommandResult> {
  const options = {
    // Keys are the product's matter; here the address came straight from the fleet.
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
    BatchMode: 'yes',
    ConnectTimeout: '2',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return run('ssh', ['-i', server.keyFile, ...flags, `${user}@${server.host}`, command]);
}
