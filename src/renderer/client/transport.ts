import type { ClientContext, ClientLink } from '@orpc/client';

/** One live connection to the core. `closed` resolves once nothing more can be sent over it. */
export interface TransportLink {
  readonly link: ClientLink<ClientContext>;
  readonly closed: Promise<void>;
  close(): void;
}

/** A way to reach the core. `connect` rejects when no connection came about; `signal` gives up on the attempt. */
export interface Transport {
  connect(signal: AbortSignal): Promise<TransportLink>;
}
