import type { Capture } from '../../capture/capture.ts';
import { fileOrder, fileRows } from './file-order.ts';
import type { SessionFormat } from './session-format.ts';

/** Magic number of a pcap file with nanoseconds, in our byte order, and its version (draft-ietf-opsawg-pcap). */
const MAGIC_NS = 0xa1b2_3c4d;
const HEADER = 24;
const RECORD = 16;

/** The packets alone, as nanosecond pcap. */
export const PLAIN_PCAP: SessionFormat = {
  header: (_, capture) => [fileHeader(capture)],
  packet: (capture, row) => record(capture, row),
  call: () => null,
  *whole(session) {
    const { capture } = session;
    yield fileHeader(capture);
    for (const row of fileRows(fileOrder(session), capture.columns.length)) {
      if (row.kind === 'packet') yield record(capture, row.packet);
    }
  },
};

function fileHeader({ interfaces }: Capture): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32LE(MAGIC_NS, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(Math.max(1, ...interfaces.map(({ snaplen }) => snaplen)), 16);
  header.writeUInt32LE(interfaces[0]?.linkType ?? 0, 20);
  return header;
}

function record(capture: Capture, row: number): Buffer {
  const { columns } = capture;
  const frame = capture.frame(row);
  const bytes = Buffer.alloc(RECORD + frame.length);
  bytes.writeUInt32LE((columns.sec[row] ?? 0) >>> 0, 0);
  bytes.writeUInt32LE(columns.nsec[row] ?? 0, 4);
  bytes.writeUInt32LE(frame.length, 8);
  bytes.writeUInt32LE(columns.wireLen[row] ?? frame.length, 12);
  bytes.set(frame, RECORD);
  return bytes;
}
