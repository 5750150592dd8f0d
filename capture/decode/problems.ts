// What can be wrong with a packet: codes for the columns, and what each one means.

export const PROBLEM = {
  none: 0,
  linkTruncated: 1,
  linkTypeUnknown: 2,
  ipv4Truncated: 3,
  ipv4Version: 4,
  ipv4HeaderLength: 5,
  ipv4TotalLength: 6,
  ipv6Truncated: 7,
  ipv6Version: 8,
  ipv6Extension: 9,
  ipv6PayloadLength: 10,
  tcpTruncated: 11,
  tcpDataOffset: 12,
  udpTruncated: 13,
  udpLength: 14,
  icmpTruncated: 15,
  ipv4CutByWire: 16,
  ipv6CutByWire: 17,
  nullFamily: 18,
  extensionChain: 19,
  frameHuge: 20,
  mplsTruncated: 21,
  pppTruncated: 22,
  greTruncated: 23,
  tcpOptionsTruncated: 24,
  tunnelTruncated: 25,
  jumboLength: 26,
  ahTruncated: 27,
} as const;
export type Problem = (typeof PROBLEM)[keyof typeof PROBLEM];

/** Problems that are none of the packet: it may be sound, and is not read any further. */
const NOT_DECODED: ReadonlySet<number> = new Set([
  PROBLEM.linkTypeUnknown,
  PROBLEM.nullFamily,
  PROBLEM.frameHuge,
]);
/** Headers that end where the frame does: damage, or where the capture was told to cut. */
const TRUNCATED: ReadonlySet<number> = new Set([
  PROBLEM.linkTruncated,
  PROBLEM.ipv4Truncated,
  PROBLEM.ipv6Truncated,
  PROBLEM.ipv6Extension,
  PROBLEM.tcpTruncated,
  PROBLEM.tcpOptionsTruncated,
  PROBLEM.udpTruncated,
  PROBLEM.icmpTruncated,
  PROBLEM.mplsTruncated,
  PROBLEM.pppTruncated,
  PROBLEM.greTruncated,
  PROBLEM.tunnelTruncated,
  PROBLEM.ahTruncated,
]);

/** What a problem says of its packet: that it is damaged, that the capture kept too little of it, or that we do not decode it. */
export function natureOf(code: number, isCut: boolean): 'damaged' | 'cut' | 'not-decoded' {
  if (NOT_DECODED.has(code)) return 'not-decoded';
  return TRUNCATED.has(code) && isCut ? 'cut' : 'damaged';
}

export interface ProblemText {
  readonly text: string;
  /** Where the rule stands that the packet breaks. */
  readonly source: string;
}

const TEXTS: { readonly [code in Problem]: ProblemText } = {
  0: { text: 'nothing is wrong', source: '' },
  1: { text: 'the link layer header is cut off', source: 'LINKTYPE_ registry' },
  2: { text: 'the link type is not decoded', source: 'LINKTYPE_ registry' },
  3: { text: 'the IPv4 header is cut off', source: 'RFC 791 §3.1' },
  4: { text: 'the version in the IPv4 header is not 4', source: 'RFC 791 §3.1' },
  5: { text: 'the IPv4 header length is under 20 bytes or beyond the packet', source: 'RFC 791 §3.1' },
  6: { text: 'the IPv4 total length is shorter than the header', source: 'RFC 791 §3.1' },
  7: { text: 'the IPv6 header is cut off', source: 'RFC 8200 §3' },
  8: { text: 'the version in the IPv6 header is not 6', source: 'RFC 8200 §3' },
  9: { text: 'an IPv6 extension header is cut off', source: 'RFC 8200 §4' },
  10: { text: 'the IPv6 payload ends inside an extension header', source: 'RFC 8200 §3' },
  11: { text: 'the TCP header is cut off', source: 'RFC 9293 §3.1' },
  12: { text: 'the TCP data offset is under 5 words or beyond the segment', source: 'RFC 9293 §3.1' },
  13: { text: 'the UDP header is cut off', source: 'RFC 768' },
  14: { text: 'the UDP length is under 8 or beyond the IP payload', source: 'RFC 768' },
  15: { text: 'the ICMP header is cut off', source: 'RFC 792, RFC 4443 §2.1' },
  16: { text: 'the IPv4 total length goes beyond the frame', source: 'RFC 791 §3.1' },
  17: { text: 'the IPv6 payload length goes beyond the frame', source: 'RFC 8200 §3' },
  18: { text: 'the address family of the loopback header is not known', source: 'LINKTYPE_NULL' },
  19: { text: 'more IPv6 extension headers than any real packet has', source: 'RFC 8200 §4' },
  20: {
    text: 'the headers begin beyond the first 65 534 bytes of the frame',
    source: 'limit of this reader',
  },
  21: { text: 'an MPLS label is cut off', source: 'RFC 3032 §2.1' },
  22: { text: 'the PPP or PPPoE header is cut off', source: 'RFC 1661 §2, RFC 2516 §4' },
  23: { text: 'the GRE header is cut off', source: 'RFC 2784 §2.1' },
  24: { text: 'the TCP options are cut off', source: 'RFC 9293 §3.1' },
  25: { text: 'the VXLAN or GENEVE header is cut off', source: 'RFC 7348 §5, RFC 8926 §3.4' },
  26: { text: 'the jumbo payload length is under 65 536 bytes', source: 'RFC 2675 §3' },
  27: { text: 'the authentication header is cut off', source: 'RFC 4302 §2' },
};

/** Says what a problem code in the columns means; codes that do not exist give the text of code 0. */
export function problemText(code: number): ProblemText {
  return TEXTS[code as Problem] ?? TEXTS[0];
}
