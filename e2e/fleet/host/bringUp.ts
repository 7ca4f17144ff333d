import { mkdir } from 'node:fs/promises';
import { ensureBase, ensureImages } from './buildImages.ts';
import { ensureDaemon } from './daemon.ts';
import { ensureHostPackages } from './hostPackages.ts';
import { withLock } from './lock.ts';
import { ensureNetwork, type FleetNetwork, openForwarding } from './network.ts';
import { stateDir, statePath } from './paths.ts';
import { ensureInet, ensureRegistry, pushServiceImages } from './serviceContainers.ts';
import { ensureTrust } from './trust.ts';

/** Told how long each stage of `bringUp` took, and each image inside the stage that builds them. */
export type StageReport = (stage: string, tookMs: number) => void;

async function stage<T>(name: string, report: StageReport, work: () => Promise<T>): Promise<T> {
  const startedMs = Date.now();
  const result = await work();
  report(name, Date.now() - startedMs);
  return result;
}

/**
 * Brings the fleet to the state its sources describe, doing only what is missing: packages of this machine, daemon,
 * network, base layer, images, registry and inet. Safe to call from several processes at once. Needs root.
 */
export async function bringUp(report: StageReport): Promise<FleetNetwork> {
  if (process.getuid?.() !== 0) throw new Error('the test fleet runs containers with systemd and needs root');
  await mkdir(stateDir, { recursive: true, mode: 0o755 });
  return withLock(statePath('up.lock'), async () => {
    await stage('host packages', report, ensureHostPackages);
    await stage('trust', report, ensureTrust);
    await stage('daemon', report, ensureDaemon);
    const network = await stage('network', report, async () => {
      const made = await ensureNetwork();
      await openForwarding(made.subnet);
      return made;
    });
    await stage('base layer', report, ensureBase);
    await stage('images', report, () => ensureImages((tag, tookMs) => report(`  ${tag}`, tookMs)));
    await stage('registry and inet', report, async () => {
      await Promise.all([ensureInet(network), ensureRegistry(network)]);
      await pushServiceImages(network);
    });
    return network;
  });
}
