import { size, span } from '../units.ts';
import { counted } from './plural.ts';

/** Single words and sentences of the report. */
export const report = {
  nothing: 'nothing wrong was found',
  frames: 'frames',
  frame: 'frame',
  calls: 'calls',
  packet: (number: number): string => `packet ${number}`,
  more: (count: number): string => `and ${count} more`,
  summary: (packets: number, bytes: number, seconds: number): string =>
    `${counted(packets, 'packet')}, ${size(bytes)}, ${span(seconds)}`,
  protocols: (tcp: number, udp: number, other: number): string => `${tcp} TCP, ${udp} UDP, ${other} other`,
  conversations: (count: number): string => counted(count, 'TCP conversation'),
  shown: (shown: number, all: number): string => `${shown} of ${all}; --all for the rest`,
  narrow: (columns: string, width: number): string => `too narrow for ${columns}: --width ${width} shows all`,
  empty: 'no packets',
  conversationsTitle: 'Conversations',
  files: (count: number, bad: number, unread: number): string =>
    `${counted(count, 'file')}, ${bad} with warnings${unread === 0 ? '' : `, ${unread} could not be read`}`,
  readingsTitle: 'Where our reading is not Wireshark’s',
  reading: (theirs: string, ours: string, because: string): string =>
    `Wireshark says ${theirs}; we say ${ours}, because ${because}`,
  hole: (bytes: number): string =>
    `${counted(bytes, 'byte')} before it ${bytes === 1 ? 'is' : 'are'} not in the capture at this point: lost on the way before it, late, or not captured`,
  unseen:
    'It acknowledges bytes that are not in the capture: they arrived, so the capture missed them, or they took another way',
  cut: (kept: number, whole: number): string =>
    `Of its ${whole} bytes the capture kept ${kept}: it was told to cut packets (snaplen)`,
  someCut: (count: number): string =>
    `CUT: of ${counted(count, 'packet')} the capture kept only the first bytes (snaplen); what they carried beyond is not here.`,
  /** Who closed a conversation; the left end is the one that was seen first. */
  closedBy: {
    never: 'never opened',
    open: 'open',
    A: 'left',
    B: 'right',
    'A-reset': 'reset left',
    'B-reset': 'reset right',
    'A-fin-seen': '? (FIN left)',
    'B-fin-seen': '? (FIN right)',
    'A-reset-seen': '? (RST left)',
    'B-reset-seen': '? (RST right)',
    'not-seen': '? (not seen)',
  },
  closerUnsure:
    'closed by ?: what this FIN or RST acknowledges is not in the capture, so that the other end may have closed before; “not seen”: none is in it, but packets are missing',
  missingBytes:
    '+n: bytes that were sent and that the capture lacks (a FIN that it lacks counts as one); +?: how many is not known',
  /** Heads of the tables' columns. */
  columns: {
    conversations: [
      'ends',
      'packets',
      'time',
      'setup',
      'least rtt',
      'sent',
      'goodput',
      'idle',
      'again',
      'closed by',
    ],
    files: ['file', 'packets', 'conversations', 'warnings', 'first'],
    flags: ['flag', 'both', 'only they', 'only we'],
    values: ['value', 'same', 'different'],
  },
};
