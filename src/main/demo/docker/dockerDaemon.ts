import { parseOptions } from './commandLine.ts';
import { containerState } from './container.ts';
import { type DockerVerbs, engineVersion, formatOption, one } from './dockerVerb.ts';
import { drawTable } from './dockerViews.ts';
import { goTemplate } from './goTemplate.ts';

/** Commands about the daemon itself. Formats: Docker 28.3. */
export const daemonVerbs: DockerVerbs = {
  async version({ call, args, refused }) {
    const { options } = parseOptions(args, formatOption, true);
    const client = { Version: engineVersion, ApiVersion: '1.51', Os: 'linux', Arch: 'amd64', GitCommit: '578ccf6', GoVersion: 'go1.24.4' };
    const parts = { Engine: engineVersion, containerd: '1.7.27', runc: '1.2.5', 'docker-init': '0.19.0' };
    const server = {
      Components: Object.entries(parts).map(([Name, Version]) => ({ Name, Version })),
      ...client,
      MinAPIVersion: '1.24',
      KernelVersion: '6.1.0',
      Platform: { Name: 'Docker Engine - Community (stand-in of a demo server)' },
    };
    const format = one(options, 'format');
    if (format) {
      const data = refused ? { Client: client } : { Client: client, Server: server };
      if (refused && /Server/.test(format)) {
        // Docker prints what came before the part that it has not.
        await call.out(`${goTemplate(format.split('{{.Server')[0] ?? '', data)}\n`);
        await call.err(`${refused}\n`);
        return 1;
      }
      await call.out(format === 'json' ? `${JSON.stringify(data)}\n` : `${goTemplate(format, data)}\n`);
      return refused ? 1 : 0;
    }
    await call.out(
      `Client: Docker Engine - Community\n Version:           ${client.Version}\n API version:       ${client.ApiVersion}\n Go version:        ${client.GoVersion}\n OS/Arch:           linux/amd64\n`,
    );
    if (refused) {
      await call.err(`${refused}\n`);
      return 1;
    }
    await call.out(
      `\nServer: ${server.Platform.Name}\n Engine:\n  Version:          ${server.Version}\n  API version:      ${server.ApiVersion} (minimum version ${server.MinAPIVersion})\n  OS/Arch:          linux/amd64\n`,
    );
    return 0;
  },

  async info({ call, args, ports, refused }) {
    const { options } = parseOptions(args, formatOption, true);
    const containers = ports.engine.containers();
    const running = containers.filter((container) => containerState(container) === 'running').length;
    const data = {
      ID: 'demo',
      Containers: containers.length,
      ContainersRunning: running,
      ContainersStopped: containers.length - running,
      ContainersPaused: 0,
      Images: ports.engine.images().length,
      Driver: 'overlay2',
      CgroupDriver: 'systemd',
      CgroupVersion: '2',
      DockerRootDir: '/var/lib/docker',
      ServerVersion: engineVersion,
      NCPU: ports.persona.cpu.cores,
      MemTotal: ports.persona.memoryMib * 1_048_576,
      OperatingSystem: ports.persona.os.prettyName,
      Architecture: 'x86_64',
      DefaultRuntime: 'runc',
      LoggingDriver: 'json-file',
      Name: ports.persona.name,
      LiveRestoreEnabled: false,
      Runtimes: { runc: { path: 'runc' }, ...(ports.persona.gpu ? { nvidia: { path: 'nvidia-container-runtime' } } : {}) },
      SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
      Warnings: null,
    };
    const format = one(options, 'format');
    if (refused) {
      await call.err(`${refused}\n`);
      return 1;
    }
    if (format) await call.out(format === 'json' ? `${JSON.stringify(data)}\n` : `${goTemplate(format, data)}\n`);
    else
      await call.out(
        `Client: Docker Engine - Community\n Version:    ${engineVersion}\n\nServer:\n Containers: ${data.Containers}\n  Running: ${running}\n Images: ${data.Images}\n Server Version: ${engineVersion}\n Storage Driver: overlay2\n Operating System: ${data.OperatingSystem}\n CPUs: ${data.NCPU}\n Name: ${data.Name}\n Docker Root Dir: /var/lib/docker\n`,
      );
    return 0;
  },

  async 'network ls'({ call, ports }) {
    await call.out(
      drawTable(
        ['NETWORK ID', 'NAME', 'DRIVER', 'SCOPE'],
        ports.engine.networks().map((name) => ['4a1b2c3d4e5f', name, name === 'none' ? 'null' : name === 'host' ? 'host' : 'bridge', 'local']),
      ),
    );
    return 0;
  },

  async 'volume ls'({ call, args, ports }) {
    const volumes = ports.engine.volumes();
    if (args.includes('-q')) await call.out(volumes.map((name) => `${name}\n`).join(''));
    else
      await call.out(
        drawTable(
          ['DRIVER', 'VOLUME NAME'],
          volumes.map((name) => ['local', name]),
        ),
      );
    return 0;
  },

  async 'system df'({ call, ports }) {
    const size = Math.round(ports.engine.images().reduce((sum, image) => sum + image.sizeBytes, 0) / 1_000_000);
    await call.out(
      drawTable(['TYPE', 'TOTAL', 'ACTIVE', 'SIZE', 'RECLAIMABLE'], [['Images', String(ports.engine.images().length), '0', `${size}MB`, '0B (0%)']]),
    );
    return 0;
  },

  async login({ call }) {
    await call.out('Login Succeeded\n');
    return 0;
  },
};
