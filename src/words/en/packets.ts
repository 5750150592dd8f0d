import { PROBLEM } from '../../../capture/decode/problems.ts';
import { DESERTED } from '../../timeline/explain-deserted.ts';
import { KEPT } from '../../timeline/explain-reset.ts';
import type { PacketReasonKind } from '../../timeline/reason-table.ts';
import type { Reason } from '../../timeline/types.ts';
import { icmpText } from '../issue-parts.ts';
import { bytes, byWhy, ending, held, icmpSaid, later } from '../packet-parts.ts';
import { call, type Names, number, type Phrase, packet, text, waited } from '../parts.ts';
import { ICMP } from './icmp.ts';
import { counted } from './plural.ts';

/** 'bytes 0–99 of client send#1' or '… of 3 calls up to client send#3'. */
function carried(reason: Reason, names: Names): string {
  const sends = number(reason, 'sends');
  if (sends === 0) return bytes(reason);
  return sends > 1
    ? `${bytes(reason)} of ${sends} calls up to ${call(reason, names)}`
    : `${bytes(reason)} of ${call(reason, names)}`;
}

const AGAIN = {
  lost: 'was lost here',
  'answer-lost': 'arrived, its acknowledgement was lost here',
  'not-taken': 'was not taken by the receiver',
  'no-room': 'found no room in the accept queue',
  arrived: 'had arrived: the receiver reports the bytes twice (D-SACK)',
  unknown: 'was not acknowledged',
};

/** What is known of the ACK that had gone before. */
const HEARD = {
  crossed: 'still on its way, by the time stamps',
  heard: 'the sender had it',
  unknown: 'whether in time is unknown',
};

/** What is known of bytes before which others were captured, and of which the first copy was not. */
const UNSEEN = {
  asked: 'sent again: the first copy is not in the capture',
  'answer-lost': 'sent again though acknowledged, without a first copy here',
  unknown: 'in a gap: overtaken, or sent again without a first copy here',
};

function again(reason: Reason, names: Names): string {
  return `${packet(reason, names)} ${byWhy(reason, AGAIN)}`;
}

function duplicates(reason: Reason): string {
  const count = number(reason, 'count');
  if (count === 0) return 'a selective ACK told of the hole';
  return count === 1 ? '1 duplicate ACK' : `${count} duplicate ACKs`;
}

const SYN_AGAIN = {
  lost: 'it was lost here',
  'answer-lost': 'the answer was lost here',
  unknown: 'no answer is in the capture',
  icmp: 'an ICMP error was the only answer',
  refused: 'the one before was refused',
  listened: 'no answer though the port is listened on: dropped before the socket, as a firewall does',
};

/** How full the accept queue was. */
function queued(reason: Reason): string {
  return `${number(reason, 'waiting')} waiting, backlog ${number(reason, 'backlog')}`;
}

/** What the kernel knows of a half-open connection that a packet came for too late. */
const HALF_OPEN: Readonly<Record<number, string>> = {
  [KEPT.given]: 'that the kernel gave up: the accept queue had been full',
  [KEPT.cookie]: 'that the kernel never kept: its SYN, ACK was a SYN cookie',
  [KEPT.unknown]: 'that the kernel gave up or never kept (SYN cookie): its queues had been full',
};

/** What became of a packet that came before the listener's kernel held the handshake for complete. */
const UNTAKEN: Readonly<Record<string, (reason: Reason) => string>> = {
  full: (r) => `; ignored: the accept queue was full (${queued(r)})`,
  perhaps: (r) => `; ignored, as it seems: the accept queue was full, or just being emptied (${queued(r)})`,
  untold: () => '; ignored, though the accept queue had room',
  answered: () => '; it does not complete the handshake any more',
};

export function untaken(reason: Reason): string {
  return UNTAKEN[text(reason, 'untaken')]?.(reason) ?? '';
}

