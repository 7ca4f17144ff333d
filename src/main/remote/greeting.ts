import type { Duplex } from 'node:stream';

/** What sshd says in place of its greeting when it has no room, or no patience, for now. */
const busy = /^(Exceeded MaxStartups|Not allowed at this time)/;

/**
 * Listens to the first words of a server, beside whoever reads them; to be called once somebody does. The result says what it was that
 * spoke there in place of SSH; null: SSH, a server without room for now, or nobody.
 */
export function listenForStranger(socket: Duplex): () => string | null {
  let said = '';
  const onData = (bytes: Buffer) => {
    said += bytes.subarray(0, 400).toString('latin1');
    if (said.length >= 400 || said.includes('SSH-')) socket.off('data', onData);
  };
  socket.on('data', onData);
  return () => {
    socket.off('data', onData);
    // A server may send lines of its own before its version (RFC 4253, 4.2).
    if (said === '' || /^SSH-/m.test(said) || busy.test(said)) return null;
    return (said.split(/\r?\n/)[0] ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
  };
}
