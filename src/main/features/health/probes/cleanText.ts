import { visibleName } from '../../../../shared/model/remotePath.ts';
import { maskText, SecretMask } from '../../../operations/masking/secretMask.ts';

const longest = 300;
const shortest = 4;
const most = 16 * 1024;
/** What keys look like that servers repeat, whole or with stars in the middle. */
const keyLike = /\bsk-[\w*.-]{4,}|\bBearer\s+[\w.~+/*=-]{12,}/gi;

/** Text of a server for a person: one line, no control characters, no secrets in any of their forms, not long. */
export function cleanText(text: string, secrets: readonly string[] = []): string {
  const mask = new SecretMask();
  for (const secret of secrets) if (secret !== '') mask.add(secret);
  let shown = mask.text(text.length > most ? wholeSecrets(mask, text.slice(0, most)) : text);
  // What is shorter is a word, as of a tenant, and would be found everywhere.
  for (const secret of secrets) if (secret.length >= shortest) shown = shown.replaceAll(secret, maskText);
  shown = shown.replaceAll(keyLike, maskText).replaceAll(/\s+/g, ' ').trim();
  return visibleName(shown.length > longest ? `${shown.slice(0, longest)}…` : shown);
}

/** A text that was cut, without the beginning of a secret at its end. */
function wholeSecrets(mask: SecretMask, text: string): string {
  const bytes = Buffer.from(text);
  return bytes.subarray(0, mask.begun(bytes)).toString('utf8');
}
