import type { Account } from './accounts.ts';
import type { World } from './world.ts';

/** Environment variables that a client may set, as sshd's usual AcceptEnv has it. */
export const acceptedVariables = /^(LANG|LC_[A-Z]+|COLORTERM|NO_COLOR)$/;

/** Search path of a login, all of it stand-ins and allowed tools. */
export const worldSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Environment that a login of a demo server begins with. The login is a matter of `DEMO_USER`: underneath there is one uid only. */
export function loginEnvironment(
  world: World,
  account: Account,
  options: { serverName: string; address: { host: string; port: number } },
): Record<string, string> {
  return {
    PATH: world.kind === 'namespaces' ? worldSearchPath : world.inside('/usr/bin'),
    HOME: world.inside(account.home),
    USER: account.user,
    LOGNAME: account.user,
    SHELL: '/bin/sh',
    LANG: 'C.UTF-8',
    DEMO_USER: account.user,
    DEMO_NAME: options.serverName,
    SSH_CONNECTION: `127.0.0.1 50000 ${options.address.host} ${options.address.port}`,
    ...world.env,
  };
}
