import type { PacketField } from './field.ts';
import { FRAME_FIELDS } from './frame.ts';
import { ICMP_FIELDS, ICMPV6_FIELDS } from './icmp.ts';
import { IP_FIELDS } from './ip.ts';
import { IPV6_FIELDS } from './ipv6.ts';
import { LINK_FIELDS } from './link.ts';
import { TCP_FIELDS } from './tcp.ts';
import { UDP_FIELDS } from './udp.ts';
import { UDP_TUNNEL_FIELDS } from './udp-tunnels.ts';

const ALL: readonly PacketField[] = [
  ...FRAME_FIELDS,
  ...LINK_FIELDS,
  ...IP_FIELDS,
  ...IPV6_FIELDS,
  ...ICMP_FIELDS,
  ...ICMPV6_FIELDS,
  ...TCP_FIELDS,
  ...UDP_FIELDS,
  ...UDP_TUNNEL_FIELDS,
];

/**
 * The fields of packets by name, in the order in which they are listed. Several readers share a name where a header has
 * several forms (sll.etype stands in both versions of the cooked header).
 */
export const PACKET_FIELDS: ReadonlyMap<string, readonly PacketField[]> = grouped();

function grouped(): ReadonlyMap<string, readonly PacketField[]> {
  const map = new Map<string, PacketField[]>();
  for (const field of ALL) {
    const known = map.get(field.name);
    if (known === undefined) map.set(field.name, [field]);
    else known.push(field);
  }
  return map;
}
