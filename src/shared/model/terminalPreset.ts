/** What may run in a terminal in place of the login shell. */
export const terminalPresets = ['shell', 'gpu', 'gpu-dmon', 'container', 'stats', 'stack-logs', 'journal'] as const;
export type TerminalPreset = (typeof terminalPresets)[number];

/** Words for each preset, and what it has to be told. */
export const presetWords: Record<TerminalPreset, { label: string; short: string; asks: 'container' | 'stack' | 'unit' | null; optional: boolean }> = {
  shell: { label: 'Login shell', short: 'shell', asks: null, optional: true },
  gpu: { label: 'GPUs, every two seconds (nvidia-smi -l 2)', short: 'GPU', asks: null, optional: true },
  'gpu-dmon': { label: 'GPU figures in columns (nvidia-smi dmon)', short: 'GPU dmon', asks: null, optional: true },
  container: { label: 'Shell in a container', short: 'container', asks: 'container', optional: false },
  stats: { label: 'Container statistics (docker stats)', short: 'stats', asks: 'stack', optional: true },
  'stack-logs': { label: 'Logs of a stack (docker compose logs)', short: 'logs', asks: 'stack', optional: false },
  journal: { label: 'Journal (journalctl -f)', short: 'journal', asks: 'unit', optional: true },
};
