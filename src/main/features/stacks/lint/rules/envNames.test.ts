import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { envNames } from './envNames.ts';

const compose = `services:
  backend:
    image: banksight-ai/backend:1.0
    environment:
      - MODEL_NAME=mistralai/Mistral-7B-Instruct-v0.3
      - DEVICE=cuda
      - WORKERS=4
      - VECTOR_DB_HOST=vectordb
    volumes:
      - /mnt/oss/models:/app/models:ro
`;
const production = `export LLM_MODEL="mistralai/Mistral-7B-Instruct-v0.3"
export DEVICE="cuda"
export MAX_WORKERS=4
export VECTOR_DB_HOST="chromadb.internal"
export CACHE_DIR="/mnt/oss/models"
export LOG_LEVEL="INFO"
`;

test('the compose file and the production environment of a banking assistant', () => {
  const { findings } = lint(envNames, { 'compose.yaml': compose, 'production.env': production });
  expect(new Set(findings.map(({ trap }) => trap))).toEqual(new Set(['X-099']));
  expect(findings.map(({ severity, place, reason }) => `${severity} ${place.file}:${place.line} ${reason}`)).toEqual([
    'warning compose.yaml:8 VECTOR_DB_HOST is vectordb for backend and chromadb.internal in production.env line 4: only the first counts.',
    'warning production.env:1 LLM_MODEL is read by no service; backend has MODEL_NAME for what seems to be the same.',
    'warning production.env:3 MAX_WORKERS is read by no service; backend has WORKERS for what seems to be the same.',
    'error production.env:5 CACHE_DIR is /mnt/oss/models, a path of the server; backend has it mounted at /app/models.',
  ]);
});

test('another stack, as mappings, without showing a secret', () => {
  const files = {
    'compose.yaml':
      'services:\n  api:\n    image: ghcr.io/acme/api:1\n    environment: { EMBEDDER_URL: "http://tei:80", DB_PASSWORD: one-of-two }\n    volumes: [{ type: bind, source: /srv/cache, target: /cache }]\n',
    '.env': 'EMBEDDER_BASE_URL=http://tei:80\nDB_PASSWORD=other\nHF_HOME_DIR=/srv/cache/hf\n',
  };
  const { findings } = lint(envNames, files);
  expect(findings.map(({ severity, place }) => `${severity} ${place.file}:${place.line}`)).toEqual([
    'warning .env:1',
    'error .env:3',
    'warning compose.yaml:4',
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/one-of-two|other"/);
  expect(findings[1]?.fix).toBe('Set it to /cache/hf.');
});

test('read by interpolation or env_file, the same value, other things, an example file', () => {
  const files = {
    'compose.yaml': `services:\n  api:\n    image: x\n    env_file: [app.env]\n    environment: { LEVEL: "\${LOG_LEVEL}", MODEL_NAME: a, DEVICE: cuda }\n`,
    '.env': 'LOG_LEVEL=info\nDEVICE=cuda\nSENTRY_DSN=x\n',
    'app.env': 'LLM_MODEL=b\n',
    '.env.example': 'MODEL_ID=a\n',
  };
  expect(shortLint(envNames, files)).toEqual([]);
});
