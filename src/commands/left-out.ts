import type { Capture, OtherBlock } from '../../capture/capture.ts';
import { BLOCK, eachOption } from '../../capture/file/pcapng-blocks.ts';
import { type CopyChoice, isWanted, pcapHeaderOf } from '../session/convert-blocks.ts';
import { JOURNAL } from '../session/holds-calls.ts';

/** What of one kind is left out: how many, and how that is said. */
type Said = (count: number) => string;

/** '1 comment', '2 comments'. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const ofPackets =
  (what: string): Said =>
  (count) =>
    `${what} of ${counted(count, 'packet')}`;
const ofInterfaces =
  (what: string): Said =>
  (count) =>
    `${what} of ${counted(count, 'interface')}`;
const ofSections =
  (what: string): Said =>
  (count) =>
    `${what} of ${counted(count, 'section')}`;
const blocks =
  (one: string, many = `${one}s`): Said =>
  (count) =>
    counted(count, one, many);

/** All that pcapng has and pcap has not, in the order in which it is told. */
const KINDS = {
  comment: blocks('comment'),
  flags: ofPackets('the flags'),
  hash: ofPackets('the hashes'),
  drops: ofPackets('the drop counts'),
  identity: ofPackets('the identities'),
  queue: ofPackets('the queue numbers'),
  verdict: ofPackets('the verdicts'),
  packetOption: ofPackets('other options'),
  timeless: (count: number) => `that ${counted(count, 'packet has', 'packets have')} no time`,
  fineTime: ofPackets('what is finer than a microsecond in the times'),
  patched: ofPackets('the interface, protocol and type in the records'),
  finerTime: ofInterfaces('what is finer than a nanosecond in the times'),
  interfaces: (count: number) => `which of ${count} interfaces each packet came by`,
  name: ofInterfaces('the name'),
  description: ofInterfaces('the description'),
  address: ofInterfaces('the addresses'),
  speed: ofInterfaces('the speed'),
  filter: ofInterfaces('the capture filter'),
  system: ofInterfaces('the operating system'),
  hardware: ofInterfaces('the hardware'),
  interfaceOption: ofInterfaces('other options'),
  counters: ofInterfaces('the packet counters'),
  sectionHardware: ofSections('the hardware'),
  sectionSystem: ofSections('the operating system'),
  sectionProgram: ofSections('the capture program'),
  journal: (count: number) => `${counted(count, 'journal record')} (what a session keeps its calls in)`,
  names: blocks('block of resolved names', 'blocks of resolved names'),
  secrets: blocks('block of decryption secrets', 'blocks of decryption secrets'),
  custom: blocks('custom block'),
  block: blocks('other block'),
} as const satisfies Readonly<Record<string, Said>>;

type Kind = keyof typeof KINDS;
type Kinds = Readonly<Record<number, Kind>>;

// Codes of options, draft-ietf-opsawg-pcapng §3.5, §4.1, §4.2, §4.3.
const COMMENT = 1;
const OF_PACKETS: Kinds = {
  2: 'flags',
  3: 'hash',
  4: 'drops',
  5: 'identity',
  6: 'queue',
  7: 'verdict',
};
const OF_INTERFACES: Kinds = {
  2: 'name',
  3: 'description',
  4: 'address',
  5: 'address',
  6: 'address',
  7: 'address',
  8: 'speed',
  11: 'filter',
  12: 'system',
  15: 'hardware',
  16: 'speed',
  17: 'speed',
};
const OF_SECTIONS: Kinds = {
  2: 'sectionHardware',
  3: 'sectionSystem',
  4: 'sectionProgram',
};
/** if_tsresol and if_tsoffset: the times have them already. */
const IN_TIMES: ReadonlySet<number> = new Set([9, 14]);
/** What stands in a block before its options. */
const FIXED = { section: 16, interface: 8, statistics: 12, packet: 20 } as const;
const NS_A_SECOND = 1_000_000_000n;

export interface Target {
  /** Times of microseconds only. */
  readonly microseconds: boolean;
}

/** What is there of the capture, and of the packets that are written, that a pcap file cannot hold. */
export function leftOut(capture: Capture, choice: CopyChoice, { microseconds }: Target): string[] {
  const tally = new Tally();
  const used = new Set<number>();
  const { columns } = capture;
  const isPatched = pcapHeaderOf(capture)?.isPatched === true;
  for (let row = 0; row < columns.length; row++) {
    if (!choice.wanted(row)) continue;
    used.add(columns.iface[row] ?? 0);
    if (microseconds && (columns.nsec[row] ?? 0) % 1000 !== 0) tally.add('fineTime');
    if (isPatched) tally.add('patched');
    if (capture.format !== 'pcapng') continue;
    if (!capture.hasTime(row)) tally.add('timeless');
    const block = capture.packetBlock(row);
    if (block !== null) tally.packet(block);
  }
  if (used.size > 1) tally.add('interfaces', used.size);
  ofBlocks(capture, choice, used, tally);
  return tally.said();
}