function unanswered(reason: Reason): string {
  if (text(reason, 'why') !== 'queue-full') return byWhy(reason, SYN_AGAIN);
  return `the accept queue was full (${queued(reason)})`;
}

/** Of a SYN that carries data (RFC 7413). */
function withData(reason: Reason): string {
  return number(reason, 'to') > number(reason, 'from')
    ? ', with data (Fast Open: sendto with MSG_FASTOPEN, or TCP_FASTOPEN_CONNECT)'
    : '';
}

/** What became of a SYN that came to a full accept queue. */
function dropped(reason: Reason): string {
  if (reason.params.dropped !== 1) return '';
  return `; not answered: the accept queue is full (${queued(reason)})`;
}

/** Why nobody listens on a port where a socket of the run does at another time. */
function absent(reason: Reason, names: Names): string {
  const detail = number(reason, 'detail');
  if (detail === DESERTED.closed) return `; ${call(reason, names)} had closed the listener`;
  if (detail === DESERTED.ended) return `; the process of ${call(reason, names)} had ended`;
  if (detail === DESERTED.onlyBound)
    return `; ${call(reason, names)} took the port, but listen was not called`;
  return detail === DESERTED.notYet ? `; ${call(reason, names)} comes later` : '';
}

const SILENCE: Readonly<Record<string, string>> = {
  limited:
    '; no answer: Linux gives at most one in 0.5 s (tcp_invalid_ratelimit; counted in TCPACKSkippedSeq)',
  silent: '; no answer is in the capture',
};

/** What is known of a probe that nothing answers. */
function silence(reason: Reason): string {
  return SILENCE[text(reason, 'answer')] ?? '';
}

const SYN_ACK_AGAIN = {
  lost: 'the first was lost here',
  'answer-lost': "the client's ACK was lost here",
  asked: 'the SYN came again',
  ignored: 'the ACK came, but the accept queue had no room',
  'not-taken': 'the ACK came, and was not taken',
  unknown: 'no ACK of it is in the capture',
};

const FATE: Readonly<Record<string, string>> = {
  lost: 'lost here',
  full: 'dropped: the receive buffer was full',
  dropped: 'dropped at the socket',
  unread: 'never read',
  refused: 'nobody has that port',
  closed: 'the socket was closed',
  outsider: 'to a program outside this run',
  damaged: 'dropped by the kernel that got it: its checksum is wrong',
};

function datagram(reason: Reason, names: Names): string {
  const size = `${counted(number(reason, 'bytes'), 'byte')} of ${call(reason, names)}`;
  const fate = text(reason, 'fate');
  const reader = reason.calls[1];
  const end =
    reader !== undefined
      ? `, taken by ${names.call(reader)}`
      : FATE[fate] === undefined
        ? ''
        : `, ${FATE[fate]}`;
  const fragments = number(reason, 'fragments');
  return fragments > 1
    ? `fragment ${number(reason, 'fragment')} of ${fragments}: ${size}${end}`
    : `datagram: ${size}${end}`;
}

function plainDatagram(r: Reason): string {
  const size = counted(number(r, 'bytes'), 'byte');
  if (text(r, 'known') === 'all')
    return `fragment ${number(r, 'fragment')} of ${number(r, 'fragments')} of a datagram of ${size}`;
  if (text(r, 'known') === 'length')
    return `fragment of a datagram of ${size}, of which not all fragments are in the capture`;
  if (text(r, 'known') === 'fragment')
    return `fragment of a datagram: ${size} of it; the first fragment, with the UDP header, is not in the capture`;
  return `datagram of ${size}`;
}

const ICMP_FATE = [
  '',
  ': {call} fails with ECONNREFUSED',
  ': the next call on the connected socket will fail',
  ': an unconnected socket is not told',
] as const;

function unreachable(reason: Reason, names: Names): string {
  return `nobody has the port that ${packet(reason, names)} went to${ending(reason, names, ICMP_FATE)}`;
}

