/** Numbers of the LINKTYPE_ registry that are decoded. */
export const LINKTYPE = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  /** DLT_RAW as most BSDs wrote it into files before there was LINKTYPE_RAW. */
  rawBsd: 12,
  rawOpenbsd: 14,
  pppHdlc: 50,
  pppoe: 51,
  raw: 101,
  loop: 108,
  ciscoHdlc: 104,
  sll: 113,
  /** PPP behind a byte that says whether the packet was received (0) or sent. */
  pppWithDirection: 204,
  ipv4: 228,
  ipv6: 229,
  mpls: 219,
  sll2: 276,
} as const;
