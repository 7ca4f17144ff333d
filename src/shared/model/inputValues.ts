import type { InputDefinition, InputValues } from './inputDefinition.ts';

/** What is wrong with one value, for example `{ name: 'gatewayPort', problem: 'a port is a number from 1 to 65535' }`. */
export interface InputProblem {
  name: string;
  problem: string;
}

/** Values of every input, with defaults filled in, and what is wrong with them. `values` is only to be used without problems. */
export interface ReadInputs {
  values: Record<string, string>;
  problems: InputProblem[];
}

const keyTypes = [
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];
const maxSizeMib = 16 * 1024 * 1024;

/**
 * Reads the values given for `definitions`: unknown names, missing values and values that their type refuses are problems, all
 * of them reported at once. An input with an empty default may stay empty, whatever its type.
 */
export function readInputs(definitions: readonly InputDefinition[], given: InputValues): ReadInputs {
  const problems: InputProblem[] = [];
  const values: Record<string, string> = {};
  const known = new Set(definitions.map((definition) => definition.name));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) problems.push({ name, problem: `there is no such input; there are: ${[...known].join(', ') || 'none'}` });
  }
  for (const definition of definitions) {
    const value = given[definition.name] ?? definition.default;
    if (value === undefined) {
      problems.push({ name: definition.name, problem: 'a value is needed' });
      continue;
    }
    const problem = value === '' && definition.default === '' ? null : inputProblem(definition, value);
    if (problem !== null) problems.push({ name: definition.name, problem });
    values[definition.name] = value;
  }
  return { values, problems };
}

/** What is wrong with one value for its type, or null. Never repeats the value: it may be long, or not meant to be shown. */
export function inputProblem(definition: Pick<InputDefinition, 'type' | 'choices'>, value: string): string | null {
  if ([...value].some((character) => character < ' ' || character === '\u007f')) return 'one line without control characters is needed';
  switch (definition.type) {
    case 'text':
      return null;
    case 'number':
      return /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(value) ? null : 'a number is needed, with "." before decimals';
    case 'boolean':
      return value === 'true' || value === 'false' ? null : '"true" or "false" is needed';
    case 'choice':
      return (definition.choices ?? []).includes(value) ? null : `one of ${(definition.choices ?? []).join(', ')} is needed`;
    case 'login':
      return /^[a-z_][a-z0-9._-]{0,30}$/.test(value) ? null : 'a login name is needed: lower-case letters, digits, ".", "_" and "-", 31 at most';
    case 'public-key':
      return publicKeyProblem(value);
    case 'size-mib':
      return wholeNumber(value, 0, maxSizeMib) ? null : 'a size in MiB is needed, a whole number';
    case 'port':
      return wholeNumber(value, 1, 65_535) ? null : 'a port is a whole number from 1 to 65535';
    case 'cidr':
      return value.trim().split(/\s+/).every(isCidr) ? null : 'addresses with a prefix length are needed, for example 10.0.0.0/8, separated by blanks';
    case 'host':
      return /^[a-zA-Z0-9]([a-zA-Z0-9.:-]{0,251}[a-zA-Z0-9])?$/.test(value) ? null : 'a host name or an address is needed';
    case 'path':
      return /^\/[^\n]{0,1000}$/.test(value) && !value.split('/').includes('..') ? null : 'an absolute path without ".." is needed';
    case 'email':
      return /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(value) ? null : 'an address such as ops@example.com is needed';
    case 'stack':
    case 'server':
      return /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/.test(value) ? null : `the name of a ${definition.type} is needed`;
    case 'secret':
      return /^[a-zA-Z0-9][a-zA-Z0-9._/-]{0,199}$/.test(value) ? null : 'the name of a stored secret is needed, not its value';
  }
}

/** Name of the environment variable in which a script finds an input: `operatorLogin` is `PH_OPERATOR_LOGIN`. */
export function inputVariable(name: string): string {
  return `PH_${name.replaceAll(/([A-Z])/g, '_$1').toUpperCase()}`;
}

function wholeNumber(value: string, min: number, max: number): boolean {
  return /^(0|[1-9][0-9]{0,9})$/.test(value) && Number(value) >= min && Number(value) <= max;
}

/** A key as one line of an OpenSSH `.pub` file. Source: RFC 4253 section 6.6: the blob begins with the type's own name. */
function publicKeyProblem(value: string): string | null {
  const [type = '', blob = ''] = value.split(' ');
  if (value.includes('PRIVATE KEY')) return 'this is a private key; the public one is needed (the .pub file)';
  if (!keyTypes.includes(type)) return 'one line of an OpenSSH public key is needed, such as "ssh-ed25519 AAAA… name"';
  const begins = blobPrefix(type);
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(blob) || blob.length % 4 !== 0 || !blob.startsWith(begins)) return `this is not a whole ${type} key`;
  return null;
}

/** The base64 text with which a key blob of this type begins, as far as it is whole groups of three bytes. */
function blobPrefix(type: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const bytes = [0, 0, 0, type.length, ...[...type].map((character) => character.charCodeAt(0))];
  let text = '';
  for (let at = 0; at + 3 <= bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63]).join('');
  }
  return text;
}

/** An IPv4 or IPv6 address with an optional prefix length. */
function isCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0) return false;
  const v4 = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(address);
  if (v4 !== null) return v4.slice(1).every((part) => Number(part) <= 255) && (prefix === undefined || wholeNumber(prefix, 0, 32));
  return /^[0-9a-fA-F:]{2,39}$/.test(address) && address.includes(':') && (prefix === undefined || wholeNumber(prefix, 0, 128));
}
