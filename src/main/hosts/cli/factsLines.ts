import type { Facts, FactsChange } from '../../../shared/model/facts.ts';
import { factsNotices } from '../../../shared/model/factsNotices.ts';
import {
  diskWords,
  dockerWords,
  gpuTraits,
  machineWords,
  memoryWords,
  mountWords,
  networkWords,
  processorWords,
  raidWords,
  runtimeWords,
} from '../../../shared/model/factsWords.ts';
import { byteSize, harmless, type Output, table } from './terminalText.ts';

/** The facts of a server as aligned lines; what asks for a person comes last. */
export function factsLines(facts: Facts): string[] {
  const { gpu, updates } = facts;
  const flag = (value: boolean | null, yes: string, no: string) => (value === null ? 'unknown' : value ? yes : no);
  const rows: [string, string][] = [
    ['host name', facts.hostname],
    ['machine', machineWords(facts) ?? 'unknown'],
    ['system', `${facts.os.prettyName}, kernel ${facts.kernel} ${facts.architecture}, ${facts.init}`],
    ['CPU', processorWords(facts)],
    ['memory', memoryWords(facts)],
    ...labelled(
      'disk',
      facts.disks.map((disk) => `${diskWords(disk)}, ${byteSize(disk.sizeBytes)}`),
      'unknown',
    ),
    ...facts.raid.map((raid): [string, string] => ['RAID', raidWords(raid)]),
    ...labelled(
      'mount',
      facts.mounts.map((mount) => {
        const words = mountWords(mount, facts.disks);
        return `${mount.mountPoint} ${byteSize(mount.availableBytes)} free of ${byteSize(mount.sizeBytes)} ${mount.filesystem}${words === '' ? '' : `, ${words}`}`;
      }),
      'unknown',
    ),
    ['network', facts.interfaces.map(networkWords).join(', ') || 'unknown'],
    ...gpuRows(gpu),
    ['Docker', dockerWords(facts)],
    ...(facts.docker.state === 'ok'
      ? [['runtimes', `${runtimeWords(facts) ?? 'unknown'}; storage driver ${facts.docker.storageDriver ?? 'unknown'}`] as [string, string]]
      : []),
    ['updates', `${flag(updates.unattended, 'by themselves', 'by hand')}; reboot ${flag(updates.rebootRequired, 'required', 'not required')}`],
    ['privilege', facts.privilege],
    ['time', `${flag(facts.time.synchronized, 'synchronised', 'not synchronised')}, ${facts.time.zone ?? 'zone unknown'}`],
    ['listens', facts.ports.map((port) => `${port.address}:${port.port}/${port.protocol}`).join(' ') || 'nothing'],
    ...facts.unknowns.map((unknown): [string, string] => ['unknown', `${unknown.what}: ${unknown.why}`]),
    ...factsNotices(facts).map(({ sentence, next }): [string, string] => ['attention', `${sentence} ${next}`]),
  ];
  return rows.map(([label, value]) => harmless(`${label.padEnd(15)} ${value}`));
}

function labelled(label: string, values: readonly string[], none: string): [string, string][] {
  return values.length === 0 ? [[label, none]] : values.map((value) => [label, value]);
}

function gpuRows(gpu: Facts['gpu']): [string, string][] {
  const state = gpu.state === 'none' ? (gpu.detail ?? 'none') : `${gpu.state}: ${gpu.detail ?? ''}`;
  const versions = [
    gpu.driverVersion === null ? 'none' : gpu.driverVersion,
    gpu.moduleVersion !== null && gpu.moduleVersion !== gpu.driverVersion ? `module ${gpu.moduleVersion}` : '',
    gpu.cudaVersion === null ? '' : `CUDA ${gpu.cudaVersion}`,
    gpu.toolkitVersion === null ? '' : `container toolkit ${gpu.toolkitVersion}`,
  ];
  return [
    ...(gpu.state === 'ok' ? [] : [['GPU', state] as [string, string]]),
    ...gpu.devices.map((device): [string, string] => [
      `GPU ${device.index}`,
      [`${device.name} ${Math.round(device.vramMib / 1024)} GiB`, device.pciAddress, device.uuid].filter((part) => part !== null).join(', '),
    ]),
    ...gpuTraits(gpu.devices).map(([name, words]): [string, string] => ['', `${name}: ${words}`]),
    ['driver', versions.filter((part) => part !== '').join(', ')],
  ];
}

/** Changes of a server's facts as a table, newest first; the important are marked. */
export function factsChangeLines(changes: readonly FactsChange[], output: Pick<Output, 'style'>): string[] {
  if (changes.length === 0) return ['nothing changed since its facts were first read'];
  const rows = changes.map(({ seenAtMs, title, before, after, important }) => [
    new Date(seenAtMs).toISOString().slice(0, 19).replace('T', ' '),
    important ? '!' : '',
    title,
    `${before ?? 'nothing'} → ${after ?? 'gone'}`,
  ]);
  return table(['SEEN (UTC)', '', 'WHAT', 'CHANGE'], rows, output);
}
