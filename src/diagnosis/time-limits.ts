/** As tshark has them: how soon after an acknowledgement a fast retransmission comes, and an overtaken segment where no round trip is known. */
export const FAST_NS = 20e6;
export const OUT_OF_ORDER_NS = 3e6;
/** A mirror port or an interface of two names shows a packet twice within this; whether it did, only the headers tell. */
export const TWICE_NS = 10e6;
/** Captures of both ends of a path, put together, show a packet twice within this: few ways are longer. */
export const PATH_NS = 500e6;
/** RFC 6298 wants 1 s at least, Linux waits 200 ms, FreeBSD 30: that a timer made it is sure only after a longer silence. */
export const TIMEOUT_MIN = 150e6;

/**
 * Whether a time is less than a limit, both as unsigned numbers of 64 bits: what goes back is longer than all that goes
 * forward. Found by trying tshark 4.0 with clocks that go back; its initial round trip may be negative too.
 */
export function isWithin(since: number, limit: number): boolean {
  return since < 0 === limit < 0 ? since < limit : limit < 0;
}
