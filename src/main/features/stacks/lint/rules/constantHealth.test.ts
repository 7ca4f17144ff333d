import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { constantHealth } from './constantHealth.ts';

test('an endpoint whose status is a text, and figures of a card that may not be there', () => {
  const code = `@app.get("/health")
async def health_check():
    return {
        "status": "healthy",
        "checks": {
            "gpu_available": torch.cuda.is_available(),
            "gpu_memory_free": f"{torch.cuda.mem_get_info()[0] / 1024**3:.1f} GB",
        },
    }

@app.get("/")
async def root():
    if not ready: raise HTTPException(503)
`;
  expect(shortLint(constantHealth, { 'app/main.py': code })).toEqual(['warning X-101 app/main.py:4', 'warning X-101 app/main.py:7']);
});

test.each([
  '["CMD", "true"]',
  '"curl http://localhost:8080/health"',
  '["CMD-SHELL", "curl -f http://localhost || true"]',
  '"echo ok"',
  '[CMD, curl, -s, "http://localhost"]',
])('a check %s', (test) => {
  expect(shortLint(constantHealth, `services:\n  api:\n    image: x\n    healthcheck: { test: ${test} }\n`)).toEqual(['error X-101 compose.yaml:4 api']);
});

test('a route in another language, and a gate that only looks at the status', () => {
  expect(shortLint(constantHealth, { 'server.js': "app.get('/healthz', (req, res) => {\n  res.json({ status: 'ok' });\n});\n" })).toEqual([
    'warning X-101 server.js:2',
  ]);
  const gate = { kind: 'http', title: 'Well', url: 'http://api:8000/health', status: [200], timeoutS: 5 };
  expect(shortLint(constantHealth, 'services: {}', { definition: { gates: [gate] } })).toEqual(['note X-101 stack.yaml:']);
});

test('checks that can fail, and a gate that judges the answer', () => {
  for (const test of [
    '["CMD", "curl", "-fsS", "http://localhost"]',
    '"curl --fail http://localhost || exit 1"',
    '[CMD, ollama, list]',
    '"curl -s localhost | grep -q ready"',
  ])
    expect(shortLint(constantHealth, `services:\n  api:\n    image: x\n    healthcheck: { test: ${test} }\n`)).toEqual([]);
  const gate = {
    kind: 'http',
    title: 'Well',
    url: 'http://api:8000/health',
    status: [200],
    timeoutS: 5,
    expect: [{ path: 'checks.llm_loaded', equals: true }],
  };
  const code = '@app.get("/health")\ndef health():\n    if not llm.loaded:\n        raise HTTPException(503)\n    return {"status": "healthy"}\n';
  expect(shortLint(constantHealth, { 'a.py': code }, { definition: { gates: [gate] } })).toEqual([]);
});