const SAID: Readonly<Record<string, string>> = {
  ...{ '4:0': 'no route to the network', '4:1': 'no way to the host', '4:2': 'no such protocol' },
  ...{ '4:3': 'nobody has the port', '4:6': 'network unknown', '4:7': 'host unknown' },
  ...{ '4:9': 'network forbidden', '4:10': 'host forbidden', '4:13': 'forbidden by a filter' },
  ...{ '6:0': 'no route', '6:1': 'forbidden by a filter', '6:3': 'no way to the host' },
  ...{ '6:4': 'nobody has the port', '6:5': 'forbidden by a filter', '6:6': 'route rejected' },
};

/** Linux takes an ICMP error for a note only while a call holds the socket (tcp_v4_err): the next one counts. */
const ICMP_END = ['', ': {call} fails with {errno}', ': noted only, for {call} is still at work'] as const;

function icmpError(reason: Reason, names: Names): string {
  const what = icmpSaid(reason, SAID) ?? icmpText(number(reason, 'value'), number(reason, 'version'), ICMP);
  return `ICMP error: ${what}, says it of ${packet(reason, names)}${ending(reason, names, ICMP_END)}`;
}

/** What a packet is of that is not read any further. */
function undecoded(reason: Reason): string {
  const code = number(reason, 'detail');
  if (code !== PROBLEM.linkTypeUnknown && code !== 0) return 'the protocol behind it is not known here';
  const link = text(reason, 'link');
  return `link type ${number(reason, 'value')}${link === '' ? '' : `, ${link}`}`;
}

