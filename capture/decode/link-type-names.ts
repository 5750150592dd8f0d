/** Names of link types that are met and not decoded, after the LINKTYPE_ registry. */
const NAMES: Readonly<Record<number, string>> = {
  3: 'AX.25',
  6: 'Token Ring',
  7: 'ARCNET',
  8: 'SLIP',
  10: 'FDDI',
  105: '802.11',
  107: 'Frame Relay',
  109: 'OpenBSD encapsulated IP',
  114: 'LocalTalk',
  117: 'PFLOG',
  119: '802.11 with Prism header',
  122: 'IP over Fibre Channel',
  127: '802.11 with radiotap header',
  129: 'ARCNET (Linux)',
  138: 'IEEE 1394',
  144: 'IrDA (Linux)',
  147: 'user link type 0',
  163: '802.11 with AVS header',
  166: 'PPP of pppd',
  187: 'Bluetooth HCI',
  189: 'USB (Linux)',
  192: 'PPI',
  195: '802.15.4',
  197: 'ERF',
  201: 'Bluetooth HCI with direction',
  220: 'USB (Linux, padded)',
  227: 'CAN',
  230: '802.15.4 without checksum',
  239: 'NFLOG',
  240: 'NetANALYZER',
  242: 'IP over InfiniBand',
  247: 'InfiniBand',
  249: 'USBPcap',
  251: 'Bluetooth LE',
  252: 'Wireshark exported protocols',
  253: 'Netlink',
  254: 'Bluetooth monitor (Linux)',
  256: 'Bluetooth LE with pseudo header',
  258: 'Apple PKTAP',
  266: 'USB (macOS)',
  274: 'Ethernet mPackets',
  279: 'vsock',
};

/** Names of those that are decoded: where a file has several, it matters which. */
const DECODED: Readonly<Record<number, string>> = {
  0: 'BSD loopback',
  1: 'Ethernet',
  9: 'PPP',
  12: 'raw IP',
  14: 'raw IP',
  50: 'PPP in HDLC',
  51: 'PPPoE',
  101: 'raw IP',
  104: 'Cisco HDLC',
  108: 'OpenBSD loopback',
  113: 'Linux cooked',
  204: 'PPP with direction',
  219: 'MPLS',
  228: 'raw IPv4',
  229: 'raw IPv6',
  276: 'Linux cooked 2',
};

/** The name of a link type that is not decoded; null where it has none here. */
export function knownLinkType(linkType: number): string | null {
  return NAMES[linkType] ?? null;
}

/** What a link type is called: its name where it has one here, and its number. */
export function linkTypeName(linkType: number): string {
  const name = NAMES[linkType] ?? DECODED[linkType];
  return name === undefined ? `link type ${linkType}` : `link type ${linkType} (${name})`;
}
