import type { Call } from '../../src/sockets/call.ts';
import type { Recorded, RecordedPacket } from './build-session.ts';
import { mendChecksums } from './frames.ts';

/** One way to spoil one packet or one call. Returns null where it would change nothing. */
export interface Mutation {
  readonly name: string;
  readonly of: 'packet' | 'call';
  apply(recorded: Recorded, index: number): Recorded | null;
}

const isTcp = (bytes: Buffer): boolean => bytes.readUInt16BE(12) === 0x0800 && bytes[23] === 6;
const isUdp = (bytes: Buffer): boolean => bytes.readUInt16BE(12) === 0x0800 && bytes[23] === 17;
const payloadAt = (bytes: Buffer): number => (isTcp(bytes) ? 34 + (bytes[46]! >> 4) * 4 : 42);

/** Alters a copy of a frame; checksums are put right afterwards, as a careful forger would. */
function frame(name: string, change: (bytes: Buffer) => Buffer | null): Mutation {
  return packet(name, ({ ns, bytes }) => {
    const changed = change(Buffer.from(bytes));
    return changed === null || changed.equals(bytes) ? null : { ns, bytes: mendChecksums(changed) };
  });
}

function tcp(name: string, change: (bytes: Buffer) => void): Mutation {
  return frame(name, (bytes) => {
    if (!isTcp(bytes)) return null;
    change(bytes);
    return bytes;
  });
}

function packet(name: string, change: (packet: RecordedPacket) => RecordedPacket | null): Mutation {
  return {
    name,
    of: 'packet',
    apply(recorded, index) {
      const changed = change(recorded.packets[index]!);
      if (changed === null) return null;
      return { ...recorded, packets: recorded.packets.with(index, changed) };
    },
  };
}

const toggle = (bytes: Buffer, bit: number): void => {
  bytes[47] = bytes[47]! ^ bit;
};
const add32 = (bytes: Buffer, at: number, by: number): void => {
  bytes.writeUInt32BE((bytes.readUInt32BE(at) + by) >>> 0, at);
};

