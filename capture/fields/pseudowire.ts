import { NEXT } from '../decode/decoding.ts';
import type { PacketField } from './field.ts';
import { fixed, worked } from './make.ts';

const { pseudowire, pseudowireBare } = NEXT;

/** Fields of Ethernet in MPLS (RFC 4448), which Wireshark takes for what it is by looking at it. */
export const PSEUDOWIRE_FIELDS: readonly PacketField[] = [
  worked(pseudowireBare, 'pweth', 'bool', 'Ethernet without a control word', (_packet, _layer, out) => {
    out.push(1);
  }),
  worked(pseudowire, 'pweth.cw', 'bool', 'Ethernet with a control word', (_packet, _layer, out) => {
    out.push(1);
  }),
  fixed(pseudowire, 2, 'pweth.cw.sequence_number', 'uint16', 'Sequence number of the control word'),
];
