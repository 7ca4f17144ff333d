import type { Facts } from '../../../shared/model/facts.ts';
import { byteSize } from './terminalText.ts';

/** The facts of a server as aligned lines. */
export function factsLines(facts: Facts): string[] {
  const gpu =
    facts.gpu.state === 'ok'
      ? facts.gpu.devices.map((device) => `${device.name} ${Math.round(device.vramMib / 1024)} GiB`).join(', ')
      : facts.gpu.state === 'none'
        ? 'none'
        : `${facts.gpu.state}: ${facts.gpu.detail ?? ''}`;
  const rows: [string, string][] = [
    ['host name', facts.hostname],
    ['system', `${facts.os.prettyName}, kernel ${facts.kernel} ${facts.architecture}, ${facts.init}`],
    ['virtualization', facts.virtualization ?? 'unknown'],
    ['CPU', `${facts.cpu.logicalCores} × ${facts.cpu.model ?? 'unknown model'}`],
    ['memory', `${Math.round(facts.memory.totalMib / 102.4) / 10} GiB, swap ${Math.round(facts.memory.swapTotalMib / 102.4) / 10} GiB`],
    ['disks', facts.disks.map((disk) => `${disk.name} ${byteSize(disk.sizeBytes)}`).join(', ') || 'unknown'],
    [
      'root',
      facts.mounts
        .filter((mount) => mount.mountPoint === '/')
        .map((mount) => `${byteSize(mount.availableBytes)} free of ${byteSize(mount.sizeBytes)}`)
        .join('') || 'unknown',
    ],
    ['GPU', gpu],
    ['driver', facts.gpu.driverVersion === null ? '—' : `${facts.gpu.driverVersion}, CUDA ${facts.gpu.cudaVersion ?? 'unknown'}`],
    ['Docker', facts.docker.state === 'ok' ? `${facts.docker.serverVersion ?? '?'}, Compose ${facts.docker.composeVersion ?? 'missing'}` : facts.docker.state],
    ['privilege', facts.privilege],
    [
      'time',
      `${facts.time.synchronized === null ? 'unknown' : facts.time.synchronized ? 'synchronised' : 'not synchronised'}, ${facts.time.zone ?? 'zone unknown'}`,
    ],
    ['listens', facts.ports.map((port) => `${port.address}:${port.port}/${port.protocol}`).join(' ') || 'nothing'],
    ...facts.unknowns.map((unknown): [string, string] => ['unknown', `${unknown.what}: ${unknown.why}`]),
  ];
  return rows.map(([label, value]) => `${label.padEnd(15)} ${value}`);
}
