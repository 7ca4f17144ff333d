import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { testDirectory } from '../database/testDirectory.ts';
import { os } from '../rpc/procedures.ts';
import { connectToCore } from './coreClient.ts';
import { type CoreRouter, createRpcServer } from './rpcServer.ts';
import { socketAddress } from './socketAddress.ts';
import { listenOnSocket } from './socketServer.ts';

const rpc = () => {
  const ack = os.system.ack.handler(() => ({}));
  return createRpcServer({ system: { ack } } as unknown as CoreRouter, () => {});
};

it('listens where only this user may connect, in place of what a dead core left', async () => {
  using place = testDirectory();
  const address = socketAddress(place.path);
  writeFileSync(address, 'left over');
  const server = await listenOnSocket(address, rpc());
  expect(statSync(address).mode & 0o777).toBe(0o600);
  const connection = await connectToCore(address);
  expect(await connection.client.system.ack({ streamId: 's' as never, cost: 0 })).toEqual({});
  await server.close();
  await connection.closed;
  expect(statSync(address, { throwIfNoEntry: false })).toBeUndefined();
});

it('says that no core is there', async () => {
  using place = testDirectory();
  const failure = await connectToCore(join(place.path, 'core.sock')).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AppError);
  expect(failure).toMatchObject({ code: 'core.unavailable', data: { reason: 'ENOENT' } });
});

it('gives every directory an address that fits a socket, the same each time', () => {
  expect(socketAddress('/home/a/data', 'linux')).toBe('/home/a/data/core.sock');
  const long = `/home/${'a'.repeat(120)}`;
  expect(Buffer.byteLength(socketAddress(long, 'linux'))).toBeLessThanOrEqual(103);
  expect(socketAddress(long, 'linux')).toBe(socketAddress(long, 'linux'));
  expect(socketAddress(`${long}b`, 'linux')).not.toBe(socketAddress(long, 'linux'));
  expect(socketAddress('C:\\data', 'win32')).toMatch(/^\\\\\.\\pipe\\pilothouse-[0-9a-f]{24}$/);
});
