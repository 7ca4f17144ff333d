import type { TerminalPreset } from '../../src/shared/model/terminalPreset.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** A shell that echoes, knows a few words, and can be made to print a lot: `flood 1000` prints a thousand lines. */
export class SimulatedPty {
  readonly #name: string;
  #data: (bytes: Uint8Array) => void = () => {};
  #close: (how: 'exited' | 'lost', exitCode: number | null) => void = () => {};
  #waiting: Uint8Array[] = [];
  #paused = false;
  #line = '';

  constructor(name: string, preset: TerminalPreset) {
    this.#name = name;
    setTimeout(() => {
      const look = presetLooks[preset];
      if (look) return this.#print(look());
      this.#print(`Welcome to Ubuntu 22.04.5 LTS (GNU/Linux 5.15.0-125-generic x86_64)\r\n\r\n`);
      this.#prompt();
    }, 20);
  }

  write(data: string | Uint8Array): void {
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
    for (const key of text) this.#key(key);
  }

  resize(): void {}

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#flow();
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#data = listener;
  }

  onClose(listener: (how: 'exited' | 'lost', exitCode: number | null) => void): void {
    this.#close = listener;
  }

  close(): void {
    this.#close('exited', 0);
  }

  #key(key: string): void {
    if (key === '\r') {
      this.#print('\r\n');
      this.#run(this.#line.trim());
      this.#line = '';
    } else if (key === '\u007f') {
      if (this.#line === '') return;
      this.#line = this.#line.slice(0, -1);
      this.#print('\b \b');
    } else if (key >= ' ') {
      this.#line += key;
      this.#print(key);
    }
  }

  #run(line: string): void {
    const [word = '', ...rest] = line.split(/\s+/);
    if (word === 'exit') {
      this.close();
      return;
    }
    if (word === 'flood') for (let index = 1; index <= Number(rest[0] ?? 100); index += 1) this.#print(`line ${index} ${'x'.repeat(80)}\r\n`);
    else if (word === 'nvidia-smi') this.#print(gpuTable());
    else if (word === 'echo') this.#print(`${rest.join(' ').replaceAll('"', '')}\r\n`);
    else if (word !== '') this.#print(`sh: ${word}: not found\r\n`);
    this.#prompt();
  }

  #prompt(): void {
    this.#print(`\u001b[32mops@${this.#name}\u001b[0m:\u001b[34m~\u001b[0m$ `);
  }

  #print(text: string): void {
    this.#waiting.push(encode(text));
    this.#flow();
  }

  #flow(): void {
    while (!this.#paused) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#data(next);
    }
  }
}

const lines = (rows: readonly string[]) => rows.map((row) => `${row}\r\n`).join('');

/** What the presets show in place of a shell. */
const presetLooks: Partial<Record<TerminalPreset, () => string>> = {
  gpu: gpuTable,
  'gpu-dmon': () =>
    lines([
      '# gpu    pwr  gtemp  mtemp     sm    mem    enc    dec    jpg    ofa   mclk   pclk',
      '# Idx      W      C      C      %      %      %      %      %      %    MHz    MHz',
      ...[0, 1, 2, 3].map(
        (gpu) =>
          `    ${gpu}    ${[248, 231, 302, 52][gpu]}     ${[61, 58, 79, 34][gpu]}     ${[58, 55, 72, 33][gpu]}     ${[93, 88, 99, 0][gpu]}     ${[54, 51, 63, 0][gpu]}      0      0      0      0   1215   1410`,
      ),
    ]),
  stats: () =>
    lines([
      'NAME                      CPU %     MEM USAGE / LIMIT     MEM %     NET I/O',
      'ph-privaxai-gateway-1     3.41%     412MiB / 62.5GiB      0.64%     1.2GB / 3.4GB',
      'ph-privaxai-vllm-1        98.02%    31.4GiB / 62.5GiB     50.2%     88MB / 412MB',
      'ph-privaxai-postgres-1    0.71%     188MiB / 62.5GiB      0.29%     21MB / 44MB',
    ]),
  journal: () =>
    lines([
      'Nov 21 20:14:07 docker[914]: \u001b[33mlevel=warning msg="health check for container 41c9 timed out"\u001b[0m',
      'Nov 21 20:14:12 sshd[20411]: Accepted publickey for ops from 203.0.113.9 port 51822',
      'Nov 21 20:15:02 CRON[20466]: pam_unix(cron:session): session opened for user root',
    ]),
};

/** As `nvidia-smi` draws its table, in short. */
function gpuTable(): string {
  const rows = [
    ['0', 'A100-SXM4-40GB', '\u001b[32m61C\u001b[0m', '248W/400W', '36211/40960 MiB', '93%', 'vllm'],
    ['1', 'A100-SXM4-40GB', '\u001b[32m58C\u001b[0m', '231W/400W', '36190/40960 MiB', '88%', 'vllm'],
    ['2', 'A100-SXM4-40GB', '\u001b[33m79C\u001b[0m', '302W/400W', '39702/40960 MiB', '99%', 'vllm'],
    ['3', 'A100-SXM4-40GB', '\u001b[32m34C\u001b[0m', ' 52W/400W', '    4/40960 MiB', ' 0%', 'idle'],
  ];
  return rows.map((row) => ` ${row.join('  ')}\r\n`).join('');
}
