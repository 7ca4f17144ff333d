import { dataDirectory } from '../../core/dataDirectory.ts';
import { openFileLog } from '../../core/fileLog.ts';
import { startCore } from '../../core/startCore.ts';
import { openCoreSocket } from '../../transport/coreClient.ts';
import { socketAddress } from '../../transport/socketAddress.ts';
import { runCoreHost } from './coreHost.ts';
import { dataArgument } from './launchRules.ts';

/** How long another process that holds the data directory may take until it listens, in ms. */
const patienceMs = 10_000;

/** The core's process, as Electron's main process forks it: `core.js --data DIR`. */
function main(): void {
  const directory = dataDirectory(dataArgument(process.argv));
  const { log } = openFileLog(directory);
  runCoreHost({
    parent: process.parentPort,
    patienceMs,
    log,
    exit: (code) => process.exit(code),
    openSocket: () => openCoreSocket(socketAddress(directory)),
    async startCore(keystore) {
      // Where no keychain runs, secrets are opened by what every host has.
      const keystores = (await keystore.isAvailable()) ? [keystore] : [];
      const core = await startCore({ directory, keystores, background: true });
      return { connect: (port) => core.rpc.acceptPort(port), close: () => core.close() };
    },
  });
}

main();
