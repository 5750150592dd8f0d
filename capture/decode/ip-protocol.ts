import { PROTOCOL, type Protocol } from '../columns.ts';
import { NEXT, type Next } from './decoding.ts';

/** Protocol numbers of IANA's registry that are decoded. */
export const IP_PROTOCOL = {
  icmp: 1,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  ah: 51,
  icmpv6: 58,
  mpls: 137,
} as const;

/** What decodes the payload of this IP protocol number. */
export function nextOfProtocol(number: number): Next {
  switch (number) {
    case IP_PROTOCOL.tcp:
      return NEXT.tcp;
    case IP_PROTOCOL.udp:
      return NEXT.udp;
    case IP_PROTOCOL.icmp:
      return NEXT.icmp;
    case IP_PROTOCOL.icmpv6:
      return NEXT.icmpv6;
    case IP_PROTOCOL.ipv4:
      return NEXT.ipv4;
    case IP_PROTOCOL.ipv6:
      return NEXT.ipv6;
    case IP_PROTOCOL.gre:
      return NEXT.gre;
    case IP_PROTOCOL.ah:
      return NEXT.ah;
    case IP_PROTOCOL.mpls:
      return NEXT.mpls;
    default:
      return NEXT.nothing;
  }
}

/** The columns' protocol for an IP protocol number. */
export function protocolOf(number: number): Protocol {
  switch (number) {
    case IP_PROTOCOL.tcp:
      return PROTOCOL.tcp;
    case IP_PROTOCOL.udp:
      return PROTOCOL.udp;
    case IP_PROTOCOL.icmp:
      return PROTOCOL.icmp;
    case IP_PROTOCOL.icmpv6:
      return PROTOCOL.icmpv6;
    default:
      return PROTOCOL.other;
  }
}
