// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are what is written here
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allRules } from '../../src/main/features/stacks/lint/allRules.ts';

/** What lint finds is accepted: it would refuse some of what is to break before it can. */
export const acceptAll = allRules.map(({ id }) => id);

const definition = `id: breakable
version: 1
title: Breakable
summary: A small stack that breaks in every way that is asked for.
parameters:
  - { name: nginxTag, title: Tag of nginx, type: text, default: '1.27' }
  - { name: status, title: What the health page says, type: text, default: ok }
  - { name: extra, title: A line of the configuration of nginx, type: text, default: '# nothing' }
  - { name: work, title: What the worker does, type: text, default: exec sleep 100000 }
  - { name: check, title: Health check of the worker, type: text, default: test -d /store }
  - { name: migrate, title: Migration, type: text, default: 'true' }
  - { name: firstTokenMs, title: Time of the model to its first token, type: number, default: '100' }
  - { name: clash, title: A second service on the port of the first, type: choice, choices: ['no', 'yes'], default: 'no' }
  - { name: soak, title: Something that changes, type: text, default: a }
secrets:
  - { name: TENANT_KEY, title: Key that the page asks for }
services:
  - { name: web, title: Page, image: nginx, stateful: false }
  - { name: worker, title: Worker, image: busybox, stateful: true }
  - { name: llm, title: Model, image: vllm, stateful: false }
requirements: {}
ports:
  - { service: web, port: '8080', exposure: loopback }
backups:
  - { service: worker, title: Data, form: stream, save: cat /store/data, restore: cat >/store/data }
start:
  - { title: Store, services: [worker] }
  - title: Migrate
    run: { service: worker, command: [sh, -c, '\${migrate}'], timeoutS: 20 }
    dump: [worker]
gates:
  - { kind: containers, timeoutS: 30 }
  - kind: http
    title: The page says that it is well
    url: http://web:80/health
    headers: { X-Tenant: key $TENANT_KEY }
    status: [200]
    timeoutS: 2
    expect: [{ path: status, equals: ok }]
  - { kind: chat, title: The model answers, url: 'http://llm:8000/v1/chat/completions', model: m, timeoutS: 10, samples: 20 }
smokeTests:
  - kind: http
    title: Health page
    url: http://127.0.0.1:8080/health
    status: [200]
    timeoutS: 5
    expect: [{ path: status, equals: ok }, { path: '', contains: status }]
  - { kind: chat, title: Chat, url: 'http://llm:8000/v1/chat/completions', model: m, timeoutS: 10, samples: 3, prompt: 'What is 2+2?', contains: '4' }
  - { kind: command, title: Store is there, service: worker, command: [test, -d, /store], timeoutS: 10 }
`;

const compose = `services:
  web:
    image: nginx:\${nginxTag}
    volumes: ['./conf:/etc/nginx/conf.d:ro']
    ports: ['127.0.0.1:8080:80']
    restart: unless-stopped
    stop_grace_period: 1s
  worker:
    image: busybox:1.36
    command: [sh, -c, '\${work}']
    mem_limit: 48m
    memswap_limit: 48m
    stop_grace_period: 1s
    tmpfs: ['/data:size=256k']
    volumes: ['store:/store']
    restart: unless-stopped
    environment: { PHASE: '\${soak}' }
    healthcheck: { test: [CMD-SHELL, '\${check}'], interval: 1s, timeout: 2s, retries: 2 }
  llm:
    image: vllm/vllm-openai:v0.10.0
    command: [--model, m]
    environment: { FLEET_TTFT_MS: '\${firstTokenMs}', FLEET_TOKEN_MS: '20', FLEET_TOKENS: '6' }
    stop_grace_period: 1s
    restart: unless-stopped
volumes:
  store:
`;

const clash = `services:
  second:
    image: nginx:\${nginxTag}
    ports: ['127.0.0.1:8080:80']
    stop_grace_period: 1s
`;

const site = `server {
  listen 80;
  location = /health {
    default_type application/json;
    return 200 '{"status":"\${status}"}';
  }
  \${extra}
}
`;

/** Writes a stack into a folder of own stacks that breaks by its parameters: \`breakable`. */
export async function writeBreakableStack(ownStacks: string): Promise<void> {
  const folder = join(ownStacks, 'breakable');
  await mkdir(join(folder, 'conf'), { recursive: true });
  const files = { 'stack.yaml': definition, 'compose.yaml': compose, 'compose.clash.yes.yaml': clash, 'conf/default.conf': site };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
