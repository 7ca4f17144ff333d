import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestCli, type TestCli } from './testCli.ts';

/** `stacks lint` through the real core: a stack of ours, and a deployment guide in the form in which people get one. */

let cli: TestCli;

beforeAll(async () => {
  cli = await startTestCli();
});
afterAll(async () => {
  await cli.close();
});

const run = (...argv: string[]) => cli.run(...argv);

const assistant = {
  'compose.yaml': `version: '3.8'
services:
  backend:
    image: banksight-ai/backend:latest
    deploy:
      replicas: 3
      resources: { reservations: { devices: [{ driver: nvidia, count: 1, capabilities: [gpu] }] } }
    environment:
      - MODEL_NAME=mistralai/Mistral-7B-Instruct-v0.3
      - WORKERS=4
      - VECTOR_DB_HOST=vectordb
    volumes: ["/mnt/oss/models:/app/models:ro"]
    healthcheck: { test: ["CMD", "curl", "-f", "http://localhost:8000/health"], interval: 30s, retries: 3 }
  vectordb:
    image: banksight-ai/chromadb:latest
    volumes: ["chromadb-data:/chroma/data"]
  nginx:
    image: nginx:alpine
    ports: ["80:80", "443:443"]
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
volumes: { chromadb-data: }
`,
  'nginx.conf': `upstream backend_servers {
    server backend-1.internal:8000 max_fails=3;
}
server {
    listen 80;
    location / { proxy_pass http://backend_servers; }
}
`,
  'production.env':
    'export LLM_MODEL="mistralai/Mistral-7B-Instruct-v0.3"\nexport MAX_WORKERS=4\nexport VECTOR_DB_HOST="chromadb.internal"\nexport CACHE_DIR="/mnt/oss/models"\nexport PROMETHEUS_PORT=9090\n',
  'cache.py': 'client = redis.Redis(host=\'redis.internal\')\nclient.setex(f"response:{query_hash}", 3600, response)\n',
  'health.py': '@app.get("/health")\nasync def health():\n    return {"status": "healthy", "free": torch.cuda.mem_get_info()[0]}\n',
  'backup.sh': `# Daily
#!/bin/bash
BACKUP_DIR="/mnt/oss/backups/$(date +%Y%m%d)"
tar -czf $BACKUP_DIR/vectordb.tar.gz /data/vector_db/
find /mnt/oss/backups/ -type d -mtime +30 -exec rm -rf {} \\;
`,
  'GUIDE.md': 'DBA: dba@example.com\n**Next Review:** 2025-12-11\n',
};

it('finds what a deployment guide hides, by file and line, and refuses', async () => {
  const folder = join(cli.directory, 'assistant');
  mkdirSync(folder);
  for (const [path, text] of Object.entries(assistant)) writeFileSync(join(folder, path), text);
  const { code, out } = await run('stacks', 'lint', folder);
  expect(code).toBe(5);
  const traps = [...new Set(out.match(/X-\d{3}/g))].sort();
  const expected = ['026', '027', '080', '083', '095', '096', '097', '098', '099', '100', '101', '103', '105', '106', '107', '122', '123', '124', '131'].map(
    (each) => `X-${each}`,
  );
  expect(traps).toEqual(expected);
  expect(out).toMatch(/nginx\.conf\n {3}1 {2}error/);
  console.log(`an assistant's guide: ${traps.length} of its traps found, ${out.split('\n').at(-2)}`);
  const asJson = await run('--json', 'stacks', 'lint', join(folder, 'compose.yaml'));
  expect([asJson.code, JSON.parse(asJson.out).reports[0].findings.length > 10]).toEqual([5, true]);
});

it('has nothing against a stack of ours, and takes parameters', async () => {
  expect((await run('stacks', 'lint', 'privaxai')).code).toBe(0);
  const open = await run('stacks', 'lint', 'privaxai', '--set', 'bindAddress=0.0.0.0');
  expect(open.code).toBe(5);
  expect(open.out).toContain('(published-ports X-002)');
});

it('explains every trap and any rule', async () => {
  const explained = await run('stacks', 'lint', '--explain', 'X-013');
  expect(explained.out).toContain('vram-packing');
  expect((await run('stacks', 'lint', '--explain', 'vram-packing')).out).toContain('X-022');
  expect((await run('stacks', 'lint', '--explain', 'X-113')).out).toContain('class threshold');
  expect(await run('stacks', 'lint', '--explain', 'X-200')).toMatchObject({ code: 2, out: '' });
  expect(JSON.parse((await run('--json', 'stacks', 'lint', '--rules')).out).traps).toHaveLength(133);
});

it('refuses what is no YAML with its line, and what is not there', async () => {
  const file = join(cli.directory, 'broken.yaml');
  writeFileSync(file, 'services:\n  a: [\n');
  const broken = await run('stacks', 'lint', file);
  expect([broken.code, broken.err.includes('broken.yaml')]).toEqual([5, true]);
  expect((await run('stacks', 'lint', join(cli.directory, 'absent.yaml'))).code).toBe(2);
  expect((await run('stacks', 'lint', 'no-such-stack')).code).toBe(2);
  expect((await run('stacks', 'lint')).code).toBe(2);
});
