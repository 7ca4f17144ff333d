import { expect, test } from 'vitest';
import { lint, short, shortLint } from '../testLint.ts';
import { plainSecrets } from './plainSecrets.ts';

test('passwords and keys as a list, as a mapping and in an address, none of them shown', () => {
  const compose = `services:
  db:
    image: postgres:17
    environment:
      - POSTGRES_PASSWORD=correct-horse
  api:
    image: ghcr.io/acme/api:1
    environment:
      OPENAI_API_KEY: sk-abcdefgh
      DATABASE_URL: postgres://api:battery-staple@db/api
      JWT_SECRET: changeme
`;
  const { findings } = lint(plainSecrets, compose);
  expect(short(findings)).toEqual(['error - compose.yaml:5 db', 'error - compose.yaml:9 api', 'error - compose.yaml:10 api', 'warning - compose.yaml:11 api']);
  expect(JSON.stringify(findings)).not.toMatch(/correct-horse|sk-abcdefgh|battery-staple/);
});

test('taken from elsewhere, or not secret', () => {
  const files = {
    'compose.yaml': `services:
  db:
    image: postgres:17
    env_file: [db.env]
    environment:
      POSTGRES_PASSWORD: \${PASSWORD}
      POSTGRES_PASSWORD_FILE: /run/secrets/db
      URL: http://user:\${PASSWORD}@host/
      OTHER_TOKEN: \${OTHER_TOKEN:?}
      MAX_TOKENS: 512
      SALT_KEY: sk-\${PASSWORD}
      API_KEY:
`,
    '.env': 'PASSWORD=correct-horse\nOTHER_TOKEN=abc\n',
    'db.env': 'ROOT_PASSWORD=battery\n',
  };
  expect(shortLint(plainSecrets, files)).toEqual([]);
  expect(shortLint(plainSecrets, { 'compose.yaml': files['compose.yaml'] }, { secrets: ['PASSWORD', 'OTHER_TOKEN'] })).toEqual([]);
});

test('names that only look like one of a secret, beside one that is', () => {
  const compose = 'services:\n  a:\n    image: x\n    environment: [TOKENIZER=fast, FIRST_TOKEN_MS=20, ACCESS_TOKEN=abc123, SECRET_FILE=/run/secrets/a]\n';
  expect(shortLint(plainSecrets, compose)).toEqual(['error - compose.yaml:4 a']);
});
