/**
 * Whether a time is less than a limit, both as unsigned numbers of 64 bits: what goes back is longer than all that goes
 * forward. Found by trying tshark 4.0 with clocks that go back; its initial round trip may be negative too.
 */
export function isWithin(since: number, limit: number): boolean {
  return since < 0 === limit < 0 ? since < limit : limit < 0;
}
