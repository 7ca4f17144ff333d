import type { Call } from './callServer.ts';
import { df, lsblk, ss } from './diskTools.ts';
import { dockerCommand } from './docker/dockerCommand.ts';
import type { Engine } from './docker/engine.ts';
import { httpCall } from './httpCall.ts';
import { gpuFigures } from './liveFigures.ts';
import { nvidiaSmi } from './nvidiaSmi.ts';
import type { Persona } from './personas.ts';
import type { WorldFolders } from './world.ts';

/** How long after a `reboot` the server goes down: long enough for the caller to see its command end. */
const rebootDelayMs = 50;

/** What stands behind the stand-ins of one demo server. */
export interface CallPorts {
  persona: Persona;
  engine: Engine;
  folders: WorldFolders;
  sshPort: number;
  reboot(): void;
}

/** Answers a stand-in: Docker, cards, disks, sockets, requests, reboot. */
export async function answerCall(call: Call, ports: CallPorts): Promise<number> {
  const { persona, engine } = ports;
  switch (call.tool) {
    case 'docker':
      return dockerCommand(call, { engine, persona, folders: ports.folders });
    case 'nvidia-smi': {
      const loop = loopSeconds(call.args);
      for (;;) {
        const now = new Date();
        const loaded = engine.gpuProcesses();
        const figures = gpuFigures(
          persona,
          now.getTime(),
          loaded.reduce((sum, process) => sum + process.usedMib, 0),
        );
        const answer = nvidiaSmi(call.args, { persona, figures, processes: loaded, now });
        await call.out(answer.text);
        if (loop === null || answer.code !== 0) return answer.code;
        await new Promise((resolve) => setTimeout(resolve, loop * 1000));
      }
    }
    case 'df':
      await call.out(df(call.args, persona));
      return 0;
    case 'lsblk':
      await call.out(lsblk(call.args, persona));
      return 0;
    case 'ss':
      await call.out(
        ss(
          call.args,
          [{ address: '0.0.0.0', port: 22, process: 'sshd' }, { address: '::', port: 22, process: 'sshd' }, ...engine.listening()],
          call.user === 'root',
        ),
      );
      return 0;
    case 'demo-http':
      return httpCall(call, (published) => engine.forwardedPort(published));
    case 'demo-reboot':
      setTimeout(ports.reboot, rebootDelayMs);
      return 0;
    default:
      await call.err(`${call.tool}: this stand-in does nothing\n`);
      return 127;
  }
}

/** Seconds between two answers of `nvidia-smi -l`; null: one answer. */
function loopSeconds(args: readonly string[]): number | null {
  for (const [position, arg] of args.entries()) {
    if (arg === '-l' || arg === '--loop') return Math.max(1, Number(args[position + 1]) || 5);
    if (arg.startsWith('--loop=')) return Math.max(1, Number(arg.slice(7)) || 5);
  }
  return null;
}
