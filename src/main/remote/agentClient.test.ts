import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentAddress, agentIdentities, agentSign, windowsAgentPipe } from './agentClient.ts';
import { SshReader, sshString } from './sshWire.ts';

let directory: string;
let server: Server | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ph-agent-'));
});
afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(null) : server.close(resolve)));
  rmSync(directory, { recursive: true });
});

/** An agent that gives each request the next of these answers, in pieces. */
async function agent(...answers: Buffer[]): Promise<{ address: string; requests: Buffer[] }> {
  const requests: Buffer[] = [];
  server = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => {
      requests.push(new SshReader(bytes).bytes());
      const answer = answers.shift() ?? Buffer.alloc(0);
      socket.write(answer.subarray(0, 3), () => socket.write(answer.subarray(3), () => answers.length === 0 && answer.length < 5 && socket.end()));
    });
  });
  const address = join(directory, 'socket');
  await new Promise<void>((resolve) => server?.listen(address, resolve));
  return { address, requests };
}
const count = (number: number) => Buffer.from([0, 0, 0, number]);

describe('the agent', () => {
  it('is where the environment says, and on Windows else at its own pipe', () => {
    expect(agentAddress({ SSH_AUTH_SOCK: '/run/agent' }, 'linux')).toBe('/run/agent');
    expect(agentAddress({ SSH_AUTH_SOCK: '' }, 'linux')).toBeNull();
    expect(agentAddress({}, 'win32')).toBe(windowsAgentPipe);
    expect(windowsAgentPipe).toBe(String.raw`\\.\pipe\openssh-ssh-agent`);
    expect(agentAddress({ SSH_AUTH_SOCK: String.raw`\\.\pipe\other` }, 'win32')).toContain('other');
  });

  it('tells its keys and signs, asking for SHA-2', async () => {
    const keys = Buffer.concat([Buffer.from([12]), count(2), sshString('one'), sshString('a@b'), sshString('two'), sshString('')]);
    const signature = Buffer.concat([Buffer.from([14]), sshString('signed')]);
    const { address, requests } = await agent(sshString(keys), sshString(signature));
    expect((await agentIdentities(address)).map(({ blob, comment }) => [String(blob), comment])).toEqual([
      ['one', 'a@b'],
      ['two', ''],
    ]);
    expect(String(await agentSign(address, Buffer.from('one'), Buffer.from('data')))).toBe('signed');
    expect(requests[0]).toEqual(Buffer.from([11]));
    expect(requests[1]?.subarray(-4)).toEqual(count(4));
  });

  it('that refuses, talks of something else, or is not there is an error and never a key', async () => {
    const { address } = await agent(sshString(Buffer.from([5])), sshString(Buffer.from([5])), Buffer.from([255, 255, 255, 255, 0]));
    await expect(agentIdentities(address)).rejects.toThrow('does not tell');
    await expect(agentSign(address, Buffer.from('k'), Buffer.from('d'))).rejects.toThrow('refused');
    await expect(agentIdentities(address)).rejects.toThrow('something else');
    await expect(agentIdentities(join(directory, 'none'))).rejects.toThrow('ENOENT');
  });
});
