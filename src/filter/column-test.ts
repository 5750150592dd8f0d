import type { Capture } from '../../capture/capture.ts';
import { PROTOCOL } from '../../capture/columns.ts';
import { LINKTYPE } from '../../capture/decode/link-types.ts';
import { frameLength } from '../../capture/frame-length.ts';
import type { FilterNode, Operand } from './ast.ts';
import { testOf } from './compare.ts';
import { valueTest } from './compile-value.ts';

/** Whether a packet (a row of the columns) passes. */
export type TestPacket = (row: number) => boolean;

const NOWHERE = 0xffff;
/** Of IPv4 and IPv6; what is longer may have a route, by which packets of one conversation go to several addresses, or AH. */
const PLAIN_IP_HEADERS: readonly number[] = [20, 40];
/** A second IP header would stand at least this far behind the first. */
const LEAST_IP_HEADER = 20;

/** Length of the link layer's header, where it is always the same. */
const LINK_HEADERS: ReadonlyMap<number, number> = new Map([
  [LINKTYPE.ethernet, 14],
  [LINKTYPE.null, 4],
  [LINKTYPE.loop, 4],
  [LINKTYPE.raw, 0],
  [LINKTYPE.rawBsd, 0],
  [LINKTYPE.rawOpenbsd, 0],
  [LINKTYPE.ipv4, 0],
  [LINKTYPE.ipv6, 0],
  [LINKTYPE.sll, 16],
  [LINKTYPE.sll2, 20],
]);

type Column = (capture: Capture) => (row: number) => number;

/** Fields of every frame that are columns. */
const FRAME_COLUMNS: Readonly<Record<string, Column>> = {
  'frame.len': (capture) => (row) => frameLength(capture, 'wireLen', row),
  'frame.cap_len': (capture) => (row) => frameLength(capture, 'capLen', row),
  'frame.number': ({ otherBlocks }) =>
    otherBlocks.length === 0 ? (row) => row + 1 : (row) => row + 1 + otherBlocks.numberedBefore(row),
};

const flag =
  (bit: number): Column =>
  ({ columns }) =>
  (row) =>
    ((columns.flags[row] ?? 0) & bit) === 0 ? 0 : 1;

const relative =
  (own: boolean): Column =>
  ({ columns, flows }) =>
  (row) => {
    const direction = columns.direction[row] ?? 0;
    const base = flows.baseSeq(columns.flow[row] ?? 0, own ? direction : 1 - direction, row) ?? 0;
    if (own) return ((columns.seq[row] ?? 0) - base) >>> 0;
    const ack = columns.ack[row] ?? 0;
    return ((columns.flags[row] ?? 0) & 0x10) === 0 ? ack : (ack - base) >>> 0;
  };

/** Fields of plain TCP segments that are columns. */
const TCP_COLUMNS: Readonly<Record<string, Column>> = {
  'tcp.len':
    ({ columns }) =>
    (row) =>
      columns.payloadLen[row] ?? 0,
  'tcp.hdr_len':
    ({ columns }) =>
    (row) =>
      (columns.payloadAt[row] ?? 0) - (columns.transportAt[row] ?? 0),
  'tcp.seq': relative(true),
  'tcp.ack': relative(false),
  'tcp.seq_raw':
    ({ columns }) =>
    (row) =>
      columns.seq[row] ?? 0,
  'tcp.ack_raw':
    ({ columns }) =>
    (row) =>
      columns.ack[row] ?? 0,
  'tcp.window_size_value':
    ({ columns }) =>
    (row) =>
      columns.window[row] ?? 0,
  'tcp.flags':
    ({ columns }) =>
    (row) =>
      columns.flags[row] ?? 0,
  'tcp.flags.ae': flag(0x100),
  'tcp.flags.cwr': flag(0x080),
  'tcp.flags.ece': flag(0x040),
  'tcp.flags.urg': flag(0x020),
  'tcp.flags.ack': flag(0x010),
  'tcp.flags.push': flag(0x008),
  'tcp.flags.reset': flag(0x004),
  'tcp.flags.syn': flag(0x002),
  'tcp.flags.fin': flag(0x001),
};

/** Fields that are the same for all plain packets of one direction of a flow. */
const FLOW_FIELDS: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'ip',
  'ipv6',
  'icmp',
  'icmpv6',
  'arp',
  'ip.addr',
  'ip.src',
  'ip.dst',
  'ip.host',
  'ip.src_host',
  'ip.dst_host',
  'ip.version',
  'ip.proto',
  'ipv6.addr',
  'ipv6.src',
  'ipv6.dst',
  'ipv6.host',
  'ipv6.src_host',
  'ipv6.dst_host',
  'ipv6.version',
  'tcp.port',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.stream',
  'udp.port',
  'udp.srcport',
  'udp.dstport',
  'udp.stream',
]);

