// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables are what is read here
import { constantFrom, assert as forAll, property, record, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEnvValue, encodeEnvValue, fillEnvText, nameSecrets, readEnvText, sealEnvText, secretsInEnvText, showEnvText } from './envFileTextRules.ts';
import { interpolate } from './interpolateRules.ts';
import { looksLikeSecret } from './secretLikeRules.ts';

const sample = `# Settings
TAG=1.27   # of nginx
export DB_PASSWORD="s3cr\\"et \\$x"
API_KEY='it is
long'
EMPTY=
URL=http://x/#part
FROM_US
NAME: yaml
REF=\${DB_PASSWORD}
`;

function entries(text: string) {
  const read = readEnvText(text);
  if (!read.ok) throw new Error(read.problem);
  return read.entries;
}

describe('an env file', () => {
  test('is read as Compose reads it', () => {
    expect(entries(sample).map(({ key, raw, quote, line }) => [key, decodeEnvValue(raw, quote), line])).toEqual([
      ['TAG', '1.27', 2],
      ['DB_PASSWORD', 's3cr"et \\$x', 3],
      ['API_KEY', 'it is\nlong', 4],
      ['EMPTY', '', 6],
      ['URL', 'http://x/#part', 7],
      ['NAME', 'yaml', 9],
      ['REF', '${DB_PASSWORD}', 10],
    ]);
  });

  test('comes back byte by byte once its secrets are put back, and holds none of them meanwhile', () => {
    const { text, sealed } = sealEnvText(sample, entries(sample), (key, value) => (looksLikeSecret(key, value) ? key : null));
    expect(sealed).toEqual([
      { name: 'DB_PASSWORD', value: 's3cr"et $x' },
      { name: 'API_KEY', value: 'it is\nlong' },
    ]);
    expect(text).not.toContain('s3cr');
    expect(secretsInEnvText(text)).toEqual(['DB_PASSWORD', 'API_KEY']);
    expect(showEnvText(text)).toContain('"‹DB_PASSWORD›"');
    expect(nameSecrets(text)).toContain('DB_PASSWORD="${DB_PASSWORD}"');
    expect(fillEnvText(text, Object.fromEntries(sealed.map(({ name, value }) => [name, value])))).toBe(sample);
  });

  test('any value in any quotes comes back, and a new one is read as what it is', () => {
    const lines = record({ raw: string({ unit: 'grapheme-ascii', maxLength: 20 }), quote: constantFrom('', '"', "'"), next: string({ maxLength: 20 }) });
    forAll(
      property(lines, ({ raw, quote, next }) => {
        const text = `A=1\nSECRET=${quote}${raw}${quote}\nB=2\n`;
        const read = readEnvText(text);
        if (!read.ok) return;
        const { text: template, sealed } = sealEnvText(text, read.entries, (key) => (key === 'SECRET' ? 'S' : null));
        const values = Object.fromEntries(sealed.map(({ name, value }) => [name, value]));
        expect(fillEnvText(template, values)).toBe(text);
        const again = encodeEnvValue(next, quote as '');
        if (again === null || next.includes('\u0000') || next.includes('\r') || template.includes('\u0000=')) return;
        const changed = readEnvText(fillEnvText(template, { ...values, S: next }));
        const found = changed.ok ? changed.entries.find((entry) => entry.key === 'SECRET') : undefined;
        if (sealed.length === 1 && found !== undefined) expect(decodeEnvValue(found.raw, found.quote).replaceAll('\\$', '$')).toBe(next);
      }),
    );
  });

  test.each([
    ['= 1\n', 1],
    ['A=1\nB="open\n', 2],
  ])('%j is refused with its line', (text, line) => {
    expect(readEnvText(text)).toMatchObject({ ok: false, line });
  });
});

test.each([
  ['POSTGRES_PASSWORD', 'x7', true],
  ['openaiApiKey', 'abc', true],
  ['HF_TOKEN', 'hf_abc', true],
  ['MAX_TOKENS', '4096', false],
  ['TOKEN_LIMIT', 'four thousand', false],
  ['DB_PASSWORD_FILE', '/run/secrets/db', false],
  ['DATABASE_URL', 'postgres://u:p4ss@db/x', true],
  ['BASE_URL', 'https://example.com', false],
  ['SSH_PUBLIC_KEY', 'ssh-ed25519 AAAA', false],
  ['SECRET', '', false],
  ['AUTH_TOKEN', 'false', false],
  ['LICENCE', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc', true],
  ['TAG', '1.27', false],
])('%s=%s is a secret: %s', (key, value, expected) => expect(looksLikeSecret(key, value)).toBe(expected));

describe('variables', () => {
  const values: Record<string, string> = { A: 'a', EMPTY: '', N: 'n' };
  test.each([
    ['$A-${A}', 'a-a'],
    ['$$A', '$A'],
    ['${NO:-b}', 'b'],
    ['${EMPTY:-b}${EMPTY-b}', 'b'],
    ['${NO:-${A}-${NO-x}}', 'a-x'],
    ['${A:+yes}${NO+no}${EMPTY+there}', 'yesthere'],
    ['${A:?needed}', 'a'],
  ])('%s is %s', (text, expected) => expect(interpolate(text, (name) => values[name])).toEqual({ text: expected, unset: [], problems: [] }));

  test('what is missing is told', () => {
    expect(interpolate('$NO ${B:?set B} ${', (name) => values[name])).toMatchObject({ unset: ['NO'], problems: ['B is needed: set B', '${ is no variable'] });
  });
});
