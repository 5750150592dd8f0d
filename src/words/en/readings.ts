import type { ReadingKind } from '../../diagnosis/readings.ts';

/** What we say of a frame where Wireshark says something else, and why. */
export const readings: Readonly<Record<ReadingKind, readonly [ours: string, because: string]>> = {
  'persist-probe': [
    'a probe of the closed window',
    'the other side had said window 0, and Linux probes without data, one number below the next (RFC 9293 §3.8.6.1)',
  ],
  'sent-again': ['sent again', 'these very bytes were captured before: nothing overtook them'],
  'captured-twice': [
    'the same packet, captured twice',
    'its headers are those of the copy before it, down to the IP identification, but for what routers change',
  ],
  'first-copy-unseen': [
    'its first copy is not in the capture',
    'the gap that it fills was there before: it was lost before it was captured, or this is the first copy, late',
  ],
  'first-scaled': [
    'the same window as in the SYN',
    'the window of a SYN is in bytes, and later ones count in units of the scale (RFC 7323 §2.2)',
  ],
  'probe-byte': [
    'the byte of the window probe was taken',
    'that byte was captured: it is the one that the probe before carried',
  ],
  'behind-probe-byte': [
    'nothing is missing before it',
    'the byte in between was in the window probe, and is acknowledged',
  ],
  'new-connection': [
    'a SYN of a new connection',
    'the one before, which began with the same number, had been reset',
  ],
  'data-behind': [
    'sent once, and captured after its acknowledgement',
    'no copy was captured before that acknowledgement, and nobody sends again so soon after one',
  ],
  'ack-ahead': [
    'nothing is missing',
    'what it acknowledges stands behind it in the capture, as when several queues or ports were captured',
  ],
  'ack-older': [
    'the number of an older connection',
    'whoever sent the SYN answers with a reset of that number, as for a connection that it does not have (RFC 9293 §3.5.1)',
  ],
  needed: ['it had to be sent again', 'the calls and the lab show that the copy or its answer never arrived'],
};
