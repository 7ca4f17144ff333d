const keyWords =
  /(^|_)(pass|password|passwd|passphrase|pwd|secret|token|apikey|api_key|private_key|access_key|secret_key|encryption_key|signing_key|auth_key|master_key|jwt|credential|credentials|salt|dsn|key)(_|$)/;
/** Names that speak of a secret and hold none. */
const notSecret =
  /(_|^)(file|path|dir|id|name|public_key|pubkey|url|uri|host|port|user|username|ttl|expiry|expires|timeout|length|size|limit|type|algorithm|header)$/;
const valueForms = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^(ghp|gho|ghs|ghu|github_pat|glpat|xox[abpr]|hf|sk|pk_live|sk_live|rk_live|dop_v1|npm|pypi)[-_][A-Za-z0-9_-]{16,}$/,
  /^(AKIA|ASIA)[A-Z0-9]{16}$/,
  /^AIza[A-Za-z0-9_-]{30,}$/,
  /^eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*$/,
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
];

/**
 * Whether a variable holds a secret as far as its name or the form of its value tells: a password, a token, a key, an address with a
 * password in it. Empty values, switches and small numbers are none.
 */
export function looksLikeSecret(key: string, value: string): boolean {
  if (value === '' || /^(true|false|yes|no|on|off|none|null|[0-9]{1,5})$/i.test(value)) return false;
  if (valueForms.some((form) => form.test(value))) return true;
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[.-]/g, '_')
    .toLowerCase();
  return keyWords.test(words) && !notSecret.test(words);
}
