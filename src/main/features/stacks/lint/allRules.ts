import type { LintRule } from './lintSubject.ts';
import { backupConsistency } from './rules/backupConsistency.ts';
import { backupCoverage } from './rules/backupCoverage.ts';
import { backupPrune } from './rules/backupPrune.ts';
import { backupScript } from './rules/backupScript.ts';
import { backupSource } from './rules/backupSource.ts';
import { cacheScope } from './rules/cacheScope.ts';
import { constantHealth } from './rules/constantHealth.ts';
import { cpuSum } from './rules/cpuSum.ts';
import { designServices } from './rules/designServices.ts';
import { diskRoom } from './rules/diskRoom.ts';
import { documentDates } from './rules/documentDates.ts';
import { duplicateKey } from './rules/duplicateKey.ts';
import { envNames } from './rules/envNames.ts';
import { envUnset } from './rules/envUnset.ts';
import { fileSets } from './rules/fileSets.ts';
import { firewallDockerRange } from './rules/firewallDockerRange.ts';
import { firewallLockout } from './rules/firewallLockout.ts';
import { firewallOrder } from './rules/firewallOrder.ts';
import { firewallStale } from './rules/firewallStale.ts';
import { gatedModels } from './rules/gatedModels.ts';
import { gatewayAuth } from './rules/gatewayAuth.ts';
import { gpuBfloat16 } from './rules/gpuBfloat16.ts';
import { gpuReplicas } from './rules/gpuReplicas.ts';
import { healthCheck } from './rules/healthCheck.ts';
import { healthTool } from './rules/healthTool.ts';
import { imageGone } from './rules/imageGone.ts';
import { imageRegistry } from './rules/imageRegistry.ts';
import { imageTag } from './rules/imageTag.ts';
import { internalNetwork } from './rules/internalNetwork.ts';
import { memorySum } from './rules/memorySum.ts';
import { missingFiles } from './rules/missingFiles.ts';
import { modelCopies } from './rules/modelCopies.ts';
import { modelIds } from './rules/modelIds.ts';
import { modelWarm } from './rules/modelWarm.ts';
import { nginxStreaming } from './rules/nginxStreaming.ts';
import { nginxStructure } from './rules/nginxStructure.ts';
import { obsoleteKeys } from './rules/obsoleteKeys.ts';
import { ollamaContext } from './rules/ollamaContext.ts';
import { plainSecrets } from './rules/plainSecrets.ts';
import { poolSize } from './rules/poolSize.ts';
import { portClash } from './rules/portClash.ts';
import { portDefaults } from './rules/portDefaults.ts';
import { portPolicy } from './rules/portPolicy.ts';
import { publishedPorts } from './rules/publishedPorts.ts';
import { redisDataset } from './rules/redisDataset.ts';
import { redisReplicas } from './rules/redisReplicas.ts';
import { restartApplies } from './rules/restartApplies.ts';
import { restartPolicy } from './rules/restartPolicy.ts';
import { startPeriod } from './rules/startPeriod.ts';
import { statedTotals } from './rules/statedTotals.ts';
import { stateVolume } from './rules/stateVolume.ts';
import { swapRoom } from './rules/swapRoom.ts';
import { tensorzeroRoutes } from './rules/tensorzeroRoutes.ts';
import { tlsListener } from './rules/tlsListener.ts';
import { upstreamNames } from './rules/upstreamNames.ts';
import { vaultDev } from './rules/vaultDev.ts';
import { volumeForecast } from './rules/volumeForecast.ts';
import { vramPacking } from './rules/vramPacking.ts';
import { weightsVram } from './rules/weightsVram.ts';

/** Every rule, in the order in which they are applied. */
export const allRules: readonly LintRule[] = [
  duplicateKey,
  obsoleteKeys,
  envUnset,
  envNames,
  plainSecrets,
  imageTag,
  imageRegistry,
  imageGone,
  healthCheck,
  healthTool,
  constantHealth,
  startPeriod,
  restartPolicy,
  stateVolume,
  publishedPorts,
  portPolicy,
  portClash,
  portDefaults,
  internalNetwork,
  gatewayAuth,
  upstreamNames,
  nginxStructure,
  tlsListener,
  nginxStreaming,
  vramPacking,
  weightsVram,
  modelCopies,
  gpuReplicas,
  gpuBfloat16,
  memorySum,
  cpuSum,
  statedTotals,
  diskRoom,
  volumeForecast,
  redisDataset,
  swapRoom,
  modelIds,
  gatedModels,
  ollamaContext,
  modelWarm,
  tensorzeroRoutes,
  vaultDev,
  redisReplicas,
  poolSize,
  cacheScope,
  designServices,
  fileSets,
  restartApplies,
  backupSource,
  backupScript,
  backupPrune,
  backupCoverage,
  backupConsistency,
  firewallOrder,
  firewallLockout,
  firewallStale,
  firewallDockerRange,
  missingFiles,
  documentDates,
];
