import { PROTOCOL } from '../columns.ts';
import { readU16 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import { checksumStatus } from './checksum-status.ts';
import type { PacketField } from './field.ts';
import { either, fixed, protocol, worked } from './make.ts';
import { conversationTimes, streamField } from './transport.ts';

const { udp } = NEXT;
const HEADER = 8;

const src = fixed(udp, 0, 'udp.srcport', 'uint16', 'Source port', { needs: 4 });
const dst = fixed(udp, 2, 'udp.dstport', 'uint16', 'Destination port');

/** UDP, RFC 768. */
export const UDP_FIELDS: readonly PacketField[] = [
  protocol(udp, 'udp', 'User datagram protocol'),
  src,
  dst,
  either('udp.port', 'Source or destination port', src, dst),
  fixed(udp, 4, 'udp.length', 'uint16', 'Bytes of header and data'),
  fixed(udp, 6, 'udp.checksum', 'uint16', 'Checksum', { base: 'hex' }),
  checksumStatus(udp, 'udp.checksum.status', PROTOCOL.udp, HEADER),
  streamField(
    udp,
    'udp.stream',
    ({ bytes }, { at, end }) => at + HEADER <= end && readU16(bytes, at + 4) >= HEADER,
  ),
  worked(udp, 'udp.payload', 'bytes', 'The data', ({ bytes }, { at, end }, out) => {
    if (at + HEADER > end) return;
    const length = readU16(bytes, at + 4);
    const until = length >= HEADER ? Math.min(end, at + length) : end;
    if (until > at + HEADER) out.push(bytes.subarray(at + HEADER, until));
  }),
  ...conversationTimes(udp, 'udp'),
];
