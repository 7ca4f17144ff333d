import type { FleetServer } from '../fleet/testFleet.ts';
import type { Pilothouse } from './pilothouse.ts';

/** Adds a fleet server to the inventory and trusts the key that it really has. */
export async function addTrusted(pilothouse: Pilothouse, name: string, server: FleetServer, more: readonly string[] = []): Promise<void> {
  const { host, port, user, keyFile } = server;
  await pilothouse.json(['servers', 'add', name, '--host', host, '--port', String(port), '--user', user, '--key', keyFile, ...more], 4);
  await pilothouse.json(['servers', 'trust', name, '--fingerprint', await server.hostKeyFingerprint()]);
}
