import type { Facts } from '../../../shared/model/facts.ts';
import type { HardwareNeeds } from '../../../shared/model/fit.ts';
import { versionAtLeast } from '../../../shared/model/version.ts';
import { list } from './fitText.ts';
import { type FitRule, type Judged, meets, type Need, short, unknown } from './judged.ts';

const names: Readonly<Record<string, string>> = { ubuntu: 'Ubuntu', debian: 'Debian', rhel: 'RHEL', rocky: 'Rocky Linux' };

/** The release of the system: one that was expected, an older one, or another about which nobody has said anything. */
export const systemRule: FitRule = (needs, { os }) => {
  if (needs.os === undefined) return [];
  const wanted = list(
    needs.os.map(({ id, version }) => `${names[id] ?? id} ${version}`),
    'or',
  );
  const need = { id: 'os', title: 'System', need: wanted };
  const have = os.prettyName;
  const same = needs.os.filter(({ id }) => id === os.id);
  if (os.id === 'unknown' || os.versionId === null) return [unknown(need, os.id === 'unknown' ? null : have, 'The server does not tell its release.')];
  const { versionId } = os;
  if (same.some(({ version }) => version === versionId)) return [meets(need, have)];
  if (same.length === 0) {
    return [
      unknown(need, `${have} (another system)`, `It was written for ${wanted}. ${have} may do as well; nobody has said so.`, 'Try it on one server first.'),
    ];
  }
  if (same.every(({ version }) => versionAtLeast(version, versionId))) {
    return [short(need, have, `${have} is older than what it was written for.`, `Upgrade to ${wanted}.`)];
  }
  return [unknown(need, have, `It was written for ${wanted}; ${have} is another release.`, 'Try it on one server first.')];
};

/** Docker and Compose. */
export const dockerRule: FitRule = (needs, { docker }) => {
  const judged: Judged[] = [];
  if (needs.dockerVersion !== undefined) {
    judged.push(
      judgeVersion({ id: 'docker', title: 'Docker', need: `${needs.dockerVersion} or newer` }, docker.serverVersion, needs.dockerVersion, absentDocker(docker)),
    );
  }
  if (needs.composeVersion !== undefined) {
    const need = { id: 'compose', title: 'Docker Compose', need: `${needs.composeVersion} or newer` };
    const absent =
      docker.state === 'missing' || docker.state === 'ok'
        ? { verdict: 'short' as const, reason: 'Docker Compose is not installed.', remedy: 'Install the package docker-compose-plugin.' }
        : absentDocker(docker);
    judged.push(judgeVersion(need, docker.composeVersion, needs.composeVersion, absent));
  }
  return judged;
};

type Absent = Pick<Judged, 'reason' | 'remedy'> & { verdict: 'short' | 'unknown' };

function absentDocker({ state }: Facts['docker']): Absent {
  switch (state) {
    case 'missing':
      return { verdict: 'short', reason: 'Docker is not installed.', remedy: 'Run the workflow day1-base, or install Docker from its own packages.' };
    case 'daemon-down':
      return { verdict: 'unknown', reason: 'Docker is installed, but its daemon does not answer.', remedy: 'Start it: sudo systemctl start docker.' };
    case 'denied':
      return { verdict: 'unknown', reason: 'This login may not use Docker.', remedy: 'Add the login to the group docker, or let it use sudo.' };
    case 'ok':
      return { verdict: 'unknown', reason: 'Docker does not tell its version.', remedy: null };
  }
}

function judgeVersion(need: Need, have: string | null, minimum: string, absent: Absent): Judged {
  if (have === null)
    return absent.verdict === 'short' ? short(need, 'none', absent.reason ?? '', absent.remedy ?? '') : unknown(need, null, absent.reason ?? '', absent.remedy);
  if (versionAtLeast(have, minimum)) return meets(need, have);
  return short(need, have, `${need.title} is ${have}, which is older than ${minimum}.`, `Upgrade ${need.title} to ${minimum} or newer.`);
}

/** Driver, CUDA and container toolkit of NVIDIA. */
export const driverRule: FitRule = (needs, { gpu, docker }) => {
  const judged: Judged[] = [];
  if (needs.driverVersion !== undefined) judged.push(judgeDriver(needs.driverVersion, gpu));
  if (needs.cudaVersion !== undefined) judged.push(judgeCuda(needs.cudaVersion, gpu));
  if (needs.containerToolkit) judged.push(judgeToolkit(needs, gpu, docker));
  return judged;
};

function judgeDriver(minimum: string, gpu: Facts['gpu']): Judged {
  const need = { id: 'driver', title: 'NVIDIA driver', need: `${minimum} or newer` };
  const { driverVersion: driver, moduleVersion: module } = gpu;
  if (driver === null) {
    return gpu.state === 'none'
      ? short(need, 'none', 'No NVIDIA driver is installed.', `Install a driver of branch ${minimum.split('.')[0] ?? minimum} or newer.`)
      : unknown(need, null, 'The driver does not answer, so its version is not known.', 'Look at dmesg for lines of NVRM, then reboot the server.');
  }
  if (module !== null && module !== driver && versionAtLeast(driver, minimum)) {
    return short(need, driver, `The library is ${driver}, but the kernel still runs the module ${module}: programs cannot use the GPUs.`, 'Reboot the server.');
  }
  if (versionAtLeast(driver, minimum)) return meets(need, driver);
  return short(
    need,
    driver,
    `The driver ${driver} is older than branch ${minimum}.`,
    `Install a driver of branch ${minimum.split('.')[0] ?? minimum} or newer, then reboot.`,
  );
}

function judgeCuda(minimum: string, gpu: Facts['gpu']): Judged {
  const need = { id: 'cuda', title: 'CUDA of the driver', need: `${minimum} or newer` };
  if (gpu.cudaVersion === null) {
    return gpu.state === 'none' && gpu.driverVersion === null
      ? short(need, 'none', 'CUDA comes with the NVIDIA driver, and none is installed.', 'Install the driver.')
      : unknown(need, null, 'nvidia-smi does not tell which CUDA the driver carries.');
  }
  if (versionAtLeast(gpu.cudaVersion, minimum)) return meets(need, gpu.cudaVersion);
  return short(
    need,
    gpu.cudaVersion,
    `The driver carries CUDA ${gpu.cudaVersion} at most; images built for ${minimum} do not start.`,
    `Install a newer driver, one that carries CUDA ${minimum}.`,
  );
}

function judgeToolkit(_needs: HardwareNeeds, gpu: Facts['gpu'], docker: Facts['docker']): Judged {
  const need = { id: 'container-toolkit', title: 'GPUs in containers', need: 'NVIDIA Container Toolkit' };
  const isRegistered = docker.runtimes.includes('nvidia');
  const configure = 'Run: sudo nvidia-ctk runtime configure --runtime=docker, then restart Docker.';
  if (gpu.toolkitVersion === null) {
    if (isRegistered) return meets(need, 'runtime nvidia in Docker');
    return short(need, 'none', 'The NVIDIA Container Toolkit is not installed: containers cannot use GPUs.', 'Install the package nvidia-container-toolkit.');
  }
  // Docker finds the hook by itself for --gpus and for reservations of Compose; the runtime is needed where it is asked for by name.
  if (docker.state === 'ok' && !isRegistered) {
    return {
      ...meets(need, `${gpu.toolkitVersion}, no runtime in Docker`),
      reason: 'Docker has no runtime named nvidia; stacks that ask for it by that name do not start.',
      remedy: configure,
    };
  }
  return meets(need, isRegistered ? `${gpu.toolkitVersion}, runtime in Docker` : gpu.toolkitVersion);
}
