import type { Persona } from './personas.ts';

const gib = 1024 ** 3;

/** Bytes of the root file system: some of the disk goes to the boot partition, and 5 % is kept for root. */
function rootFileSystem(persona: Persona): { size: number; used: number; available: number } {
  const size = Math.floor(persona.diskGib * gib * 0.98);
  const used = Math.floor(size * 0.95 * persona.diskUsed);
  return { size, used, available: Math.floor(size * 0.95) - used };
}

const human = (bytes: number): string => {
  const units = ['', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${units[unit]}`;
};

/** Answers `df` with the persona's disk in the forms of GNU and POSIX (`-P -k`, `-B1`, `-h`, `-T`, `--output=`); every path lies on `/`. */
export function df(args: readonly string[], persona: Persona): string {
  const flags = args.filter((arg) => /^-[a-zA-Z]/.test(arg)).join('');
  const block = args.map((arg) => /^(?:-B|--block-size=)(.+)$/.exec(arg)?.[1]).find((value) => value !== undefined);
  const inHuman = /h/.test(flags) && !block;
  const unit = block === '1' ? 1 : block === 'M' || block === '1M' || /m/.test(flags) ? 1_048_576 : block === 'G' || block === '1G' ? gib : 1024;
  const { size, used, available } = rootFileSystem(persona);
  const shown = (bytes: number): string => (inHuman ? human(bytes) : String(Math.ceil(bytes / unit)));
  const percent = `${Math.ceil((used * 100) / (used + available))}%`;
  const output = args.map((arg) => /^--output=(.+)$/.exec(arg)?.[1]).find((value) => value !== undefined);
  const values: Record<string, [string, string]> = {
    source: ['Filesystem', '/dev/nvme0n1p2'],
    fstype: ['Type', 'ext4'],
    size: [inHuman ? 'Size' : unit === 1 ? '1B-blocks' : '1K-blocks', shown(size)],
    used: ['Used', shown(used)],
    avail: [inHuman || unit === 1 || output ? 'Avail' : 'Available', shown(available)],
    pcent: [/P/.test(flags) ? 'Capacity' : 'Use%', percent],
    target: ['Mounted on', '/'],
    itotal: ['Inodes', '62513152'],
    iused: ['IUsed', '812345'],
    iavail: ['IFree', '61700807'],
    ipcent: ['IUse%', '2%'],
    file: ['File', '/'],
  };
  const posix = unit === 1024 && /P/.test(flags) ? '1024-blocks' : null;
  if (posix && values['size']) values['size'][0] = posix;
  let columns = output?.split(',') ?? ['source', ...(/T/.test(flags) ? ['fstype'] : []), 'size', 'used', 'avail', 'pcent', 'target'];
  if (/i/.test(flags) && !output) columns = ['source', 'itotal', 'iused', 'iavail', 'ipcent', 'target'];
  const cells = columns.map((column): [string, string] => values[column] ?? [column, '-']);
  const widths = cells.map(([title, shownValue]) => Math.max(title.length, shownValue.length));
  const row = (part: 0 | 1): string => cells.map((cell, position) => cell[part].padEnd(widths[position] ?? 0)).join(' ');
  return `${row(0).trimEnd()}\n${row(1).trimEnd()}\n`;
}

/** Answers `lsblk`: JSON with the wanted columns, or the plain tree. Format: util-linux 2.38. */
export function lsblk(args: readonly string[], persona: Persona): string {
  const disk = Math.floor(persona.diskGib * gib);
  const devices = [
    {
      name: 'nvme0n1',
      size: disk,
      rota: false,
      type: 'disk',
      model: 'SAMSUNG MZQL21T9HCJR-00A07',
      tran: 'nvme',
      mountpoint: null,
      fstype: null,
      'maj:min': '259:0',
      rm: false,
      ro: false,
    },
    {
      name: 'nvme0n1p1',
      size: gib,
      rota: false,
      type: 'part',
      model: null,
      tran: 'nvme',
      mountpoint: '/boot/efi',
      fstype: 'vfat',
      'maj:min': '259:1',
      rm: false,
      ro: false,
    },
    {
      name: 'nvme0n1p2',
      size: disk - gib,
      rota: false,
      type: 'part',
      model: null,
      tran: 'nvme',
      mountpoint: '/',
      fstype: 'ext4',
      'maj:min': '259:2',
      rm: false,
      ro: false,
    },
  ];
  const flags = args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join('');
  const chosen = /d/.test(flags) || args.includes('--nodeps') ? devices.slice(0, 1) : devices;
  const position = args.findIndex((arg) => arg === '-o' || arg === '--output' || /^-[a-zA-Z]*o$/.test(arg));
  const columns = (position === -1 ? 'NAME,MAJ:MIN,RM,SIZE,RO,TYPE,MOUNTPOINT' : (args[position + 1] ?? 'NAME')).toLowerCase().split(',');
  const bytes = /b/.test(flags) || args.includes('--bytes');
  const value = (device: (typeof devices)[number], column: string): string | number | boolean | null => {
    if (column === 'size') return bytes ? device.size : human(device.size);
    return column in device ? (device[column as keyof typeof device] ?? null) : null;
  };
  if (/J/.test(flags) || args.includes('--json')) {
    const [disk, ...parts] = chosen.map((device) => Object.fromEntries(columns.map((column) => [column, value(device, column)])));
    const blockdevices = [{ ...disk, ...(parts.length > 0 ? { children: parts } : {}) }];
    return `${JSON.stringify({ blockdevices }, null, 3)}\n`;
  }
  const header = /n/.test(flags) ? [] : [columns.map((column) => column.toUpperCase())];
  const rows = chosen.map((device) =>
    columns.map((column) => {
      const shown = value(device, column);
      return shown === null ? '' : typeof shown === 'boolean' ? (shown ? '1' : '0') : String(shown);
    }),
  );
  const lines = [...header, ...rows];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join(' ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** A listening socket of a demo server. */
export interface ListeningSocket {
  address: string;
  port: number;
  process: string;
}

/** Answers `ss -tuln` and its like: the server's sshd, its clock and the ports its containers publish. Format: iproute2 6. */
export function ss(args: readonly string[], sockets: readonly ListeningSocket[], isRoot: boolean): string {
  const flags = args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join('');
  const tcpOnly = /t/.test(flags) && !/u/.test(flags);
  if (/u/.test(flags) && !/t/.test(flags)) return '';
  const withProcess = /p/.test(flags);
  const rows = sockets.map((socket, position) => {
    const local = `${socket.address.includes(':') ? `[${socket.address}]` : socket.address}:${socket.port}`;
    const peer = socket.address.includes(':') ? '[::]:*' : '0.0.0.0:*';
    const process = withProcess && isRoot ? ` users:(("${socket.process}",pid=${700 + position},fd=3))` : '';
    return `${tcpOnly ? '' : 'tcp   '}LISTEN 0      4096   ${local.padStart(18)}      ${peer.padStart(9)}${process}\n`;
  });
  const header =
    /H/.test(flags) || args.includes('--no-header') ? '' : `${tcpOnly ? '' : 'Netid '}State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\n`;
  return header + rows.join('');
}
