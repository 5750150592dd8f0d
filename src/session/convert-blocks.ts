import type { Capture, OtherBlock } from '../../capture/capture.ts';
import { LINK_TYPE_BITS, PCAP_MAGIC } from '../../capture/file/pcap-header.ts';
import type { ByteSink } from '../../capture/file/pcap-writer.ts';
import { PcapWriter } from '../../capture/file/pcap-writer.ts';
import { BLOCK, BYTE_ORDER_MAGIC } from '../../capture/file/pcapng-blocks.ts';
import { PcapngWriter } from '../../capture/file/pcapng-writer.ts';
import { decodeCall, JOURNAL_BLOCK } from './journal.ts';
import { isKernelEntry } from './kernel-journal.ts';

/** Whether a packet (a row of the columns) is wanted. */
export type Wanted = (row: number) => boolean;

export interface CopyChoice {
  readonly wanted: Wanted;
  /** Whether a journal entry of this time (ns) is wanted: recorded calls are such entries. */
  readonly wantedAt: (ns: bigint) => boolean;
  readonly calls: boolean;
  /** Nothing was asked to be left out: even blocks stay that are not to be copied into a part of the file. */
  readonly all: boolean;
}

/** Copies a pcapng file block by block, each as it is and in its section's byte order: nothing is lost. Returns packets written. */
export function copyPcapng(capture: Capture, sink: ByteSink, choice: CopyChoice): number {
  const { otherBlocks, columns } = capture;
  let other = 0;
  let written = 0;
  const othersBefore = (row: number): void => {
    for (; other < otherBlocks.length && otherBlocks.beforeRow(other) <= row; other++) {
      const block = otherBlocks.get(other);
      if (isWanted(block, choice)) sink.write(encoded(block));
    }
  };
  for (let row = 0; row < columns.length; row++) {
    othersBefore(row);
    if (!choice.wanted(row)) continue;
    const block = capture.packetBlock(row);
    if (block === null) continue;
    sink.write(encoded(block));
    written++;
  }
  othersBefore(columns.length);
  return written;
}

/** Whether a block that is no packet belongs to what was asked for. */
export function isWanted({ type, body }: OtherBlock, { calls, wantedAt, all }: CopyChoice): boolean {
  // "Should not be copied" where the file is changed, draft-ietf-opsawg-pcapng §4.7: what it says may no longer be so.
  if (type === BLOCK.customNoCopy) return all;
  if (type !== JOURNAL_BLOCK) return true;
  const found = decodeCall(body);
  // Somebody else's entry is kept; the kernel's view goes with the calls.
  if (found === null) return calls || !isKernelEntry(body);
  return (
    calls && wantedAt(found.kind === 'enter' ? found.call.enterNs : (found.call.exitNs ?? found.call.enterNs))
  );
}

/** The block as it stands in a file. A section says no more how long it is: that has changed. */
function encoded({ type, body: read, littleEndian }: OtherBlock): Uint8Array {
  // Of a header that was skipped as damaged there is no body: what follows needs one all the same, in its byte order.
  const body = type === BLOCK.section && read.length === 0 ? freshSection(littleEndian) : read;
  const size = body.length + 12;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, littleEndian);
  view.setUint32(4, size, littleEndian);
  bytes.set(body, 8);
  if (type === BLOCK.section && body.length >= 16) view.setBigInt64(16, -1n, littleEndian);
  view.setUint32(size - 4, size, littleEndian);
  return bytes;
}

/** The body of a section header without options: pcapng 1.0, of a length that is not known. */
function freshSection(littleEndian: boolean): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, littleEndian);
  view.setUint16(4, 1, littleEndian);
  view.setBigInt64(8, -1n, littleEndian);
  return body;
}

// pcap file header, draft-ietf-opsawg-pcap §4: the field of the link type, whose upper bits say how long a frame check
// sequence is, in words of 16 bits, where another bit says that they do.
const [MAGIC_AT, LINK_TYPE_AT, PCAP_HEADER] = [0, 20, 24];
const USUAL_FIRST_FRAME = PCAP_HEADER + 16;
const [FCS_KNOWN, FCS_BITS] = [0x0400_0000, 28];

/** What a pcap file's header has beside what a capture tells of it; null for other formats. */
export interface PcapHeader {
  /** What stands above the link type: reserved bits, and how long the frame check sequence is. */
  readonly linkTypeExtra: number;
  /** Its length in bytes; null where the header does not say. */
  readonly fcsBytes: number | null;
  /** Records have the interface's index, the protocol and the packet's type, or Nokia's four bytes. */
  readonly isPatched: boolean;
}

/** Reads the header again. */
export function pcapHeaderOf(capture: Capture): PcapHeader | null {
  if (capture.format !== 'pcap' && capture.format !== 'pcap-ns') return null;
  const bytes = capture.bytesAt(0, PCAP_HEADER);
  if (bytes.length < PCAP_HEADER) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = (Object.values(PCAP_MAGIC) as number[]).includes(view.getUint32(MAGIC_AT, true));
  const field = view.getUint32(LINK_TYPE_AT, isLittle);
  // Others with longer record headers have no magic of their own: the first frame shows them.
  const first = capture.columns.length > 0 ? capture.columns.fileOffset[0] : USUAL_FIRST_FRAME;
  const isPatched = view.getUint32(MAGIC_AT, isLittle) === PCAP_MAGIC.patched || first !== USUAL_FIRST_FRAME;
  const fcsBytes = (field & FCS_KNOWN) === 0 ? null : (field >>> FCS_BITS) * 2;
  return { linkTypeExtra: (field & ~LINK_TYPE_BITS) >>> 0, fcsBytes, isPatched };
}

/** Writes the packets of a pcap file as pcapng, with what its header says. Returns packets written. */
export function writePcapng(capture: Capture, sink: ByteSink, application: string, wanted: Wanted): number {
  const { columns, interfaces } = capture;
  const writer = new PcapngWriter(sink, { application });
  const fcsBytes = pcapHeaderOf(capture)?.fcsBytes ?? null;
  const microseconds = capture.format === 'pcap';
  for (const { name, linkType, snaplen, filter } of interfaces) {
    const description = { name, linkType, snaplen, filter, microseconds };
    writer.addInterface(fcsBytes === null ? description : { ...description, fcsBytes });
  }
  let written = 0;
  for (let row = 0; row < columns.length; row++) {
    if (!wanted(row)) continue;
    const { iface, sec, nsec, wireLen } = columns;
    writer.packet(iface[row] ?? 0, sec[row] ?? 0, nsec[row] ?? 0, wireLen[row] ?? 0, capture.frame(row));
    written++;
  }
  return written;
}

/** Writes packets of one link type as pcap. Returns packets written. */
export function writePcap(
  capture: Capture,
  sink: ByteSink,
  { linkType, snaplen, nanoseconds }: { linkType: number; snaplen: number; nanoseconds: boolean },
  wanted: Wanted,
): number {
  const writer = new PcapWriter(sink, linkType, snaplen, nanoseconds);
  const { columns } = capture;
  let written = 0;
  for (let row = 0; row < columns.length; row++) {
    if (!wanted(row)) continue;
    writer.packet(
      columns.sec[row] ?? 0,
      columns.nsec[row] ?? 0,
      columns.wireLen[row] ?? 0,
      capture.frame(row),
    );
    written++;
  }
  return written;
}
