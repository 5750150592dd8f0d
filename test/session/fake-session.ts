import type { Capture, Flow, Interface } from '../../capture/capture.ts';
import { ACK, Columns, FIN, PROTOCOL, PSH, SYN } from '../../capture/columns.ts';
import type { RunInfo, Session } from '../../src/session/session.ts';
import type { Call } from '../../src/sockets/call.ts';
import { BLANK_CALL } from '../support/blank-call.ts';

/** Half past midnight UTC of some day, in ns. */
export const START_NS = 1_800_000_000_000_000_000n;
const CLIENT_PORT = 40_000;
const SERVER_PORT = 3500;
const CLIENT_ISN = 1000;
const SERVER_ISN = 5000;
const LOOPBACK: Interface = {
  number: 0,
  name: 'lo',
  linkType: 1,
  snaplen: 262_144,
  ticksPerSecond: 1_000_000_000n,
  filter: null,
  received: null,
  dropped: null,
};

const NO_BLOCKS: Capture['otherBlocks'] = {
  length: 0,
  get: (index) => {
    throw new RangeError(`no block ${index}`);
  },
  type: () => 0,
  beforeRow: () => 0,
  numberedBefore: () => 0,
};

export interface FakePacket {
  /** µs after the start; fractions are ns. */
  readonly us: number;
  readonly from: 'client' | 'server';
  /** Relative sequence and acknowledgement numbers, as Wireshark shows them. */
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly payload?: string;
  readonly window?: number;
  /** Counted from 0: the client's port is 40000 + client. */
  readonly client?: number;
}

/** A capture made of real frames whose columns were filled by hand. */
export function fakeCapture(packets: readonly FakePacket[]): Capture {
  const columns = new Columns();
  const frames: Uint8Array[] = [];
  const flows: Flow[] = [];
  const flowOf = new Map<number, number>();
  for (const packet of packets) {
    const port = CLIENT_PORT + (packet.client ?? 0);
    const row = columns.add();
    if (!flowOf.has(port)) {
      flowOf.set(port, flows.length);
      const ends = { addressA: '127.0.0.1', portA: port, addressB: '127.0.0.1', portB: SERVER_PORT };
      flows.push({ protocol: PROTOCOL.tcp, ...ends, stream: flows.length, firstRow: row });
    }
    const frame = tcpFrame(packet, port);
    frames.push(frame);
    fillRow(columns, row, packet, frame, flowOf.get(port)!);
  }
  return {
    columns,
    flows: {
      length: flows.length,
      get: (index) => flows[index]!,
      reusesPorts: () => false,
      firstRowOf: (index) => flows[index]!.firstRow,
      known: () => -1,
      baseSeq: (_, direction) => (direction === 0 ? CLIENT_ISN : SERVER_ISN),
    },
    hasTime: () => true,
    interfaces: [LOOPBACK],
    problems: [],
    format: 'pcap-ns',
    section: { application: null, comments: [] },
    frame: (row) => frames[row]!,
    bytesAt: (offset, length) => (frames[offset] ?? new Uint8Array(0)).subarray(0, length),
    keptBytesAt: (offset, length) => (frames[offset] ?? new Uint8Array(0)).slice(0, length),
    packetBlock: () => null,
    packetOptions: () => ({ comments: [], packetId: null, flags: null }),
    otherBlocks: NO_BLOCKS,
    close: () => {},
  };
}

function fillRow(columns: Columns, row: number, packet: FakePacket, frame: Uint8Array, flow: number): void {
  const at = START_NS + BigInt(Math.round(packet.us * 1000));
  const [seq, ack] = absolute(packet);
  columns.sec[row] = Number(at / 1_000_000_000n);
  columns.nsec[row] = Number(at % 1_000_000_000n);
  columns.capLen[row] = frame.length;
  columns.wireLen[row] = frame.length;
  columns.protocol[row] = PROTOCOL.tcp;
  columns.flow[row] = flow;
  columns.direction[row] = packet.from === 'client' ? 0 : 1;
  columns.networkAt[row] = 14;
  columns.transportAt[row] = 34;
  columns.payloadAt[row] = 54;
  columns.payloadLen[row] = packet.payload?.length ?? 0;
  columns.seq[row] = seq;
  columns.ack[row] = ack;
  columns.flags[row] = packet.flags;
  columns.window[row] = packet.window ?? 512;
}

function absolute({ from, seq, ack, flags }: FakePacket): [seq: number, ack: number] {
  const [own, other] = from === 'client' ? [CLIENT_ISN, SERVER_ISN] : [SERVER_ISN, CLIENT_ISN];
  return [own + seq, (flags & ACK) === 0 ? 0 : other + ack];
}

function tcpFrame(packet: FakePacket, clientPort: number): Uint8Array {
  const payload = Buffer.from(packet.payload ?? '', 'latin1');
  const frame = Buffer.alloc(54 + payload.length);
  frame.writeUInt16BE(0x0800, 12);
  frame[14] = 0x45;
  frame.writeUInt16BE(40 + payload.length, 16);
  frame[22] = 64;
  frame[23] = 6;
  frame.set([127, 0, 0, 1, 127, 0, 0, 1], 26);
  frame.writeUInt16BE(packet.from === 'client' ? clientPort : SERVER_PORT, 34);
  frame.writeUInt16BE(packet.from === 'client' ? SERVER_PORT : clientPort, 36);
  const [seq, ack] = absolute(packet);
  frame.writeUInt32BE(seq, 38);
  frame.writeUInt32BE(ack, 42);
  frame[46] = 0x50;
  frame[47] = packet.flags;
  frame.writeUInt16BE(packet.window ?? 512, 48);
  payload.copy(frame, 54);
  return frame;
}

