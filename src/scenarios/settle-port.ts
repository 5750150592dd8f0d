import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Parameters, restoreParameters } from './parameters.ts';

const ATTEMPTS = 20;

/** Puts a port that is free here in TCP and UDP where the parameters leave it open (0: a run on the machine's own loopback). */
export async function settlePort(parameters: Parameters): Promise<Parameters> {
  const values = parameters.all();
  if (values.port !== 0) return parameters;
  const host = values.family === 'ipv6' ? '::1' : '127.0.0.1';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await freeTcpPort(host);
    if (await isFreeInUdp(port, host)) return restoreParameters({ ...values, port });
  }
  throw new Error(`no port of ${ATTEMPTS} tried is free in both TCP and UDP`);
}

async function freeTcpPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isFreeInUdp(port: number, host: string): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const free = new Promise<boolean>((resolve) => {
    socket.once('listening', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.bind(port, host);
  const result = await free;
  socket.close();
  return result;
}
