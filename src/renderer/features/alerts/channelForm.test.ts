import { describe, expect, it } from 'vitest';
import type { AlertChannel } from '../../../shared/model/alertChannel.ts';
import { channelFormOf, readChannelForm } from './channelForm.ts';

const channel: AlertChannel = {
  ...{ id: 'chan_0000000000000001', host: 'mail.example.com', has: ['password'], problem: null, waiting: 0, givenUp: 0, lastSentAtMs: null, last: null },
  fields: {
    ...{ kind: 'email', name: 'mail', enabled: true, severities: ['critical'], fromLevel: 2, chatty: true, host: 'mail.example.com', port: 465 },
    ...{ security: 'tls', from: 'pilot@example.com', to: ['a@example.com', 'b@example.com'] },
  },
};

describe('the form of a channel', () => {
  it('says of a channel what it is, and leaves secrets that were not typed as they are', () => {
    const { fields, secrets } = readChannelForm(channelFormOf(channel), channel.has);
    expect(fields).toEqual(channel.fields);
    expect(secrets).toEqual({});
  });

  it('wants what a kind cannot do without, unless it has it', () => {
    const form = { ...channelFormOf(null), name: 'ops' };
    expect(readChannelForm(form, [])).toMatchObject({ fields: null, problems: { address: 'it cannot do without' } });
    expect(readChannelForm(form, ['address']).fields).toMatchObject({ kind: 'slack', name: 'ops', severities: ['warning', 'critical'] });
    const typed = { ...form, secrets: { ...form.secrets, address: 'https://hooks.example.com/T1/x', routingKey: 'of another kind' } };
    expect(readChannelForm(typed, [])).toMatchObject({ secrets: { address: 'https://hooks.example.com/T1/x' }, problems: {} });
    expect(readChannelForm(typed, []).secrets).not.toHaveProperty('routingKey');
  });

  it('says what is wrong by its name', () => {
    const form = channelFormOf(channel);
    expect(Object.keys(readChannelForm({ ...form, from: 'nobody', port: 'x' }, []).problems).sort()).toEqual(['from', 'port']);
    expect(readChannelForm({ ...form, severities: [] }, []).fields).toBeNull();
    const webhook = { ...channelFormOf(null), kind: 'webhook' as const, name: 'hook' };
    expect(readChannelForm({ ...webhook, secrets: { ...webhook.secrets, address: 'ftp://x', signingKey: 'short' } }, []).problems).toHaveProperty('signingKey');
  });
});
