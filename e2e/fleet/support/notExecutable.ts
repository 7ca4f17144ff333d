import type { Executed } from './executedCommands.ts';

/** Why a command of the catalogue cannot run on a test server; there are no other reasons. */
export type NotExecutableReason = 'cloud-account' | 'nvidia-driver' | 'kubernetes' | 'saas';

/**
 * Commands of shipped workflows and runbooks that no test server can run, each by the definition that it stands in (never by one that takes
 * it in as a sub-workflow). One that did run, or that is no longer there, fails the catalogue suite.
 */
export const notExecutable: readonly (Executed & { reason: NotExecutableReason })[] = [
  { workflow: 'gpu-base', step: 'driver', part: 'apply', reason: 'nvidia-driver' },
  { workflow: 'gpu-base', step: 'driver', part: 'verify', reason: 'nvidia-driver' },
  { workflow: 'gpu-base', step: 'persistence', part: 'apply', reason: 'nvidia-driver' },
  { workflow: 'gpu-base', step: 'persistence', part: 'verify', reason: 'nvidia-driver' },
  { workflow: 'shared-models', step: 'object-store', part: 'check', reason: 'cloud-account' },
  { workflow: 'shared-models', step: 'object-store', part: 'apply', reason: 'cloud-account' },
  { workflow: 'shared-models', step: 'object-store', part: 'verify', reason: 'cloud-account' },
  // Let's Encrypt asks a name that the world knows.
  { workflow: 'asp-deployment', step: 'certificate', part: 'apply', reason: 'saas' },
  { workflow: 'px-kubernetes', step: 'manifests', part: 'check', reason: 'kubernetes' },
  { workflow: 'px-kubernetes', step: 'cards', part: 'check', reason: 'kubernetes' },
  { workflow: 'px-kubernetes', step: 'cards', part: 'apply', reason: 'kubernetes' },
  { workflow: 'px-kubernetes', step: 'configuration', part: 'check', reason: 'kubernetes' },
  { workflow: 'px-kubernetes', step: 'configuration', part: 'apply', reason: 'kubernetes' },
  { workflow: 'px-kubernetes', step: 'deployments', part: 'check', reason: 'kubernetes' },
  { workflow: 'px-kubernetes', step: 'deployments', part: 'apply', reason: 'kubernetes' },
  { workflow: 'px-kubernetes', step: 'volumes', part: 'check', reason: 'kubernetes' },
  { workflow: 'bs-pre', step: 'certificate', part: 'apply', reason: 'saas' },
];
