import { reachOf } from '../addresses.ts';
import type { LintService } from '../composeService.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, inService, type LintRule, type LintSubject } from '../lintSubject.ts';
import { tomlValues } from '../tomlLines.ts';

/** A door to models that asks nobody who they are. */
export const gatewayAuth: LintRule = {
  id: 'gateway-auth',
  title: 'A gateway or model server that asks nobody who they are',
  why: 'Who reaches it can use the models, and a tenant that is named by a header which the caller sets (x-tenant-id) can be anybody: limits and usage per tenant can be forged. Switch on the keys of the gateway, or let a proxy with authentication stand in front and set the header itself.',
  traps: ['X-007'],
  *check(subject) {
    for (const service of subject.project.services) {
      const facts = imageFacts(service.image?.text);
      if (facts?.role !== 'gateway' && facts?.role !== 'model-server') continue;
      const open = service.ports.find(({ address }) => reachOf(address) !== 'loopback');
      const [port] = service.ports;
      if (port === undefined || hasAuth(facts.title, service, subject)) continue;
      yield found(
        open === undefined ? 'note' : 'warning',
        'X-007',
        inService((open ?? port).at, service.name),
        `${service.name} (${facts.title}) answers on port ${port.published ?? port.target} ${open === undefined ? 'of the server itself ' : ''}without asking for a key; headers that name a tenant can be forged.`,
        fixes[facts.title] ?? 'Put a proxy with authentication in front of it that sets the headers of the tenant.',
      );
    }
  },
};

const fixes: Record<string, string> = {
  TensorZero: 'Set `auth.enabled = true` under [gateway] and make API keys, or put a proxy with authentication in front.',
  LiteLLM: 'Set LITELLM_MASTER_KEY.',
  vLLM: 'Start it with --api-key or VLLM_API_KEY, and do not publish it.',
};

function hasAuth(title: string, service: LintService, { files }: LintSubject): boolean {
  const given = (name: string) => (service.environment.get(name)?.value ?? '') !== '' || service.environment.get(name)?.value === null;
  const toml = files.some(
    ({ path, text }) =>
      path.endsWith('.toml') && tomlValues(text).some(({ section, key, value }) => `${section}.${key}` === 'gateway.auth.enabled' && value === 'true'),
  );
  const yaml = files.some(({ path, text }) => /\.ya?ml$/.test(path) && /^[ \t]*master_key[ \t]*:[ \t]*\S/m.test(text));
  if (title === 'TensorZero') return toml;
  if (title === 'LiteLLM') return given('LITELLM_MASTER_KEY') || yaml;
  if (title === 'vLLM' || title === 'SGLang') return given('VLLM_API_KEY') || service.command.some((word) => word.startsWith('--api-key'));
  if (title.startsWith('Text ')) return given('API_KEY');
  return false;
}
