import type { TerminalPreset } from '../../../shared/model/terminalPreset.ts';

/** Docker as the login may use it; sudo asks for its password in the terminal itself. */
const docker = `docker=docker
docker info >/dev/null 2>&1 || docker='sudo docker'
`;

/** A compose project by the stack's id, or by its own name. */
const project = `project=ph-$PH_OF
[ -n "$($docker ps -aq --filter "label=com.docker.compose.project=$project")" ] || project=$PH_OF
`;

const needs = (program: string) => `command -v ${program} >/dev/null 2>&1 || { echo "There is no ${program} on this server."; exit 127; }\n`;

/** Runs in place of the login shell; what the preset is about is in `$PH_OF`. Null: the login shell itself. */
export const presetScripts: Record<TerminalPreset, string | null> = {
  shell: null,
  gpu: `${needs('nvidia-smi')}exec nvidia-smi -l 2\n`,
  'gpu-dmon': `${needs('nvidia-smi')}exec nvidia-smi dmon\n`,
  container: `${needs('docker')}${docker}exec $docker exec -it "$PH_OF" sh -c 'if command -v bash >/dev/null 2>&1; then exec bash; fi; exec sh'\n`,
  stats: `${needs('docker')}${docker}if [ -z "\${PH_OF:-}" ]; then exec $docker stats; fi
${project}exec $docker stats $($docker ps -q --filter "label=com.docker.compose.project=$project")\n`,
  'stack-logs': `${needs('docker')}${docker}${project}exec $docker compose -p "$project" logs -f --tail 200\n`,
  journal: `${needs('journalctl')}journalctl='journalctl'
if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then journalctl='sudo journalctl'; fi
exec $journalctl -f -n 200 \${PH_OF:+-u "$PH_OF"}\n`,
};