/** What the blocks that are no packets have; of interfaces only what the packets that are written came by. */
function ofBlocks(capture: Capture, choice: CopyChoice, used: ReadonlySet<number>, tally: Tally): void {
  const { otherBlocks, interfaces } = capture;
  // Counted through all sections, as the columns do; one that cannot be used has only a number in its section.
  let next = 0;
  let section: number[] = [];
  const counting = new Set<number>();
  for (let index = 0; index < otherBlocks.length; index++) {
    const type = otherBlocks.type(index);
    if (type === JOURNAL && choice.all) {
      tally.add('journal');
      continue;
    }
    const block = otherBlocks.get(index);
    if (!isWanted(block, choice)) continue;
    if (type === BLOCK.section) {
      section = [];
      tally.options(block, FIXED.section, OF_SECTIONS, 'block');
    } else if (type === BLOCK.interface) {
      const number = block.body.length < FIXED.interface ? -1 : next++;
      section.push(number);
      if (!used.has(number)) continue;
      tally.options(block, FIXED.interface, OF_INTERFACES, 'interfaceOption');
      if ((interfaces[number]?.ticksPerSecond ?? 0n) > NS_A_SECOND) tally.add('finerTime');
    } else if (type === BLOCK.statistics) {
      const number = section[interfaceOf(block)] ?? -1;
      if (used.has(number) && tally.statistics(block)) counting.add(number);
    } else tally.add(kindOf(type));
  }
  if (counting.size > 0) tally.add('counters', counting.size);
}

function kindOf(type: number): Kind {
  switch (type) {
    case JOURNAL:
      return 'journal';
    case BLOCK.nameResolution:
      return 'names';
    case BLOCK.decryptionSecrets:
      return 'secrets';
    case BLOCK.custom:
    case BLOCK.customNoCopy:
      return 'custom';
    default:
      return 'block';
  }
}

function viewOf({ body }: OtherBlock): DataView {
  return new DataView(body.buffer, body.byteOffset, body.length);
}

/** The interface that statistics are of, by its number in its section. */
function interfaceOf(block: OtherBlock): number {
  return block.body.length < FIXED.statistics ? -1 : viewOf(block).getUint32(0, block.littleEndian);
}

class Tally {
  private readonly counts = new Map<Kind, number>();

  add(kind: Kind, count = 1): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + count);
  }

  said(): string[] {
    return (Object.keys(KINDS) as Kind[]).flatMap((kind) => {
      const count = this.counts.get(kind);
      return count === undefined ? [] : [KINDS[kind](count)];
    });
  }

  packet(block: OtherBlock): void {
    if (block.type !== BLOCK.enhancedPacket && block.type !== BLOCK.packet) return;
    if (block.body.length < FIXED.packet) return;
    const view = viewOf(block);
    const capLen = view.getUint32(12, block.littleEndian);
    const dropped = block.type === BLOCK.packet ? view.getUint16(2, block.littleEndian) : 0;
    // The old block counts drops in its header; all ones: it does not say.
    if (dropped !== 0 && dropped !== 0xffff) this.add('drops');
    this.options(block, FIXED.packet + ((capLen + 3) & ~3), OF_PACKETS, 'packetOption');
  }

  /** Whether statistics of an interface say more than comments, which are counted. */
  statistics(block: OtherBlock): boolean {
    return this.kindsOf(block, FIXED.statistics, {}, 'counters').size > 0;
  }

  /** Each kind of option that a block has: comments one by one, of all others that there are any. */
  options(block: OtherBlock, at: number, kinds: Kinds, other: Kind): void {
    for (const kind of this.kindsOf(block, at, kinds, other)) this.add(kind);
  }

  private kindsOf(block: OtherBlock, at: number, kinds: Kinds, other: Kind): ReadonlySet<Kind> {
    const found = new Set<Kind>();
    eachOption(viewOf(block), at, block.body.length, block.littleEndian, (code) => {
      if (code === COMMENT) this.add('comment');
      else if (block.type !== BLOCK.interface || !IN_TIMES.has(code)) found.add(kinds[code] ?? other);
    });
    return found;
  }
}
