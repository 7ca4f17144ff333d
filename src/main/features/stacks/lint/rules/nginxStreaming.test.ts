import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { nginxStreaming } from './nginxStreaming.ts';

const compose = (services: string) => `services:\n  nginx: { image: "nginx:1.27", volumes: ["./nginx.conf:/etc/nginx/nginx.conf"] }\n${services}`;

test('a location for a language model without a word on streams and websockets', () => {
  const files = {
    'compose.yaml': compose('  backend: { image: banksight-ai/backend:1.0, environment: [MODEL_NAME=mistralai/Mistral-7B-Instruct-v0.3] }\n'),
    'nginx.conf': `server {
    location / {
        proxy_pass http://backend_servers;
        proxy_set_header Host $host;
        proxy_read_timeout 120s;
    }
    location /health {
        access_log off;
        proxy_pass http://backend_servers/health;
    }
}
`,
  };
  expect(shortLint(nginxStreaming, files)).toEqual(['warning X-098 nginx.conf:3 nginx', 'note X-098 nginx.conf:3 nginx']);
});

test('a Streamlit page, without models', () => {
  const files = {
    'compose.yaml': compose('  ui: { image: ghcr.io/acme/ui:1, command: streamlit run app.py }\n'),
    'nginx.conf': 'http {\n  server {\n    location /app/ { proxy_pass http://ui:8501; }\n  }\n}\n',
  };
  expect(shortLint(nginxStreaming, files)).toEqual(['warning X-098 nginx.conf:3 nginx', 'note X-098 nginx.conf:3 nginx']);
});

test('said once for the whole server, or for the location', () => {
  const good = `http {
  proxy_http_version 1.1;
  proxy_read_timeout 600s;
  server {
    proxy_buffering off;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    location /v1 { proxy_pass http://llm:8000; }
  }
}
`;
  expect(shortLint(nginxStreaming, { 'compose.yaml': compose('  llm: { image: "vllm/vllm-openai:v0.11.0" }\n'), 'nginx.conf': good })).toEqual([]);
});
