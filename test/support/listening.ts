import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

/** A port of the machine’s own loopback that is free just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo;
      listener.close(() => resolve(port));
    });
  });
}

/** Whether some program listens on 127.0.0.1 and that port (proc(5), /proc/net/tcp). */
export function isListening(port: number): boolean {
  const row = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return readFileSync('/proc/net/tcp', 'latin1').includes(row);
}