/** A call with the given fields; `at` is µs of entry and exit after the start. */
export function fakeCall(
  fields: Partial<Call> & Pick<Call, 'id' | 'role' | 'name'>,
  at: readonly [enter: number, exit: number | null],
): Call {
  const nsOf = (us: number): bigint => START_NS + BigInt(Math.round(us * 1000));
  return {
    ...BLANK_CALL,
    pid: fields.role === 'server' ? 100 : 200,
    enterNs: nsOf(at[0]),
    exitNs: at[1] === null ? null : nsOf(at[1]),
    ret: at[1] === null ? null : 0,
    ...fields,
  };
}

export const ECHO_PACKETS: readonly FakePacket[] = [
  { us: 2000.15, from: 'client', seq: 0, ack: 0, flags: SYN, window: 65_495 },
  { us: 2010.25, from: 'server', seq: 0, ack: 1, flags: SYN | ACK, window: 65_483 },
  { us: 2020.5, from: 'client', seq: 1, ack: 1, flags: ACK },
  { us: 2110.75, from: 'client', seq: 1, ack: 1, flags: PSH | ACK, payload: 'hello' },
  { us: 2120, from: 'server', seq: 1, ack: 6, flags: ACK },
  { us: 2310, from: 'server', seq: 1, ack: 6, flags: PSH | ACK, payload: 'hello' },
  { us: 2315, from: 'client', seq: 6, ack: 6, flags: ACK },
  { us: 2410, from: 'client', seq: 6, ack: 6, flags: FIN | ACK },
  { us: 2510, from: 'server', seq: 6, ack: 7, flags: FIN | ACK },
  { us: 2515, from: 'client', seq: 7, ack: 7, flags: ACK },
];

const SERVER = '127.0.0.1:3500';
const CLIENT = '127.0.0.1:40000';
const LISTENER = { fd: 21, socket: 'server:1', local: SERVER };
const ACCEPTED = { fd: 22, socket: 'server:2', local: SERVER, remote: CLIENT };
const CONNECTED = { fd: 21, socket: 'client:1', local: CLIENT, remote: SERVER };
const STREAM = { domain: 'AF_INET', type: 'SOCK_STREAM', protocol: 0 };

export const ECHO_CALLS: readonly Call[] = [
  fakeCall({ id: 1, role: 'server', name: 'socket', args: STREAM, ret: 21, created: 'server:1' }, [100, 105]),
  fakeCall({ id: 2, role: 'server', name: 'bind', ...LISTENER, args: { addr: SERVER } }, [110, 114]),
  fakeCall({ id: 3, role: 'server', name: 'listen', ...LISTENER, args: { backlog: 5 } }, [120, 125]),
  fakeCall(
    {
      ...{ id: 4, role: 'server', name: 'accept', ...LISTENER, ret: 22, created: 'server:2' },
      remote: CLIENT,
    },
    [130, 2050.5],
  ),
  fakeCall(
    { id: 5, role: 'client', name: 'socket', args: STREAM, ret: 21, created: 'client:1' },
    [1900, 1904],
  ),
  fakeCall({ id: 6, role: 'client', name: 'connect', ...CONNECTED, args: { addr: SERVER } }, [1990, 2040.2]),
  fakeCall(
    { id: 7, role: 'client', name: 'send', ...CONNECTED, length: 5, ret: 5, offset: 0, data: bytes('hello') },
    [2100, 2130.9],
  ),
  fakeCall(
    {
      id: 8,
      role: 'server',
      name: 'recv',
      ...ACCEPTED,
      length: 1024,
      ret: 5,
      offset: 0,
      data: bytes('hello'),
    },
    [2060, 2140],
  ),
  fakeCall(
    { id: 9, role: 'server', name: 'send', ...ACCEPTED, length: 5, ret: 5, offset: 0, data: bytes('hello') },
    [2300, 2330],
  ),
  fakeCall(
    {
      id: 10,
      role: 'client',
      name: 'recv',
      ...CONNECTED,
      length: 1024,
      ret: 5,
      offset: 0,
      data: bytes('hello'),
    },
    [2150, 2340],
  ),
  fakeCall({ id: 11, role: 'client', name: 'close', ...CONNECTED }, [2400, 2420]),
  fakeCall(
    { id: 12, role: 'server', name: 'recv', ...ACCEPTED, length: 1024, ret: 0, offset: 5, data: bytes('') },
    [2350, 2430],
  ),
  fakeCall({ id: 13, role: 'server', name: 'close', ...ACCEPTED }, [2500, 2520]),
  fakeCall({ id: 14, role: 'server', name: 'close', ...LISTENER }, [2530, 2535]),
];

export const ECHO_RUN: RunInfo = {
  version: '0.1.0',
  scenario: 'tcp-echo',
  parameters: { message: 'hello', 'recv-buffer': 1024, port: 3500 },
  network: { net: 'private', mtu: 1500, offload: false },
  engine: 'libpcap',
  filter: null,
  snaplen: 262_144,
  kernel: 'Linux 6.18',
  startedNs: String(START_NS),
  endedNs: String(START_NS + 3_000_000n),
  roles: [
    { name: 'server', side: 'server', pid: 100, exit: 0, report: { bytes: 5 } },
    { name: 'client', side: 'client', pid: 200, exit: 0, report: { bytes: 5 } },
  ],
  caveats: [],
  received: 10,
  dropped: 0,
  interfaceDropped: 0,
  lost: [],
  thinned: false,
  data: 'first-bytes',
  outcome: 'ok',
  problems: [],
};

export function echoSession(): Session {
  return { capture: fakeCapture(ECHO_PACKETS), calls: ECHO_CALLS, run: ECHO_RUN };
}

export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
