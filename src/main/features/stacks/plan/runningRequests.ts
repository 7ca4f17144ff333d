import type { PlannedService } from '../../../../shared/contract/stackPlans.ts';
import type { StackServer } from '../release/stackServer.ts';
import { parseHttpAnswer } from '../rollout/gateRules.ts';
import { httpScript } from '../rollout/httpScript.ts';
import type { LiveContainer } from './liveRules.ts';

/** Model servers that tell what they are doing; others are not asked, since a database would take it for a fault. */
const telling = /vllm|sglang/i;
const figure = /^(?:vllm:num_requests_running|sglang:num_running_reqs)(?:\{[^}]*\})? ([0-9.eE+]+)$/gm;
const usualPort = '8000';

/** Requests that are being answered by the services whose containers stop; null where a model server does not say. Services that are none are left out. */
export async function requestsRunning(
  server: StackServer,
  services: readonly PlannedService[],
  containers: readonly LiveContainer[],
): Promise<Map<string, number | null>> {
  const stopping = services.filter(({ effect }) => effect === 'recreate' || effect === 'restart' || effect === 'remove').map(({ name }) => name);
  const asked = containers.filter(({ service, state, inspected }) => stopping.includes(service) && state === 'running' && telling.test(inspected.Config.Image));
  const found = new Map<string, number | null>();
  for (const container of asked) {
    const running = await askOne(server, container);
    const before = found.get(container.service);
    found.set(container.service, running === null || before === null ? null : (before ?? 0) + running);
  }
  return found;
}

async function askOne(server: StackServer, { inspected }: LiveContainer): Promise<number | null> {
  const address = Object.values(inspected.NetworkSettings.Networks ?? {}).find((network) => (network.IPAddress ?? '') !== '')?.IPAddress;
  if (address === undefined) return null;
  const exposed = Object.keys(inspected.Config.ExposedPorts ?? {}).filter((port) => port.endsWith('/tcp'));
  const port = exposed[0]?.replace('/tcp', '') ?? usualPort;
  const env = { PH_URL: `http://${address}:${port}/metrics`, PH_METHOD: 'GET', PH_HEADERS: '', PH_BODY: '', PH_SECONDS: '3' };
  const { exitCode, stdout } = await server.exec(httpScript, env, 15_000);
  const answer = exitCode === 0 ? parseHttpAnswer(stdout) : null;
  return answer?.status === 200 ? runningIn(answer.body) : null;
}

/** Sum of the running requests in metrics of Prometheus; null: they do not say. Source: https://docs.vllm.ai/en/stable/usage/metrics.html */
export function runningIn(metrics: string): number | null {
  const values = [...metrics.matchAll(figure)].map((match) => Number(match[1]));
  return values.length === 0 || values.some(Number.isNaN) ? null : values.reduce((sum, value) => sum + value, 0);
}
