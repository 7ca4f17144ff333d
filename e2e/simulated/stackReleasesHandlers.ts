import { os } from '../../src/main/rpc/procedures.ts';
import type { ReleaseComparison } from '../../src/shared/contract/stackReleases.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Release } from '../../src/shared/model/stack.ts';
import type { StackDefinition } from '../../src/shared/model/stackDefinition.ts';
import { releasesOf, stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

const composeDiff = (service: string, number: number) => `--- compose.yaml
+++ compose.yaml
@@ -4,11 +4,13 @@
 services:
   ${service}:
-    image: registry.example/${service}:1.4.${number - 1}
+    image: registry.example/${service}:1.4.${number}
     restart: unless-stopped
     environment:
-      LOG_LEVEL: debug
+      LOG_LEVEL: info
+      OTEL_EXPORTER_OTLP_ENDPOINT: http://otel-collector:4317
+      GATEWAY_KEY: ••••
     deploy:
       resources:
         limits:
           memory: 8g
     networks: [inside]
@@ -41,6 +43,5 @@
   redis:
     image: redis:8.2
     command: [redis-server, --appendonly, "yes"]
-    ports: ["6379:6379"]
     volumes:
       - redis:/data
`;

function comparisonOf(stack: StackDefinition, from: Release, to: Release): ReleaseComparison {
  const first = stack.services[0]?.name ?? 'api';
  const number = Number(to.id.slice(1)) % 10;
  const back = Number(to.id.slice(1)) < Number(from.id.slice(1));
  const [before, after] = back ? ['info', 'debug'] : ['debug', 'info'];
  return {
    from,
    to,
    services: stack.services.map((service, index) => {
      const image = `registry.example/${service.name}:1.4.${number}`;
      if (index === 0)
        return {
          name: service.name,
          change: 'changed',
          image: { from: `registry.example/${service.name}:1.4.${number + (back ? 1 : -1)}`, to: image },
          reasons: [
            { path: 'image', from: null, to: null, said: 'another image' },
            { path: 'environment.LOG_LEVEL', from: before ?? null, to: after ?? null, said: 'LOG_LEVEL changed' },
            { path: 'environment.OTEL_EXPORTER_OTLP_ENDPOINT', from: null, to: 'http://otel-collector:4317', said: 'a new variable' },
          ],
        };
      if (index === 2) return { name: service.name, change: 'changed', image: { from: service.image, to: service.image }, reasons: [] };
      return { name: service.name, change: 'same', image: { from: service.image, to: service.image }, reasons: [] };
    }),
    parameters: [{ name: 'model', from: 'qwen2.5-coder:7b', to: 'qwen2.5-coder:14b' }],
    files: [
      { path: 'compose.yaml', change: 'changed', diff: composeDiff(first, number), masked: true, services: [] },
      {
        path: 'config/gateway.toml',
        change: 'changed',
        diff: '--- a\n+++ b\n@@ -8,4 +8,4 @@\n [gateway]\n-timeout_ms = 30000\n+timeout_ms = 120000\n bind = "0.0.0.0:3000"\n',
        masked: false,
        services: [first],
      },
      { path: 'config/tls/server.key', change: 'changed', diff: '', masked: true, services: [first] },
    ],
    secrets: stack.secrets.slice(0, 6).map((secret, index) => ({ name: secret.name, change: index === 0 ? 'changed' : 'kept' })),
    unknowns: [],
  };
}

/** Implements `stackReleases` of the contract. */
export function stackReleasesHandlers(world: World) {
  return {
    compare: os.stackReleases.compare.handler(({ input }) => {
      const row = world.byName(input.server);
      const stack = stackCatalog.find((each) => each.id === input.id);
      if (!stack) throw new AppError('stack.not-found', { id: input.id });
      const placed = row.stacks.find((each) => each.stackId === input.id);
      const releases = releasesOf(input.id, placed?.release ?? 'r1', Date.now());
      const find = (id: string) => {
        const found = releases.find((release) => release.id === id);
        if (!found) throw new AppError('stack.release-not-found', { server: input.server, stack: input.id, release: id });
        return found;
      };
      return comparisonOf(stack, find(input.from), find(input.to));
    }),
  };
}
