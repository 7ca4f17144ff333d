import { shellWords } from './shellWords.ts';

/** What arguments of ssh in a variable say; `notes` names what is not honoured. */
export interface SshArguments {
  proxyJump: string | null;
  proxyCommand: string | null;
  hostKeyAlias: string | null;
  identityFiles: string[];
  certificateFile: string | null;
  port: string | null;
  user: string | null;
  notes: string[];
}

/** Options of ssh without a value. */
const flags = '46AaCfGgKkMNnqsTtVvXxYy';

/** Reads arguments as they stand in `ansible_ssh_common_args`. `variable` is named in the notes. */
export function parseSshArguments(text: string, variable: string): SshArguments {
  const found: SshArguments = {
    proxyJump: null,
    proxyCommand: null,
    hostKeyAlias: null,
    identityFiles: [],
    certificateFile: null,
    port: null,
    user: null,
    notes: [],
  };
  const words = shellWords(text);
  if (words === null) return { ...found, notes: [`${variable} is not honoured: a quotation mark is not closed`] };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const letter = word.charAt(1);
    if (!word.startsWith('-') || letter === '') found.notes.push(`${variable}: an argument is not honoured`);
    else if (flags.includes(letter)) found.notes.push(`${variable}: ${word.slice(0, 20)} is not honoured`);
    else {
      const joined = word.slice(2);
      if (joined === '') index += 1;
      take(letter, joined === '' ? (words[index] ?? '') : joined, variable, found);
    }
  }
  return found;
}

function take(letter: string, value: string, variable: string, found: SshArguments): void {
  if (letter === 'J') found.proxyJump ??= value;
  else if (letter === 'i') found.identityFiles.push(value);
  else if (letter === 'p') found.port ??= value;
  else if (letter === 'l') found.user ??= value;
  else if (letter === 'o') takeOption(value, variable, found);
  else found.notes.push(`${variable}: -${letter} is not honoured`);
}

function takeOption(option: string, variable: string, found: SshArguments): void {
  const [, keyword = '', value = ''] = /^\s*([^\s=]+)\s*[\s=]\s*(.*)$/s.exec(option) ?? [];
  switch (keyword.toLowerCase()) {
    case 'proxyjump':
      found.proxyJump ??= value;
      break;
    case 'proxycommand':
      found.proxyCommand ??= value;
      break;
    case 'hostkeyalias':
      found.hostKeyAlias ??= value;
      break;
    case 'identityfile':
      found.identityFiles.push(value);
      break;
    case 'certificatefile':
      found.certificateFile ??= value;
      break;
    case 'port':
      found.port ??= value;
      break;
    case 'user':
      found.user ??= value;
      break;
    case 'identitiesonly':
      break;
    case 'stricthostkeychecking':
      found.notes.push(`${variable}: StrictHostKeyChecking is not honoured: host keys are always verified`);
      break;
    default:
      found.notes.push(`${variable}: ${keyword.slice(0, 60) || 'an option'} is not honoured`);
  }
}
