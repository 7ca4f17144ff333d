import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { upstreamNames } from './upstreamNames.ts';

const nginx = (names: string[]) => `upstream backend_servers {
    least_conn;  # Use least connections algorithm

${names.map((name) => `    server ${name}:8000 max_fails=3 fail_timeout=30s;`).join('\n')}
}

server {
    listen 80;
    location / {
        proxy_pass http://backend_servers;
    }
}
`;
const compose = `services:
  backend: { image: banksight-ai/backend:1.0, networks: [banksight-network] }
  nginx:
    image: nginx:1.27-alpine
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
    networks: [banksight-network]
networks: { banksight-network: { driver: bridge } }
`;

test('backend-1 to backend-3.internal beside a service called backend', () => {
  const files = { 'compose.yaml': compose, 'nginx.conf': nginx(['backend-1.internal', 'backend-2.internal', 'backend-3.internal']) };
  const { findings } = lint(upstreamNames, files);
  expect(findings).toMatchObject([4, 5, 6].map((line) => ({ severity: 'error', trap: 'X-095', place: { file: 'nginx.conf', line, service: 'nginx' } })));
  expect(findings[0]?.fix).toBe('Use the name of a service: backend.');
});

test('a proxy_pass to a service on another network, a gateway and a variable that name nothing', () => {
  const files = {
    'compose.yaml': `services:
  proxy: { image: "nginx:1.27", volumes: ["./conf.d:/etc/nginx/conf.d:ro"], networks: [front] }
  api: { image: x, networks: [back], environment: { CACHE_URL: "redis://cache.internal:6379/0", DB_HOST: postgres } }
  tensorzero: { image: "tensorzero/gateway:1", networks: [back] }
networks: { front: {}, back: {} }
`,
    'conf.d/api.conf': 'server {\n  listen 80;\n  location /v1 { proxy_pass http://api:9000/; }\n}\n',
    'config/tensorzero.toml': '[models.a.providers.o]\napi_base = "http://olama:11434/v1"\n',
  };
  expect(shortLint(upstreamNames, files)).toEqual([
    'error X-095 compose.yaml:3 api',
    'error X-095 compose.yaml:3 api',
    'error X-095 conf.d/api.conf:3 proxy',
    'error X-095 config/tensorzero.toml:2',
  ]);
});

test('names of services, aliases, addresses, variables, public hosts, extra hosts', () => {
  const good = compose.replace(
    'networks: [banksight-network] }',
    'networks: { banksight-network: { aliases: [backend-1.internal] } }, extra_hosts: ["gpu.internal:10.0.0.7"], environment: { LLM_URL: "http://gpu.internal:8000", BUCKET_URL: "https://oss.example.com", BIND_HOST: all } }',
  );
  expect(shortLint(upstreamNames, { 'compose.yaml': good, 'nginx.conf': nginx(['backend', 'backend-1.internal', '10.0.0.9', '$node']) })).toEqual([]);
});
