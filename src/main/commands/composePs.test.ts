import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseComposePs } from './composePs.ts';

// Docker Compose 2.26.1: one object per line.
const lines = `{"Command":"\\"/entrypoint.sh\\"","CreatedAt":"2025-10-20 10:00:00 +0000 UTC","ExitCode":0,"Health":"healthy","ID":"a1","Image":"clickhouse/clickhouse-server:25.8","Labels":"","LocalVolumes":"1","Mounts":"","Name":"ph-privaxai-clickhouse-1","Names":"ph-privaxai-clickhouse-1","Networks":"inner","Ports":"8123/tcp, 9000/tcp","Project":"ph-privaxai","Publishers":[{"URL":"","TargetPort":8123,"PublishedPort":0,"Protocol":"tcp"}],"RunningFor":"2 minutes ago","Service":"clickhouse","Size":"0B","State":"running","Status":"Up 2 minutes (healthy)"}
{"ExitCode":137,"Health":"","Image":"tensorzero/gateway:2025.10.0","Name":"ph-privaxai-tensorzero-1","Publishers":[{"URL":"127.0.0.1","TargetPort":3000,"PublishedPort":8000,"Protocol":"tcp"}],"Service":"tensorzero","State":"exited","Status":"Exited (137) 1 second ago"}
`;

test('reads one object per line', () => {
  expect(parseComposePs(lines)).toEqual([
    {
      service: 'clickhouse',
      name: 'ph-privaxai-clickhouse-1',
      state: 'running',
      health: 'healthy',
      image: 'clickhouse/clickhouse-server:25.8',
      exitCode: null,
      status: 'Up 2 minutes (healthy)',
      ports: [],
    },
    {
      service: 'tensorzero',
      name: 'ph-privaxai-tensorzero-1',
      state: 'exited',
      health: 'none',
      image: 'tensorzero/gateway:2025.10.0',
      exitCode: 137,
      status: 'Exited (137) 1 second ago',
      ports: ['127.0.0.1:8000->3000/tcp'],
    },
  ]);
});

test('reads the array of Compose before 2.21, with null for no ports', () => {
  const array =
    '[{"ID":"a1","Name":"ph-x-web-1","Image":"nginx","Command":"nginx","Project":"ph-x","Service":"web","Created":1,"State":"restarting","Status":"Restarting (1)","Health":"starting","ExitCode":1,"Publishers":null}]';
  expect(parseComposePs(array)).toMatchObject([{ service: 'web', state: 'restarting', health: 'starting', exitCode: 1, ports: [] }]);
});

test('no containers', () => {
  expect(parseComposePs('')).toEqual([]);
  expect(parseComposePs('[]\n')).toEqual([]);
});

test('anything else is not understood, and never throws', () => {
  expect(parseComposePs('NAME   IMAGE\n')).toBeNull();
  expect(parseComposePs('{"Name":"x"}')).toBeNull();
  fc.assert(fc.property(fc.string(), (text) => void parseComposePs(text)));
});
