import type { Issue, IssueKind, Severity } from './report.ts';

/** How the ends of the conversation of an issue are called: '10.0.0.1:80'. */
export interface Ends {
  readonly a: string;
  readonly b: string;
}

export interface Wording {
  /** What a group of issues of one kind is called. */
  readonly title: string;
  /** What it means, and what to do. */
  readonly why: string;
  /** One issue. */
  readonly say: (issue: Issue, ends: Ends) => string;
}

const n = (issue: Issue, name: string): number => Number(issue.params[name] ?? 0);
const t = (issue: Issue, name: string): string => String(issue.params[name] ?? '');
const side = (issue: Issue, ends: Ends): string => (t(issue, 'side') === 'A' ? ends.a : ends.b);
const otherSide = (issue: Issue, ends: Ends): string => (t(issue, 'side') === 'A' ? ends.b : ends.a);

/** '1 packet', '2 packets'. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Seconds as people read them: '12 µs', '3.4 ms', '1.25 s', '3 min 20 s'. */
export function span(seconds: number): string {
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds >= 10) return `${seconds.toFixed(1)} s`;
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  if (seconds >= 0.01) return `${Math.round(seconds * 1e3)} ms`;
  if (seconds >= 0.0001) return `${(seconds * 1e3).toFixed(1)} ms`;
  return `${Math.round(seconds * 1e6)} µs`;
}

/** Bytes as people read them: '512 B', '1.4 kB', '2.1 MB'. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

const percent = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(whole, 1)).toFixed(part * 100 < whole ? 2 : 1)} %`;

export const SEVERITY: Readonly<Record<Severity, string>> = { warning: 'WARNING', note: 'note' };

/** Codes of ICMP "destination unreachable" (RFC 792, RFC 1812 §5.2.7.1) and ICMPv6 (RFC 4443 §3.1). */
const UNREACHABLE_4 = [
  'network',
  'host',
  'protocol',
  'port',
  'packet too big, may not be fragmented',
] as const;
const UNREACHABLE_6 = ['no route', 'forbidden', 'beyond scope', 'address', 'port'] as const;

function icmpText(issue: Issue): string {
  const code = n(issue, 'code');
  const type = code >> 8;
  const v6 = n(issue, 'version') === 6;
  const unreachable = v6 ? type === 1 : type === 3;
  const texts: readonly string[] = v6 ? UNREACHABLE_6 : UNREACHABLE_4;
  if (unreachable) return `unreachable: ${texts[code & 255] ?? `code ${code & 255}`}`;
  if (v6 && type === 2) return 'packet too big';
  if (type === (v6 ? 3 : 11)) return 'time to live exceeded';
  return `type ${type} code ${code & 255}`;
}