export const PACKET_MUTATIONS: readonly Mutation[] = [
  {
    name: 'drop',
    of: 'packet',
    apply: (recorded, index) => ({ ...recorded, packets: recorded.packets.toSpliced(index, 1) }),
  },
  {
    name: 'drop, and the count with it',
    of: 'packet',
    apply: (recorded, index) => ({
      ...recorded,
      packets: recorded.packets.toSpliced(index, 1),
      run: { ...recorded.run, received: recorded.packets.length - 1 },
    }),
  },
  {
    name: 'twice, and the count with it',
    of: 'packet',
    apply: (recorded, index) => ({
      ...recorded,
      packets: recorded.packets.toSpliced(index, 0, recorded.packets[index]!),
      run: { ...recorded.run, received: recorded.packets.length + 1 },
    }),
  },
  {
    name: 'swap with the next',
    of: 'packet',
    apply({ packets, ...rest }, index) {
      const [one, next] = [packets[index]!, packets[index + 1]];
      if (next === undefined) return null;
      return {
        ...rest,
        packets: packets.with(index, { ...next, ns: one.ns }).with(index + 1, { ...one, ns: next.ns }),
      };
    },
  },
  packet('1 µs later', ({ ns, bytes }) => ({ ns: ns + 1000n, bytes })),
  packet('1 ms later', ({ ns, bytes }) => ({ ns: ns + 1_000_000n, bytes })),
  packet('1 ms earlier', ({ ns, bytes }) => ({ ns: ns - 1_000_000n, bytes })),
  packet('1 h later', ({ ns, bytes }) => ({ ns: ns + 3_601_000_000_000n, bytes })),
  frame('first payload bit', (bytes) => flipAt(bytes, payloadAt(bytes))),
  frame('last payload bit', (bytes) =>
    bytes.length > payloadAt(bytes) ? flipAt(bytes, bytes.length - 1) : null,
  ),
  packet('a bit, checksums left', ({ ns, bytes }) => ({ ns, bytes: flipAt(Buffer.from(bytes), 30)! })),
  frame('cut by a byte', (bytes) => bytes.subarray(0, -1)),
  frame('a byte longer', (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
  frame('IP length', (bytes) => {
    bytes.writeUInt16BE(bytes.readUInt16BE(16) - 1, 16);
    return bytes;
  }),
  frame('source address', (bytes) => flipAt(bytes, 29)),
  frame('destination address', (bytes) => flipAt(bytes, 33)),
  frame('source port', (bytes) => flipAt(bytes, 35)),
  frame('destination port', (bytes) => flipAt(bytes, 37)),
  frame('UDP length', (bytes) => (isUdp(bytes) ? flipAt(bytes, 39) : null)),
  tcp('seq + 1', (bytes) => add32(bytes, 38, 1)),
  tcp('seq - 1', (bytes) => add32(bytes, 38, -1)),
  tcp('seq + 1000', (bytes) => add32(bytes, 38, 1000)),
  tcp('ack + 1', (bytes) => add32(bytes, 42, 1)),
  tcp('ack - 1', (bytes) => add32(bytes, 42, -1)),
  tcp('ack + 1000', (bytes) => add32(bytes, 42, 1000)),
  tcp('flag FIN', (bytes) => toggle(bytes, 1)),
  tcp('flag SYN', (bytes) => toggle(bytes, 2)),
  tcp('flag RST', (bytes) => toggle(bytes, 4)),
  tcp('flag ACK', (bytes) => toggle(bytes, 16)),
  tcp('flag PSH', (bytes) => toggle(bytes, 8)),
  tcp('window', (bytes) => bytes.writeUInt16BE(bytes.readUInt16BE(48) + 1, 48)),
  frame('time to live', (bytes) => flipAt(bytes, 22)),
];

function flipAt(bytes: Buffer, at: number): Buffer | null {
  if (at >= bytes.length) return null;
  bytes[at] = bytes[at]! ^ 1;
  return bytes;
}

/** Alters a call; ids and order stay as they are. */
function call(name: string, change: (call: Call) => Partial<Call> | null): Mutation {
  return {
    name,
    of: 'call',
    apply(recorded, index) {
      const changed = change(recorded.calls[index]!);
      return changed === null
        ? null
        : { ...recorded, calls: recorded.calls.with(index, { ...recorded.calls[index]!, ...changed }) };
    },
  };
}

const later = (ns: bigint | null, by: bigint): bigint | null => (ns === null ? null : ns + by);
const renumbered = (calls: readonly Call[]): Call[] => calls.map((one, index) => ({ ...one, id: index + 1 }));

export const CALL_MUTATIONS: readonly Mutation[] = [
  {
    name: 'drop',
    of: 'call',
    apply: (recorded, index) => ({ ...recorded, calls: recorded.calls.toSpliced(index, 1) }),
  },
  {
    name: 'drop, and the ids with it',
    of: 'call',
    apply: (recorded, index) => ({ ...recorded, calls: renumbered(recorded.calls.toSpliced(index, 1)) }),
  },
  {
    name: 'twice, and the ids with it',
    of: 'call',
    apply: (recorded, index) => ({
      ...recorded,
      calls: renumbered(recorded.calls.toSpliced(index, 0, recorded.calls[index]!)),
    }),
  },
  {
    name: 'swap with the next',
    of: 'call',
    apply({ calls, ...rest }, index) {
      const [one, next] = [calls[index]!, calls[index + 1]];
      if (next === undefined) return null;
      const swapped = calls
        .with(index, { ...next, id: one.id, enterNs: one.enterNs, exitNs: one.exitNs })
        .with(index + 1, { ...one, id: next.id, enterNs: next.enterNs, exitNs: next.exitNs });
      return { ...rest, calls: swapped };
    },
  },
  call('1 µs later', ({ enterNs, exitNs }) => ({ enterNs: enterNs + 1000n, exitNs: later(exitNs, 1000n) })),
  call('1 ms later', ({ enterNs, exitNs }) => ({
    enterNs: enterNs + 1_000_000n,
    exitNs: later(exitNs, 1_000_000n),
  })),
  call('1 ms earlier', ({ enterNs, exitNs }) => ({
    enterNs: enterNs - 1_000_000n,
    exitNs: later(exitNs, -1_000_000n),
  })),
  call('returns 1 ms later', ({ exitNs }) => ({ exitNs: later(exitNs, 1_000_000n) })),
  call('never returns', () => ({ exitNs: null, ret: null, errno: null })),
  call('ret + 1', ({ ret }) => (ret === null ? null : { ret: ret + 1 })),
  call('ret - 1', ({ ret }) => (ret === null ? null : { ret: ret - 1 })),
  call('ret + 1, data with it', ({ ret, data, length }) => {
    if (ret === null || data === null || length === null || ret === 0) return null;
    return { ret: ret + 1, data: Buffer.concat([data, Buffer.of(33)]), length: Math.max(length, ret + 1) };
  }),
  call('ret - 1, data with it', ({ ret, data }) =>
    ret === null || data === null || ret === 0 ? null : { ret: ret - 1, data: data.subarray(0, -1) },
  ),
  call('fails', ({ ret }) => (ret === -1 ? null : { ret: -1, errno: 'ECONNRESET' as const })),
  call('errno without failure', ({ errno }) => (errno === null ? { errno: 'EINTR' as const } : null)),
  call('another name', ({ name }) => ({ name: name === 'send' ? 'recv' : 'send' })),
  call('offset + 1', ({ offset }) => (offset === null ? null : { offset: offset + 1 })),
  call('local address', ({ local }) =>
    local === null ? null : { local: local.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) },
  ),
  call('remote address', ({ remote }) =>
    remote === null ? null : { remote: remote.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) },
  ),
  call('data bit', ({ data }) =>
    data === null || data.length === 0
      ? null
      : { data: Uint8Array.from(data, (byte, at) => (at === 0 ? byte ^ 1 : byte)) },
  ),
  call('data cut', ({ data }) =>
    data === null || data.length === 0 ? null : { data: data.subarray(0, -1) },
  ),
  call('data gone', ({ data }) => (data === null || data.length === 0 ? null : { data: null })),
  call('another socket', ({ socket }) => (socket === null ? null : { socket: 'client:9' })),
  call('no socket', ({ socket }) => (socket === null ? null : { socket: null })),
  call('creates another', ({ created }) => (created === null ? null : { created: 'server:9' })),
  call('creates nothing', ({ created }) => (created === null ? null : { created: null })),
  call('descriptor + 1', ({ fd }) => (fd === null ? null : { fd: fd + 1 })),
  call('id + 1', ({ id }) => ({ id: id + 1 })),
  call('another role', ({ role }) => ({ role: role === 'server' ? 'client' : 'server' })),
  call('another pid', ({ pid }) => ({ pid: pid + 1 })),
  call('span of nobody', () => ({ span: 999 })),
  call('length below what was moved', ({ length, ret }) =>
    length === null || ret === null || ret <= 0 ? null : { length: ret - 1 },
  ),
  call('length + 1', ({ length }) => (length === null ? null : { length: length + 1 })),
  call('another thread', ({ thread }) => ({ thread: thread + 1 })),
  call('send queue', () => ({ sendQueue: 77 })),
  call('receive queue', () => ({ recvQueue: 77 })),
  call('tcp_info', () => ({ tcpInfo: { tcpi_rtt: 1 } })),
  call('source line', () => ({ source: { file: 'other.ts', line: 1, func: null } })),
  call('another argument', ({ args }) => ({ args: { ...args, forged: 1 } })),
];