/** Protocols of which only the presence is the same for all packets of a flow, not the bytes. */
const PRESENCE_ONLY: ReadonlySet<string> = new Set(['tcp', 'udp', 'ip', 'ipv6', 'icmp', 'icmpv6', 'arp']);

/**
 * A test that the columns answer for nearly all rows; the others (tunnels, tags that hide IP, quoted headers, damage,
 * fragments) are left to `openFrame`. Null where the columns cannot answer.
 */
export function columnTest(node: FilterNode, capture: Capture, openFrame: TestPacket): TestPacket | null {
  const operand = operandOf(node);
  if (operand === null || operand.layer !== null || operand.slices.length > 0) return null;
  if (operand.formula !== undefined || operand.mask instanceof Uint8Array) return null;
  const { name } = operand.field;
  if (FLOW_FIELDS.has(name) && (node.kind === 'present' || !PRESENCE_ONLY.has(name)))
    return flowTest(capture, openFrame);
  const test = numberTest(node, operand);
  if (test === null) return null;
  const frameColumn = FRAME_COLUMNS[name]?.(capture);
  if (frameColumn !== undefined) return (row) => test(frameColumn(row));
  const tcpColumn = TCP_COLUMNS[name]?.(capture);
  if (tcpColumn === undefined) return null;
  const { columns } = capture;
  const isPlain = plainTest(capture);
  return (row) => {
    if (!isPlain(row)) return openFrame(row);
    return columns.protocol[row] === PROTOCOL.tcp && test(tcpColumn(row));
  };
}

function operandOf(node: FilterNode): Operand | null {
  switch (node.kind) {
    case 'present':
      return node.operand;
    case 'compare':
      return 'field' in node.right ? null : node.left;
    case 'in':
    case 'contains':
    case 'matches':
      return node.left;
    default:
      return null;
  }
}

/** The test of the one number that a column has: `any` and `all` of one value are the same. */
function numberTest(node: FilterNode, { mask, change }: Operand): ((value: number) => boolean) | null {
  if (mask instanceof Uint8Array) return null;
  if (change !== null || (mask !== null && mask > 0x7fff_ffffn)) return null;
  const bits = mask === null ? null : Number(mask);
  const of = (test: (value: number) => boolean): ((value: number) => boolean) =>
    bits === null ? test : (value) => test(value & bits);
  switch (node.kind) {
    case 'present':
      return bits === null ? () => true : of((value) => value !== 0);
    case 'compare':
      return 'field' in node.right ? null : of(testOf(node.op, node.right));
    case 'in':
      return of(valueTest(node));
    default:
      return null;
  }
}

/** Whether the columns say all of a packet: TCP or UDP, whole, in one IP header, in no fragment. */
function plainTest({ columns, interfaces }: Capture): TestPacket {
  return (row) => {
    const protocol = columns.protocol[row];
    if (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp) return false;
    if (columns.problem[row] !== 0 || columns.transportAt[row] === NOWHERE) return false;
    if (!PLAIN_IP_HEADERS.includes((columns.transportAt[row] ?? 0) - (columns.networkAt[row] ?? 0)))
      return false;
    const link = LINK_HEADERS.get(interfaces[columns.iface[row] ?? 0]?.linkType ?? -1);
    if (link === undefined || (columns.networkAt[row] ?? 0) - link >= LEAST_IP_HEADER) return false;
    return columns.fragments.size === 0 || !columns.fragments.has(row);
  };
}

const UNKNOWN = 0;
const PASSES = 1;
const FAILS = 2;

/** Asks the frame of the first plain packet of each direction of a flow, and remembers. */
function flowTest(capture: Capture, openFrame: TestPacket): TestPacket {
  const { columns } = capture;
  const isPlain = plainTest(capture);
  let known = new Uint8Array(1024);
  return (row) => {
    const flow = columns.flow[row] ?? -1;
    if (flow < 0 || !isPlain(row)) return openFrame(row);
    const key = flow * 2 + (columns.direction[row] ?? 0);
    if (key >= known.length) {
      const larger = new Uint8Array(Math.max(known.length * 2, key + 1));
      larger.set(known);
      known = larger;
    }
    if (known[key] === UNKNOWN) known[key] = openFrame(row) ? PASSES : FAILS;
    return known[key] === PASSES;
  };
}