/** Why packets exist. */
export const packets: Readonly<Record<PacketReasonKind, Phrase>> = {
  unexplained: () => 'unexplained: nothing here tells why',
  uncaptured: () => 'what called for it was not captured',
  unplaced: (r) =>
    `${number(r, 'to') > number(r, 'from') ? counted(number(r, 'to') - number(r, 'from'), 'byte') : 'ACK of bytes'} of which the place in the stream is not known: no SYN was captured`,
  foreign: () => 'not of a socket of this run',
  damaged: () => 'damaged: it cannot be read as what it claims to be',
  'cut-short': (r) =>
    `cut by the capture: ${number(r, 'value')} of ${number(r, 'count')} bytes are here (snaplen), too few to decode`,
  'not-decoded': (r) => `not decoded (${undecoded(r)})`,
  other: () => 'neither TCP nor UDP: no socket call is looked for',
  fragment: (r, n) =>
    r.packets.length > 0
      ? `IP fragment: with ${packet(r, n)} all of its datagram is there`
      : 'IP fragment: others of its datagram are not in the capture, or lie in fragments themselves',
  'not-yet': () => 'it has just come, and is not explained yet',
  syn: (r, n) =>
    number(r, 'detail') > 0
      ? `SYN of another program: nobody listens on the port${absent(r, n)}`
      : `${r.calls.length > 0 ? `SYN of ${call(r, n)}` : 'SYN: somebody connects'}${withData(r)}${dropped(r)}`,
  'syn-again': (r) =>
    `SYN again after ${waited(r)} (repetition ${number(r, 'count')}): ${unanswered(r)}${dropped(r)}`,
  'syn-ack': (r, n) =>
    r.calls.length > 0
      ? `the kernel answers for ${call(r, n)}: accept is not needed`
      : 'SYN+ACK: somebody listens',
  'syn-ack-again': (r) => `SYN+ACK again after ${waited(r)}: ${byWhy(r, SYN_ACK_AGAIN)}`,
  'syn-crossed': (r, n) => `SYN+ACK: both ends sent a SYN at once (${packet(r, n)} met ours)`,
  'handshake-ack': (r, n) => `third step of the handshake, acknowledges ${packet(r, n)}`,
  'handshake-ack-again': (r, n) => `ACK again: ${packet(r, n)} repeated the SYN`,
  data: (r, n) => carried(r, n),
  'data-later': (r, n) => `${carried(r, n)}, seen ${waited(r)} after it had returned`,
  'data-window': (r, n) => `${carried(r, n)}: the window was full until ${packet(r, n)}`,
  'data-nagle': (r, n) => `${carried(r, n)}: held back by Nagle until the ACK in ${packet(r, n)}`,
  'data-flight': (r, n) =>
    `${carried(r, n)}: left after ${packet(r, n)} (${counted(number(r, 'count'), 'byte')} in flight)`,
  'data-pushed': (r, n) => `${bytes(r)} left behind by earlier sends, pushed out by ${call(r, n)}`,
  'data-outsider': (r) => `${bytes(r)} of a program outside this run`,
  'data-plain': (r) => `${bytes(r)} of the stream`,
  'data-unseen': (r) => `${bytes(r)} of the stream, ${byWhy(r, UNSEEN)}`,
  again: (r, n) => `${bytes(r)} again, ${waited(r)} after ${packet(r, n)}`,
  'again-fast': (r, n) => `${bytes(r)} again (fast, ${duplicates(r)}): ${again(r, n)}`,
  'again-timeout': (r, n) => `${bytes(r)} again (timeout, ${waited(r)}): ${again(r, n)}`,
  'again-probe': (r, n) => `${bytes(r)} again (no ACK for ${waited(r)}): ${again(r, n)}`,
  'again-recovery': (r, n) => `${bytes(r)} again (recovery goes on): ${again(r, n)}`,
  'again-needless': (r, n) =>
    `${held(r)} again${later(r, ' after ')}, needlessly: acknowledged by ${packet(r, n)} (${byWhy(r, HEARD)})`,
  ack: (r, n) => `ACK of bytes up to ${number(r, 'acked')} (${packet(r, n)})`,
  'ack-late': (r, n) => `ACK of bytes up to ${number(r, 'acked')}, ${waited(r)} after ${packet(r, n)}`,
  'ack-delayed': (r, n) =>
    `delayed ACK of bytes up to ${number(r, 'acked')}, ${waited(r)} after ${packet(r, n)}`,
  'ack-read': (r, n) =>
    `ACK of bytes up to ${number(r, 'acked')}, ${waited(r)} after ${packet(r, n)}, while ${call(r, n)} ran`,
  'ack-fin': (r, n) => `ACK of the FIN in ${packet(r, n)}`,
  'ack-unseen': (r) => `ACK of bytes up to ${number(r, 'acked')}, which the capture does not hold before it`,
  'ack-old': (r, n) => `older ACK, overtaken by ${packet(r, n)}`,
  'ack-duplicate': (r, n) => `ACK again: ${packet(r, n)} brought bytes that were here already`,
  'ack-fin-again': (r, n) => `ACK again: ${packet(r, n)} repeated the FIN`,
  'ack-behind': (r, n) => `ACK again: ${packet(r, n)} came after bytes that had overtaken it`,
  'ack-stamp': (r, n) =>
    `ACK again: ${packet(r, n)} had been overtaken, its time stamp was older than one heard already (PAWS)`,
  'dup-ack': (r, n) =>
    `duplicate ACK ${number(r, 'count')}: ${packet(r, n)} came, byte ${number(r, 'acked')} is missing`,
  'window-update': (r, n) =>
    r.calls.length > 0
      ? `window update: what was read up to ${call(r, n)} made room`
      : 'window update: the receiver made room',
  'zero-window': (r) =>
    `window 0: the receiver has no room${number(r, 'value') > 0 ? `, at least ${counted(number(r, 'value'), 'byte')} are unread` : ''}`,
  'zero-window-probe': (r) =>
    `probe ${number(r, 'count')} of the closed window, after ${waited(r)}${silence(r)}`,
  'keep-alive': (r) => `keep-alive ${number(r, 'count')}, after ${waited(r)} of silence${silence(r)}`,
  'probe-answer': (r, n) => `answer to the probe in ${packet(r, n)}`,
  'ack-plain': (r) =>
    `ACK of bytes up to ${number(r, 'acked')} once more; why cannot be told from packets alone`,
  fin: (r, n) => `FIN of ${call(r, n)}${number(r, 'ms') >= 1 ? `, ${waited(r)} later` : ''}`,
  'fin-data': (r, n) => `${bytes(r)} left behind by earlier sends, with the FIN of ${call(r, n)}`,
  'fin-exit': (r) =>
    number(r, 'detail') === 1 ? 'FIN: the sender closes' : 'FIN: the process ended without close',
  'fin-outsider': (r) =>
    number(r, 'detail') === 1 ? 'FIN: the sender closes' : 'FIN of a program outside this run',
  'fin-again': (r, n) => `FIN again after ${waited(r)}: ${again(r, n)}`,
  'rst-refused': (r, n) =>
    r.params.calls === 0
      ? `refused: nobody listens on the port that ${packet(r, n)} went to, or a firewall answers so`
      : `refused: nobody listens on the port that ${packet(r, n)} went to${absent(r, n)}`,
  'rst-rejected': (r, n) => `refused though the port is listened on: ${packet(r, n)} was turned away`,
  'rst-unread': (r, n) => `reset: ${call(r, n)} closed with ${counted(number(r, 'value'), 'byte')} unread`,
  'rst-linger': (r, n) => `reset: ${call(r, n)} with SO_LINGER 0`,
  'rst-closed': (r, n) => `reset: ${packet(r, n)} came for a socket that ${call(r, n)} had closed`,
  'rst-ended': (r, n) =>
    `reset: ${packet(r, n)} came for a socket that the kernel had closed when its process ended; nobody can read there any more`,
  'rst-exit': (r) =>
    number(r, 'value') > 0
      ? `reset: the process ended with ${counted(number(r, 'value'), 'byte')} unread`
      : 'reset: the process ended',
  'rst-aborted': (r, n) =>
    `reset: somebody ended the connection from outside (ss -K); ${call(r, n)} is told by ECONNABORTED`,
  'rst-listener': (r, n) =>
    r.calls.length > 0
      ? `reset: nobody had accepted it when ${call(r, n)} closed the listener`
      : 'reset: nobody had accepted it',
  'rst-half-open': (r, n) =>
    `reset: ${packet(r, n)} is of a connection ${HALF_OPEN[number(r, 'value')] ?? HALF_OPEN[KEPT.unknown]}`,
  'rst-unknown': (r, n) => `reset: ${packet(r, n)} belongs to no connection`,
  'rst-gone': (r, n) =>
    `reset as an answer to ${packet(r, n)}: its sender knows the connection no more, or a box on the way made it`,
  'rst-outsider': () => 'reset by a program outside this run',
  'rst-plain': () =>
    'reset: its sender aborts. Calls are not known: close with unread bytes or SO_LINGER 0 does so, or the end of a process',
  datagram,
  'datagram-outsider': (r) => `${counted(number(r, 'bytes'), 'byte')} of a program outside this run`,
  'datagram-plain': plainDatagram,
  'icmp-unreachable': unreachable,
  'captured-twice': (r, n) => `${packet(r, n)} again, captured twice`,
  'icmp-error': icmpError,
  'icmp-echo': () => 'ICMP echo request',
  'icmp-echo-reply': (r, n) =>
    number(r, 'kernel') === 1
      ? `the kernel answers the echo request in ${packet(r, n)}: no program is asked`
      : `answer to the echo request in ${packet(r, n)}`,
  raw: (r, n) => `packet made by ${call(r, n)}${text(r, 'fate') === 'damaged' ? `, ${FATE.damaged}` : ''}`,
};
