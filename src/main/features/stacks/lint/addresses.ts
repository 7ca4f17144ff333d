import type { PortExposure } from '../../../../shared/model/stackDefinition.ts';

/** Whom an address of a published port lets in. */
export type Reach = 'loopback' | 'private' | 'everywhere';

/** Whom an address of a server lets in. A public one is as good as every one. */
export function reachOf(address: string): Reach {
  const bare = address.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1' || bare.startsWith('127.')) return 'loopback';
  if (/^10\.|^192\.168\.|^172\.(?:1[6-9]|2[0-9]|3[01])\.|^100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|^169\.254\.|^f[cd][0-9a-f]{2}:|^fe80:/.test(bare))
    return 'private';
  return 'everywhere';
}

const ranks: Record<PortExposure, number> = { internal: 0, loopback: 1, private: 2, public: 3 };
const reaches: Record<Reach, number> = { loopback: 1, private: 2, everywhere: 3 };

/** Whether an address lets in more than the policy of a port allows. */
export function exceeds(reach: Reach, exposure: PortExposure): boolean {
  return reaches[reach] > ranks[exposure];
}

/** Whether two addresses of one server stand in each other's way at the same port. */
export function sameSocket(a: string, b: string): boolean {
  const every = (address: string) => address === '*' || address === '' || address === '0.0.0.0' || address === '::';
  const bare = (address: string) => address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return every(bare(a)) || every(bare(b)) || bare(a) === bare(b);
}

/** Policy of a port in words. */
export const exposureWords: Record<PortExposure, string> = {
  internal: "for the stack's own containers alone",
  loopback: 'for the server itself alone',
  private: 'for a private network alone',
  public: 'for everybody',
};
