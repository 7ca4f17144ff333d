import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { missingFiles } from './missingFiles.ts';

test('a guide whose pages and scripts nobody has', () => {
  const readme = `**See [CLEAN_DEPLOYMENT.md](CLEAN_DEPLOYMENT.md)**
**Or [QUICK_START.md](QUICK_START.md)**
\`\`\`bash
sudo ./setup.sh
./start.sh
\`\`\`
See [API_CONTRACT.md](API_CONTRACT.md), [DOCUMENTATION.md](./DOCUMENTATION.md) and [TROUBLESHOOTING.md](TROUBLESHOOTING.md#gpu).
`;
  expect(shortLint(missingFiles, { 'README.md': readme })).toEqual([1, 2, 4, 5, 7, 7, 7].map((line) => `warning X-132 README.md:${line}`));
});

test('an env file, a mounted file and a config of another stack', () => {
  const compose = `services:
  web:
    image: nginx:1.27
    env_file: ./web.env
    volumes:
      - { type: bind, source: ./nginx.conf, target: /etc/nginx/nginx.conf }
configs:
  rules: { file: rules/alerts.yaml }
`;
  expect(shortLint(missingFiles, { 'deploy/compose.yaml': compose })).toEqual([
    'error X-132 deploy/compose.yaml:4 web',
    'error X-132 deploy/compose.yaml:6 web',
    'warning X-132 deploy/compose.yaml:8',
  ]);
});

test('all there, optional, or not a file of the project', () => {
  const files = {
    'deploy/compose.yaml':
      'services:\n  web:\n    image: x\n    env_file: [{ path: web.env, required: false }, ../shared.env]\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./data:/data", "/etc/letsencrypt:/etc/letsencrypt:ro"]\n',
    'deploy/nginx.conf': '',
    'shared.env': '',
    'README.md': 'See [more](docs/), [this](#part) and [that](https://example.org/x.md).\n```sh\n./run.sh\n```\n',
    'docs/a.md': '',
    'run.sh': '#!/bin/sh\n',
  };
  expect(shortLint(missingFiles, files)).toEqual([]);
});

test('what is built from a folder that was not given is unknown', () => {
  expect(lint(missingFiles, 'services:\n  a: { build: ./a }\n').unknowns).toEqual([
    { rule: 'missing-files', what: 'how a is built: Dockerfile of ./a was not given' },
  ]);
});
