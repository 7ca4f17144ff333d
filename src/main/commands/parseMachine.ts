import type { CloudProvider, Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { numberOrNull, oneLine } from './text.ts';

/** Azure's mark on every machine of its own: https://github.com/canonical/cloud-init/blob/main/tools/ds-identify */
const azureChassis = '7783-7084-3265-9085-8269-3286-77';

type Firmware = ReadonlyMap<string, string>;

/** How each provider's machines are known by their firmware, as cloud-init's ds-identify and the providers' own pages tell. */
const marks: readonly { provider: CloudProvider; is(firmware: Firmware): boolean; instanceType?(firmware: Firmware): string | undefined }[] = [
  // Machines on Nitro carry the type as their product; those on Xen say `HVM domU`.
  {
    provider: 'aws',
    is: (dmi) => dmi.get('sys_vendor') === 'Amazon EC2' || (dmi.get('product_version') ?? '').endsWith('.amazon'),
    instanceType: (dmi) => /^[a-z0-9-]+\.[a-z0-9-]+$/.exec(dmi.get('product_name') ?? '')?.[0],
  },
  { provider: 'gcp', is: (dmi) => dmi.get('product_name') === 'Google Compute Engine' },
  { provider: 'azure', is: (dmi) => dmi.get('chassis_asset_tag') === azureChassis },
  { provider: 'oracle', is: (dmi) => dmi.get('chassis_asset_tag') === 'OracleCloud.com' },
  { provider: 'alibaba', is: (dmi) => (dmi.get('product_name') ?? '').startsWith('Alibaba Cloud') },
  { provider: 'hetzner', is: (dmi) => dmi.get('sys_vendor') === 'Hetzner' },
  { provider: 'digitalocean', is: (dmi) => dmi.get('sys_vendor') === 'DigitalOcean' },
  { provider: 'tencent', is: (dmi) => dmi.get('sys_vendor') === 'Tencent Cloud' },
  { provider: 'vultr', is: (dmi) => dmi.get('sys_vendor') === 'Vultr' },
  { provider: 'upcloud', is: (dmi) => dmi.get('sys_vendor') === 'UpCloud' },
  { provider: 'linode', is: (dmi) => /^(Linode|Akamai)/.test(dmi.get('sys_vendor') ?? '') },
  { provider: 'exoscale', is: (dmi) => (dmi.get('product_name') ?? '').startsWith('Exoscale') },
  {
    provider: 'scaleway',
    is: (dmi) => dmi.get('sys_vendor') === 'Scaleway',
    instanceType: (dmi) => /^SCW-(.+)$/.exec(dmi.get('product_name') ?? '')?.[1],
  },
  { provider: 'openstack', is: (dmi) => (dmi.get('product_name') ?? '').startsWith('OpenStack') },
];

/** Who made the machine, whose it is and of which type, as far as its firmware tells. Source: /sys/class/dmi/id (SMBIOS). */
export function parseMachine(sections: FactsSections): Facts['machine'] {
  const { status, lines } = sections.get('firmware');
  const firmware = new Map<string, string>();
  for (const line of lines) {
    const [, key, value] = /^([a-z_]+)=(.*)$/.exec(line) ?? [];
    const shown = oneLine(value ?? '', 80);
    // What makers leave in when they have nothing to say.
    if (key !== undefined && shown !== '' && !/^(to be filled|default string|not specified|system (manufacturer|product))/i.test(shown)) {
      firmware.set(key, shown);
    }
  }
  if (status !== 127 && firmware.size === 0) sections.unknown('maker of the machine', sections.why('firmware', 'the firmware'));
  const mark = marks.find(({ is }) => is(firmware));
  return {
    vendor: firmware.get('sys_vendor') ?? firmware.get('board_vendor') ?? null,
    product: firmware.get('product_name') ?? firmware.get('board_name') ?? null,
    provider: mark?.provider ?? null,
    instanceType: mark?.instanceType?.(firmware) ?? null,
  };
}

/**
 * Kind and speed of the memory modules. Source: `dmidecode -t 17` (SMBIOS type 17), which only root may read; machines in clouds
 * often tell nothing.
 */
export function parseMemoryModules(sections: FactsSections): Pick<Facts['memory'], 'type' | 'speedMts' | 'ecc'> {
  const lines = sections.get('memory-modules').lines;
  const values = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line.trim())?.[1] ?? []);
  const types = values(/^Type: ((?:LP)?DDR\d?\w*|HBM\w*)$/);
  // Modules of different speeds run at the slowest.
  const configured = values(/^Configured (?:Memory|Clock) Speed: (\d{2,6}) (?:MT\/s|MHz)$/).map(Number);
  const rated = values(/^Speed: (\d{2,6}) (?:MT\/s|MHz)$/).map(Number);
  const speeds = configured.length > 0 ? configured : rated;
  // Modules with error correction are wider than the data on them.
  const widths = lines.join('\n').matchAll(/Total Width: (\d{1,4}) bits\s+Data Width: (\d{1,4}) bits/g);
  const corrects = [...widths].map(([, total, data]) => Number(total) > Number(data));
  return {
    ecc: corrects.length === 0 ? null : corrects.every(Boolean),
    type: types[0] ?? null,
    speedMts: speeds.length === 0 ? null : Math.min(...speeds),
  };
}

/** Network cards, fastest first. Source: /sys/class/net; virtual cards tell no speed, and those without a cable -1. */
export function parseInterfaces(sections: FactsSections): Facts['interfaces'] {
  return sections
    .get('network-cards')
    .lines.flatMap((line) => {
      const [name = '', state = '', speed = ''] = line.split('|');
      const mbps = numberOrNull(speed);
      if (name === '' || line.split('|').length !== 3) return [];
      return [{ name: oneLine(name, 60), up: state === 'up', speedMbps: mbps !== null && mbps > 0 ? mbps : null }];
    })
    .sort((a, b) => (b.speedMbps ?? 0) - (a.speedMbps ?? 0))
    .slice(0, 32);
}

/** Whether updates wait for a reboot, and whether they come by themselves. Sources: /run/reboot-required and apt-config(8) of Debian and Ubuntu. */
export function parseUpdates(sections: FactsSections): Facts['updates'] {
  const { lines } = sections.get('updates');
  const reboot = /^reboot-required=(yes|no)$/m.exec(lines.join('\n'))?.[1];
  if (reboot === undefined) return { rebootRequired: null, unattended: null };
  const period = /^APT::Periodic::Unattended-Upgrade "(\w*)";$/m.exec(lines.join('\n'))?.[1];
  return { rebootRequired: reboot === 'yes', unattended: period !== undefined && period !== '' && period !== '0' };
}
