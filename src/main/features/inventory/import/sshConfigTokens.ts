import { createHash } from 'node:crypto';
import { expandHome } from './sshConfigFile.ts';

/** What the tokens of a configuration stand for, for one host. */
export interface TokenValues {
  /** Name as it was asked for. */
  originalHost: string;
  host: string;
  port: number;
  user: string;
  hostKeyAlias: string | null;
  proxyJump: string;
  local: LocalIdentity;
}

/** The person and the computer that would connect. */
export interface LocalIdentity {
  user: string;
  uid: number;
  homeDirectory: string;
  hostname: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Text with its tokens replaced, or what stands in the way. */
export type Expanded = { text: string } | { problem: string };

/** Replaces the tokens named; a token that the keyword does not take is a problem, as it is for ssh. Source: ssh_config(5), TOKENS. */
export function expandTokens(text: string, values: TokenValues, allowed: string): Expanded {
  let problem: string | null = null;
  const expanded = text.replaceAll(/%(.?)/gs, (whole, token: string) => {
    if (token === '%') return '%';
    if (token === '' || !allowed.includes(token)) {
      problem ??= `the token ${whole} has no meaning there`;
      return '';
    }
    return tokenValue(token, values);
  });
  return problem === null ? { text: expanded } : { problem };
}

function tokenValue(token: string, values: TokenValues): string {
  const { local } = values;
  switch (token) {
    case 'C':
      return createHash('sha1').update(`${local.hostname}${values.host}${values.port}${values.user}${values.proxyJump}`).digest('hex');
    case 'd':
      return local.homeDirectory;
    case 'h':
      return values.host;
    case 'i':
      return String(local.uid);
    case 'j':
      return values.proxyJump;
    case 'k':
      return values.hostKeyAlias ?? values.originalHost;
    case 'L':
      return local.hostname.split('.')[0] ?? '';
    case 'l':
      return local.hostname;
    case 'n':
      return values.originalHost;
    case 'p':
      return String(values.port);
    case 'r':
      return values.user;
    default:
      return local.user;
  }
}

/** Tokens of most keywords that take any. */
const commonTokens = 'CdhijkLlnpru';

/** A path of a key or certificate as ssh would open it: `~`, tokens and `${ENVIRONMENT}` replaced. */
export function expandPath(path: string, values: TokenValues): Expanded {
  if (/^~[^/]/.test(path)) return { problem: 'the home of another login is not known here' };
  const expanded = expandTokens(path, values, commonTokens);
  if ('problem' in expanded) return expanded;
  // Both kinds are replaced in one go: what a variable holds is not looked through for tokens.
  return expandVariables(path, values);
}

function expandVariables(path: string, values: TokenValues): Expanded {
  let problem: string | null = null;
  const whole = expandHome(path, values.local.homeDirectory).replaceAll(/%(.)|\$\{([^}]*)\}|\$\{.*/gs, (found, token?: string, name?: string) => {
    if (token !== undefined) return token === '%' ? '%' : tokenValue(token, values);
    const value = name === undefined || name === '' ? undefined : values.local.environment[name];
    if (value === undefined) problem ??= `the environment variable of ${found.slice(0, 100)} is not set`;
    return value ?? '';
  });
  return problem === null ? { text: whole } : { problem };
}