export const WORDS: Readonly<Record<IssueKind, Wording>> = {
  refused: {
    title: 'Connections refused',
    why: 'The SYN was answered by a reset: nobody listens on that port, or a firewall rejects.',
    say: (issue, { a, b }) => `${b} refused ${a}${n(issue, 'syns') > 1 ? ` ${n(issue, 'syns')} times` : ''}`,
  },
  'handshake-unanswered': {
    title: 'Connections never answered',
    why: 'When no SYN gets any answer, host is down, a firewall drops, or the accept queue is full.',
    say: (issue, { a, b }) =>
      `${a} sent ${counted(n(issue, 'syns'), 'SYN')} to ${b}` +
      (n(issue, 'early') === 1
        ? '; the capture ends too soon to see an answer'
        : ` and got no answer for ${span(n(issue, 'seconds'))}`),
  },
  'handshake-unfinished': {
    title: 'Handshakes never finished',
    why: 'The SYN+ACK came, the last ACK did not: a scan, a forged sender, or loss.',
    say: (issue, { a, b }) =>
      `${b} answered ${a}${n(issue, 'synAcks') > 1 ? ` ${n(issue, 'synAcks')} times` : ''}, ` +
      (n(issue, 'early') === 1 ? 'and the capture ends there' : 'who did not go on'),
  },
  'handshake-slow': {
    title: 'Handshakes that took several tries',
    why: 'A SYN or its answer was lost, or the accept queue was full: the first try again comes after a whole second.',
    say: (issue, { a, b }) =>
      `${a} sent ${counted(n(issue, 'syns'), 'SYN')} to ${b}, who sent ${counted(n(issue, 'synAcks'), 'SYN+ACK')}` +
      (n(issue, 'seconds') > 0 ? `: connected ${span(n(issue, 'seconds'))} late` : ''),
  },
  reset: {
    title: 'Connections reset',
    why: 'A reset throws away what was not yet delivered: a process died or closed with unread data, or a middlebox cut in.',
    say: (issue, ends) =>
      `${side(issue, ends)} reset the connection with ${otherSide(issue, ends)} after ${span(n(issue, 'seconds'))}, ` +
      `when ${ends.a} had sent ${size(n(issue, 'fromA'))} and ${ends.b} ${size(n(issue, 'fromB'))}` +
      (n(issue, 'closed') === 1 ? '; it was being closed' : ''),
  },
  timeouts: {
    title: 'Retransmissions by timeout',
    why: 'Loss was noticed only when the timer ran out: the sender stood still meanwhile.',
    say: (issue, ends) =>
      `${side(issue, ends)} waited ${span(n(issue, 'seconds'))} for ${counted(n(issue, 'timeouts'), 'timeout')}; ` +
      `sent ${n(issue, 'again')} of ${n(issue, 'segments')} segments again (${percent(n(issue, 'again'), n(issue, 'segments'))}, ${size(n(issue, 'bytes'))})`,
  },
  'fast-retransmissions': {
    title: 'Retransmissions without timeout',
    why: 'Loss was noticed by acknowledgements: about a round trip is lost each time, and the rate is cut.',
    say: (issue, ends) =>
      `${side(issue, ends)} sent ${n(issue, 'again')} of ${n(issue, 'segments')} segments again (${percent(n(issue, 'again'), n(issue, 'segments'))}, ${size(n(issue, 'bytes'))})` +
      (n(issue, 'seconds') > 0 ? `, ${span(n(issue, 'seconds'))} late` : ''),
  },
  'spurious-retransmissions': {
    title: 'Sent again though already acknowledged',
    why: 'The acknowledgement was lost or late, or the timer is too short: only bandwidth is lost.',
    say: (issue, ends) => `${side(issue, ends)} did so ${counted(n(issue, 'count'), 'time')}`,
  },
  overtaken: {
    title: 'Segments out of order',
    why: 'Packets overtook each other on the way (several paths or queues); many of them look like loss to TCP.',
    say: (issue, ends) =>
      `${n(issue, 'count')} of ${n(issue, 'segments')} segments from ${side(issue, ends)} came late`,
  },
  'captured-twice': {
    title: 'Packets captured twice',
    why: 'A segment with the same headers once more, IP identification and time stamp too, is no retransmission: the capture point sees packets twice (a mirror port, or interface "any").',
    say: (issue, ends) => `${counted(n(issue, 'count'), 'copy', 'copies')} from ${side(issue, ends)}`,
  },
  'zero-window': {
    title: 'Receivers that stopped the sender',
    why: 'A window of 0: the program there does not read fast enough.',
    say: (issue, ends) =>
      (n(issue, 'stalled') === 1
        ? `${side(issue, ends)} did not read and stopped ${otherSide(issue, ends)} ${counted(n(issue, 'count'), 'time')}, `
        : `${side(issue, ends)} closed its window ${counted(n(issue, 'count'), 'time')}, and nobody is seen to wait for it, `) +
      `${span(n(issue, 'seconds'))} in all` +
      (n(issue, 'never') === 1 ? '; its window never opened again' : ''),
  },
  'window-full': {
    title: 'Senders that filled the window',
    why: 'All that the receiver had room for was on its way: the sender waited for its next acknowledgement. A larger receive buffer, or reading faster, helps.',
    say: (issue, ends) =>
      `${otherSide(issue, ends)} had to wait ${counted(n(issue, 'count'), 'time')} for room at ${side(issue, ends)}, ${span(n(issue, 'seconds'))} in all`,
  },
  'fin-again': {
    title: 'FINs sent again',
    why: 'The FIN or its acknowledgement was lost, or the other end did not answer in time: no data waits for it.',
    say: (issue, ends) => `${side(issue, ends)} did so ${counted(n(issue, 'count'), 'time')}`,
  },
  'checksum-damage': {
    title: 'Packets with a wrong checksum',
    why: 'They were damaged on their way, by a device or a cable; a receiver drops them without a word.',
    say: (issue, ends) =>
      `${counted(n(issue, 'wrong'), 'packet')} from ${side(issue, ends)}` +
      (n(issue, 'again') === 1
        ? ', sent again later'
        : `; what became of ${n(issue, 'wrong') === 1 ? 'it' : 'them'} does not show`),
  },
  'checksum-offload': {
    title: 'Checksums left to the network card',
    why: 'Captured before the card filled them in (offload), on the machine that sent them: nothing is damaged.',
    say: (issue, { a }) =>
      `${counted(n(issue, 'count'), 'packet')} in ${counted(n(issue, 'directions'), 'direction')}, first from ${a}`,
  },
  'nagle-delayed-ack': {
    title: "Nagle's rule against delayed acknowledgements",
    why: 'The sender holds back small data until all is acknowledged, the receiver delays that: send whole messages with one call, or set TCP_NODELAY.',
    say: (issue, ends) =>
      `${side(issue, ends)} waited ${counted(n(issue, 'count'), 'time')} for the delayed acknowledgement of ${otherSide(issue, ends)}, ${span(n(issue, 'seconds'))} in all`,
  },
  'small-segments': {
    title: 'Data in small segments',
    why: 'Each segment costs 40 bytes of headers and a system call: gather data before sending.',
    say: (issue, ends) =>
      `${n(issue, 'small')} of ${n(issue, 'segments')} segments from ${side(issue, ends)} carry under 128 bytes (${Math.round(n(issue, 'bytes'))} on average)`,
  },
  'missing-from-capture': {
    title: 'Packets missing from the capture',
    why: 'They were acknowledged, so they existed: the capture lost them, or sees only one of several paths. What else is said of these connections is doubtful.',
    say: (issue, ends) =>
      `${counted(n(issue, 'count'), 'acknowledgement')} of data that ${side(issue, ends) === ends.a ? ends.b : ends.a} sent and the capture does not have`,
  },
  'dropped-by-capture': {
    title: 'The capture dropped packets',
    why: 'The capturing program was too slow: a larger buffer, a filter or a smaller snaplen help.',
    say: (issue) => `${t(issue, 'name')}: ${n(issue, 'dropped')} dropped of ${n(issue, 'received')} received`,
  },
  'one-sided': {
    title: 'Only one direction captured',
    why: 'Nothing of the other end is in the file: an asymmetric route, or a filter on one direction.',
    say: (issue, ends) =>
      `${counted(n(issue, 'count'), 'packet')} from ${side(issue, ends)}, none from ${otherSide(issue, ends)}`,
  },
  'datagrams-unanswered': {
    title: 'Datagrams without answer',
    why: 'Nothing came back; that may be right for one-way protocols.',
    say: (issue, { a, b }) => `${counted(n(issue, 'count'), 'datagram')} from ${a} to ${b}`,
  },
  'icmp-error': {
    title: 'ICMP errors',
    why: 'A host or router on the way says why packets did not arrive.',
    say: (issue, { a, b }) => `${icmpText(issue)}, ${counted(n(issue, 'count'), 'time')}, about ${a} to ${b}`,
  },
  'keep-alives': {
    title: 'Keep-alives',
    why: 'An idle connection is being probed; nothing is wrong.',
    say: (issue, ends) => `${n(issue, 'count')} from ${side(issue, ends)}`,
  },
  probes: {
    title: 'Probes of a closed window',
    why: 'The sender asks whether the window is open again. Wireshark calls the probes of Linux keep-alives, because they carry no data.',
    say: (issue, ends) =>
      `${n(issue, 'count')} from ${side(issue, ends)}, stopped by ${otherSide(issue, ends)}`,
  },
  'clock-back': {
    title: 'Time goes backwards',
    why: 'A small step is how packets of several queues are written; a large one means that the clock was set.',
    say: (issue) => `${counted(n(issue, 'count'), 'time')}, at most by ${span(n(issue, 'ms') / 1e3)}`,
  },
  'no-times': {
    title: 'Packets without a time',
    why: 'Simple Packet Blocks of pcapng have none: each is taken to come with the packet before it, and times are rough.',
    say: (issue) => counted(n(issue, 'count'), 'packet'),
  },
  'damaged-packets': {
    title: 'Packets not decoded to the end',
    why: 'Cut, damaged, or of a kind that is not decoded.',
    say: (issue) => `${counted(n(issue, 'count'), 'packet')}: ${t(issue, 'what')}`,
  },
  'damaged-file': {
    title: 'The file is damaged',
    why: 'What could be read was checked.',
    say: (issue) =>
      `${t(issue, 'what')} (at byte ${n(issue, 'offset')})${n(issue, 'count') > 1 ? `, and ${n(issue, 'count') - 1} more` : ''}`,
  },
};

/** Single words and sentences of the report. */
export const TEXT = {
  nothing: 'nothing is wrong',
  frames: 'frames',
  frame: 'frame',
  more: (count: number): string => `and ${count} more`,
  summary: (packets: number, bytes: number, seconds: number): string =>
    `${counted(packets, 'packet')}, ${size(bytes)}, ${span(seconds)}`,
  protocols: (tcp: number, udp: number, other: number): string => `${tcp} TCP, ${udp} UDP, ${other} other`,
  conversations: (count: number): string => counted(count, 'TCP conversation'),
  shown: (shown: number, all: number): string => `${shown} of ${all}; --all for the rest`,
  empty: 'no packets',
} as const;
