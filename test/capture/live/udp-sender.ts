/** Sends datagrams with blocking sendto(2), from a process of its own, and prints when each call began and ended. */
import koffi from 'koffi';
import { payloadOf, type SendJob } from './jobs.ts';

const job: SendJob = JSON.parse(process.argv[2] ?? '');
const c = koffi.load(null);
const socket: (family: number, type: number, protocol: number) => number =
  c.func('int socket(int, int, int)');
const sendto: (
  fd: number,
  data: Buffer,
  size: number,
  flags: number,
  address: Buffer,
  length: number,
) => number = c.func('intptr_t sendto(int, void *, size_t, int, void *, uint32_t)');
const bind: (fd: number, address: Buffer, length: number) => number = c.func(
  'int bind(int, void *, uint32_t)',
);
const clockGettime: (clock: number, out: BigInt64Array) => number = c.func('int clock_gettime(int, void *)');

const timespec = new BigInt64Array(2);
function now(): bigint {
  clockGettime(0, timespec);
  return timespec[0]! * 1_000_000_000n + timespec[1]!;
}

function loopback(family: 4 | 6, port: number): Buffer {
  const address = Buffer.alloc(family === 4 ? 16 : 28);
  address.writeUInt16LE(family === 4 ? 2 : 10, 0);
  address.writeUInt16BE(port, 2);
  if (family === 4) address.set([127, 0, 0, 1], 4);
  else address[23] = 1;
  return address;
}

const SOCK_DGRAM = 2;
const domain = job.family === 4 ? 2 : 10;
const address = loopback(job.family, job.port);
// Somebody must own the port, or every datagram is answered by an ICMP error. It is never read.
const receiver = socket(domain, SOCK_DGRAM, 0);
if (bind(receiver, address, address.length) < 0) throw new Error(`cannot bind port ${job.port}`);
const sender = socket(domain, SOCK_DGRAM, 0);
const times: [string, string][] = [];
const keepTimes = job.count <= 1000;
const startedAt = process.hrtime.bigint();
for (let i = 0; i < job.count; i++) {
  const data = payloadOf(i, job.sizes);
  const enter = keepTimes ? now() : 0n;
  const sent = sendto(sender, data, data.length, 0, address, address.length);
  if (sent !== data.length) throw new Error(`sendto returned ${sent} for ${data.length} bytes`);
  if (keepTimes) times.push([String(enter), String(now())]);
}
const tookMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
process.stdout.write(JSON.stringify({ times, tookMs }));
