import type { PortExposure } from '../../../shared/model/stackDefinition.ts';

/** Word, weight and meaning of who may reach a port. */
export const exposures: Record<PortExposure, { word: string; means: string; tone: 'neutral' | 'info' | 'warn' }> = {
  internal: { word: 'inside', means: 'only containers of the stack', tone: 'neutral' },
  loopback: { word: 'local', means: 'only the server itself', tone: 'neutral' },
  private: { word: 'private', means: 'a private network', tone: 'info' },
  public: { word: 'public', means: 'everybody', tone: 'warn' },
};
