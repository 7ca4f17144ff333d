import {
  type AlertChannel,
  type ChannelFields,
  type ChannelKind,
  type ChannelSecrets,
  channelFieldsSchema,
  channelSecretsSchema,
  usualSeverities,
} from '../../../shared/model/alertChannel.ts';
import type { AlertSeverity } from '../../../shared/model/alertRule.ts';

/** What is filled in for a channel; of other kinds too, so that changing the kind loses nothing. */
export interface ChannelForm {
  kind: ChannelKind;
  name: string;
  enabled: boolean;
  severities: readonly AlertSeverity[];
  fromLevel: 1 | 2 | 3;
  chatty: boolean;
  host: string;
  port: string;
  security: 'tls' | 'starttls' | 'none';
  user: string;
  from: string;
  to: string;
  secrets: Record<keyof ChannelSecrets, string>;
}

type Secret = keyof ChannelSecrets;

/** Kinds for people. */
export const channelKinds: Record<ChannelKind, string> = {
  desktop: 'Notifications of this computer',
  slack: 'Slack, or what takes its webhooks',
  webhook: 'Webhook, signed',
  pagerduty: 'PagerDuty, or what takes its events',
  email: 'E-mail',
};

/** Secrets that a kind has; those with `needed` it cannot do without. */
export const kindSecrets: Record<ChannelKind, readonly { secret: Secret; label: string; hint: string; needed: boolean }[]> = {
  desktop: [],
  slack: [{ secret: 'address', label: 'Webhook address', hint: 'its path lets in, so it is kept sealed', needed: true }],
  webhook: [
    { secret: 'address', label: 'Address', hint: 'kept sealed; only its host is shown', needed: true },
    { secret: 'signingKey', label: 'Signing key', hint: '16 characters or more; every message is signed with it', needed: false },
  ],
  pagerduty: [
    { secret: 'routingKey', label: 'Routing key', hint: 'of an integration with Events API v2', needed: true },
    { secret: 'address', label: 'Another address', hint: 'only where it is not PagerDuty itself', needed: false },
  ],
  email: [{ secret: 'password', label: 'Password', hint: 'of the mail server, where it wants one', needed: false }],
};

const noSecrets = { address: '', signingKey: '', routingKey: '', password: '' };

/** The form of a channel, or of a new one. */
export function channelFormOf(channel: AlertChannel | null): ChannelForm {
  const fields = channel?.fields;
  const mail = fields?.kind === 'email' ? fields : null;
  return {
    ...{ kind: fields?.kind ?? 'slack', name: fields?.name ?? '', enabled: fields?.enabled ?? true, severities: fields?.severities ?? usualSeverities.slack },
    ...{ fromLevel: fields?.fromLevel ?? 1, chatty: fields?.chatty ?? false, host: mail?.host ?? '', port: String(mail?.port ?? 587) },
    ...{ security: mail?.security ?? 'starttls', user: mail?.user ?? '', from: mail?.from ?? '', to: mail?.to.join(', ') ?? '', secrets: { ...noSecrets } },
  };
}

/** Fields and secrets of a form, and what is wrong by name. Secrets that were not typed are left out, so that they stay. */
export function readChannelForm(
  form: ChannelForm,
  has: readonly Secret[],
): { fields: ChannelFields | null; secrets: ChannelSecrets; problems: Readonly<Record<string, string>> } {
  const { kind, name, enabled, severities, fromLevel, chatty, host, port, security, user, from, to } = form;
  const common = { kind, name: name.trim(), enabled, severities: [...severities], fromLevel, chatty };
  const addresses = to.split(/[\s,;]+/).filter((each) => each !== '');
  const mail = { host: host.trim(), port: Number(port), security, from: from.trim(), to: addresses, ...(user.trim() !== '' && { user: user.trim() }) };
  const fields = channelFieldsSchema.safeParse(kind === 'email' ? { ...common, ...mail } : common);
  const typed = kindSecrets[kind].filter(({ secret }) => form.secrets[secret].trim() !== '').map(({ secret }) => [secret, form.secrets[secret].trim()]);
  const secrets = channelSecretsSchema.safeParse(Object.fromEntries(typed));
  const issues = [...(fields.error?.issues ?? []), ...(secrets.error?.issues ?? [])];
  const missing = kindSecrets[kind].filter(({ secret, needed }) => needed && !has.includes(secret) && form.secrets[secret].trim() === '');
  const problems = Object.fromEntries([
    ...missing.map(({ secret }) => [secret, 'it cannot do without']),
    ...issues.map(({ path, message }) => [String(path[0] ?? ''), message]),
  ]) as Record<string, string>;
  return { fields: fields.success && secrets.success && missing.length === 0 ? fields.data : null, secrets: secrets.data ?? {}, problems };
}
