/** What differs from tshark 4.0.17 on purpose: docs/tshark.md tells the same under the same names, and a test compares the two. */
export interface NamedDifference {
  /** As the document names it. */
  readonly name: string;
  /** Differences in the fields of captures that it explains. */
  readonly fields?: readonly RegExp[];
  /** Differences in the values of the strict analysis that it explains, by capture. */
  readonly values?: Readonly<Record<string, readonly RegExp[]>>;
}

export const NAMED_DIFFERENCES: readonly NamedDifference[] = [
  {
    name: 'Packets without a time',
    fields: [
      /^frame \d+ (frame|tcp|udp)\.time_(relative|delta)(_displayed)?: tshark (-\d|0\.0+, we $|13409)/,
    ],
    values: { 'derived__ng-spb-obsolete-pb.pcapng': [/^frame \d+ tcp\.analysis\.ack_rtt: they -?1795/] },
  },
  {
    name: 'Fractions of more than a second',
    fields: [
      /we 214[67]\.48364[89]000$/,
      /^frame [23] frame\.time(_relative|_delta)?: .*17:16:10|^frame [23] .*time_(relative|delta): tshark [-0-9.]*1000000000/,
    ],
    values: {
      'tcpdump__timestamp_invalid_micro.pcap': [/^frame 3 tcp\.analysis\.(initial_rtt|ack_rtt): they /],
    },
  },
  { name: 'Names of interfaces', fields: [/frame\.interface_name: /] },
  {
    name: 'Lengths and versions that cannot be',
    fields: [/udp\.payload: |ip\.version: tshark 13, we $|frame 49 tcp\.time_.*, we 0\.000000000$/],
  },
  { name: 'Source routes of IPv4 that cannot be' },
  {
    name: 'TCP headers that are not whole',
    values: {
      'zeek__reassembly.pcap': [/^frame 105 tcp\.analysis(\.initial_rtt)?: they .+, we $/],
    },
  },
  { name: 'Window scales outside SYNs' },
  { name: 'IPv6 where IPv4 was announced' },
  { name: 'BSD loopback with a family of Linux or Windows' },
  { name: 'Keys of MPTCP behind data' },
  { name: 'Ethernet in MPLS' },
  { name: 'Ports of VXLAN and GENEVE' },
  { name: 'Times of the UDP around a tunnel' },
  { name: 'TCP that an ICMP error quotes' },
  { name: '`-e tcp`, `-e ip`, `-e eth`, `-e frame`' },
  { name: 'End of `frame.protocols`' },
  { name: '`eth.padding` of Linux cooked captures' },
  { name: 'What is not reassembled' },
  { name: 'UDP in fragments, and extension headers behind a fragment header' },
  { name: 'Fragments that were cut by the snaplen' },
  { name: 'Fragments that do not belong together' },
];
