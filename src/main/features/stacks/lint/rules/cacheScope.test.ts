import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { cacheScope } from './cacheScope.ts';

test('banking answers under the hash of the question', () => {
  const code = `@lru_cache(maxsize=1000)
def get_cached_response(query_hash: str):
    cached = redis_client.get(f"response:{query_hash}")
    return cached

def cache_response(query_hash: str, response: str, ttl=3600):
    redis_client.setex(f"response:{query_hash}", ttl, response)
`;
  expect(shortLint(cacheScope, { 'cache.py': code })).toEqual(['warning X-103 cache.py:3']);
  expect(shortLint(cacheScope, { 'api.py': 'cache.setex(f"search:{query}", 3600, json.dumps(result))\n' })).toEqual(['warning X-103 api.py:1']);
});

test('in JavaScript, and in the cache of a proxy', () => {
  expect(shortLint(cacheScope, { 'cache.ts': `await client.set(\`answer:\${prompt}\`, text);\n` })).toEqual(['warning X-103 cache.ts:1']);
  const nginx = 'http {\n  server {\n    location /api {\n      proxy_cache answers;\n      proxy_pass http://app;\n    }\n  }\n}\n';
  expect(shortLint(cacheScope, { 'nginx.conf': nginx })).toEqual(['warning X-103 nginx.conf:4']);
});

test('with the user in the key, a cache of something else, a proxy that leaves logins out', () => {
  expect(shortLint(cacheScope, { 'a.py': 'r.get(f"response:{tenant_id}:{user_id}:{query_hash}")\nr.get(f"config:{name}")\n' })).toEqual([]);
  const nginx =
    'server {\n  proxy_no_cache $http_authorization;\n  location / { proxy_cache c; proxy_pass http://a; }\n  location /b { proxy_cache off; proxy_pass http://a; }\n}\n';
  expect(shortLint(cacheScope, { 'site.conf': nginx })).toEqual([]);
});
