import type { Recording } from '../../src/shared/contract/terminals.ts';
import type { RecordingId } from '../../src/shared/model/ids.ts';

/** A recording with what is in its file. */
export type SimulatedRecording = Recording & { text: string };

const prompt = (server: string) => `\u001b[32mops@${server}\u001b[0m:\u001b[34m~\u001b[0m$ `;

/** A session as asciicast v2: a command typed letter by letter, its answer, a pause, the next. */
function cast(server: string, title: string, commands: readonly { typed: string; shows: string; pauseS: number }[]): { text: string; durationMs: number } {
  const events: [number, string][] = [[0.1, prompt(server)]];
  let at = 0.6;
  for (const { typed, shows, pauseS } of commands) {
    for (const letter of typed) {
      events.push([at, letter]);
      at += 0.07;
    }
    events.push([at, '\r\n'], [at + 0.25, `${shows.replaceAll('\n', '\r\n')}\r\n${prompt(server)}`]);
    at += pauseS;
  }
  const header = { version: 2, width: 96, height: 24, timestamp: 1_780_000_000, title };
  const lines = events.map(([time, data]) => JSON.stringify([Math.round(time * 1e6) / 1e6, 'o', data]));
  return { text: `${[JSON.stringify(header), ...lines].join('\n')}\n`, durationMs: Math.round(at * 1000) };
}

/** What was recorded in the simulated world, the newest first. */
export function presetRecordings(nowMs: number): SimulatedRecording[] {
  const make = (number: number, server: string, title: string, agoMs: number, made: ReturnType<typeof cast>): SimulatedRecording => ({
    id: `rec_${String(number).padStart(16, '0')}` as RecordingId,
    serverName: server,
    title,
    startedAtMs: nowMs - agoMs,
    durationMs: made.durationMs,
    bytes: Buffer.byteLength(made.text),
    running: false,
    text: made.text,
  });
  const restart = cast('gpu-eu-01', 'gpu-eu-01 · shell', [
    {
      typed: 'nvidia-smi -L',
      shows: 'GPU 0: NVIDIA A100-SXM4-40GB\nGPU 1: NVIDIA A100-SXM4-40GB\nGPU 2: NVIDIA A100-SXM4-40GB\nGPU 3: NVIDIA A100-SXM4-40GB',
      pauseS: 4,
    },
    {
      typed: 'docker ps --format "{{.Names}}  {{.Status}}"',
      shows: 'ph-privaxai-gateway-1  Up 3 days (healthy)\nph-privaxai-vllm-1     \u001b[31mUp 2 minutes (unhealthy)\u001b[0m',
      pauseS: 42,
    },
    { typed: 'docker restart ph-privaxai-vllm-1', shows: 'ph-privaxai-vllm-1', pauseS: 6 },
    {
      typed: 'docker ps --format "{{.Names}}  {{.Status}}"',
      shows: 'ph-privaxai-gateway-1  Up 3 days (healthy)\nph-privaxai-vllm-1     \u001b[32mUp 5 seconds (health: starting)\u001b[0m',
      pauseS: 3,
    },
  ]);
  const disk = cast('stage-12', 'stage-12 · shell', [
    { typed: 'df -h /', shows: 'Filesystem      Size  Used Avail Use% Mounted on\n/dev/nvme0n1p1  484G  401G   83G  83% /', pauseS: 3 },
    {
      typed: 'docker system df',
      shows: 'TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\nImages          41        9         212.4GB   163.1GB (76%)',
      pauseS: 5,
    },
  ]);
  return [make(2, 'gpu-eu-01', 'gpu-eu-01 · shell', 3_600_000, restart), make(1, 'stage-12', 'stage-12 · shell', 3 * 86_400_000, disk)];
}
