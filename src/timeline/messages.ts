import type { Reason } from './types.ts';

type Say = (reason: Reason) => string;

const number = (reason: Reason, name: string): number => Number(reason.params[name] ?? 0);
const text = (reason: Reason, name: string): string => String(reason.params[name] ?? '');

/** '0.35 ms', '12 ms', '1.2 s': three figures are enough to compare. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 10) return `${Math.round(ms)} ms`;
  return ms >= 0.1 ? `${ms.toFixed(1)} ms` : `${Math.round(ms * 1000)} µs`;
}

function call(reason: Reason, which = ''): string {
  return text(reason, `call${which}`) || 'an unknown call';
}

function packet(reason: Reason): string {
  return reason.params.packet === undefined
    ? 'a packet that was not captured'
    : `packet ${reason.params.packet}`;
}

/** 'bytes 0–99' counts as the stream does, the last one included. */
function bytes(reason: Reason): string {
  const from = number(reason, 'from');
  const to = number(reason, 'to');
  return to - from === 1 ? `byte ${from}` : `bytes ${from}–${to - 1}`;
}

/** 'bytes 0–99 of client send#1' or '… of 3 calls up to client send#3'. */
function carried(reason: Reason): string {
  const sends = number(reason, 'sends');
  if (sends === 0) return bytes(reason);
  return sends > 1
    ? `${bytes(reason)} of ${sends} calls up to ${call(reason)}`
    : `${bytes(reason)} of ${call(reason)}`;
}

const waited = (reason: Reason): string => duration(number(reason, 'ms'));

const AGAIN: Readonly<Record<string, string>> = {
  lost: 'was lost here',
  'answer-lost': 'arrived, its acknowledgement was lost here',
  unknown: 'was not acknowledged',
};

function again(reason: Reason): string {
  return `${packet(reason)} ${AGAIN[text(reason, 'why')] ?? AGAIN.unknown}`;
}

const SYN_AGAIN: Readonly<Record<string, string>> = {
  lost: 'it was lost here',
  'answer-lost': 'the answer was lost here',
  unknown: 'nobody answered',
};

const SYN_ACK_AGAIN: Readonly<Record<string, string>> = {
  lost: 'the first was lost here',
  'answer-lost': "the client's ACK was lost here",
  asked: 'the SYN came again',
  ignored: 'the ACK came, but the accept queue had no room',
  unknown: 'no ACK came',
};

const FATE: Readonly<Record<string, string>> = {
  lost: 'lost here',
  full: 'dropped: the receive buffer was full',
  dropped: 'dropped at the socket',
  unread: 'never read',
  refused: 'nobody has that port',
  closed: 'the socket was closed',
  outsider: 'to a program outside this run',
};

function datagram(reason: Reason): string {
  const size = `${number(reason, 'bytes')} bytes of ${call(reason)}`;
  const fate = text(reason, 'fate');
  const reader = text(reason, 'call2');
  const end = reader !== '' ? `, taken by ${reader}` : FATE[fate] === undefined ? '' : `, ${FATE[fate]}`;
  const fragments = number(reason, 'fragments');
  return fragments > 1
    ? `fragment ${number(reason, 'fragment')} of ${fragments}: ${size}${end}`
    : `datagram: ${size}${end}`;
}

const ICMP_FATE = [
  '',
  ': {call} fails with ECONNREFUSED',
  ': the next call on the connected socket will fail',
  ': an unconnected socket is not told',
] as const;

function unreachable(reason: Reason): string {
  const told = (ICMP_FATE[number(reason, 'detail')] ?? '').replace('{call}', call(reason));
  return `nobody has the port that ${packet(reason)} went to${told}`;
}

/** One function a kind: other languages will bring tables of their own. */
const PACKETS: Readonly<Record<string, Say>> = {
  unexplained: () => 'unexplained',
  foreign: () => 'not of a socket of this run',
  damaged: () => 'damaged: it cannot be read as what it claims to be',
  other: () => 'neither TCP nor UDP: no socket call is looked for',
  syn: (r) => (r.calls.length > 0 ? `SYN of ${call(r)}` : 'SYN: somebody connects'),
  'syn-again': (r) =>
    `SYN again after ${waited(r)} (repetition ${number(r, 'count')}): ${SYN_AGAIN[text(r, 'why')] ?? `${packet(r)} had no answer`}`,
  'syn-ack': (r) =>
    r.calls.length > 0
      ? `the kernel answers for ${call(r)}: accept is not needed`
      : 'SYN+ACK: somebody listens',
  'syn-ack-again': (r) =>
    `SYN+ACK again after ${waited(r)}: ${SYN_ACK_AGAIN[text(r, 'why')] ?? SYN_ACK_AGAIN.unknown}`,
  'syn-crossed': (r) => `SYN+ACK: both ends sent a SYN at once (${packet(r)} met ours)`,
  'handshake-ack': (r) => `third step of the handshake, acknowledges ${packet(r)}`,
  'handshake-ack-again': (r) => `ACK again: ${packet(r)} repeated the SYN`,
  data: (r) => carried(r),
  'data-later': (r) => `${carried(r)}, ${waited(r)} after it had returned`,
  'data-window': (r) => `${carried(r)}: the window was full until ${packet(r)}`,
  'data-nagle': (r) => `${carried(r)}: Nagle held it ${waited(r)}, until ${packet(r)} acknowledged`,
  'data-flight': (r) => `${carried(r)}: waited for ${packet(r)}, ${number(r, 'count')} bytes were in flight`,
  'data-pushed': (r) => `${bytes(r)} left behind by earlier sends, pushed out by ${call(r)}`,
  'data-outsider': (r) => `${bytes(r)} of a program outside this run`,
  'data-plain': (r) => `${bytes(r)} of the stream`,
  again: (r) => `${bytes(r)} again, ${waited(r)} after ${packet(r)}`,
  'again-fast': (r) => `${bytes(r)} again (fast, ${number(r, 'count')} duplicate ACKs): ${again(r)}`,
  'again-timeout': (r) => `${bytes(r)} again (timeout, ${waited(r)}): ${again(r)}`,
  'again-probe': (r) => `${bytes(r)} again (no ACK for ${waited(r)}): ${again(r)}`,
  'again-recovery': (r) => `${bytes(r)} again (recovery goes on): ${again(r)}`,
  ack: (r) => `ACK of bytes up to ${number(r, 'acked')} (${packet(r)})`,
  'ack-late': (r) => `ACK of bytes up to ${number(r, 'acked')}, ${waited(r)} after ${packet(r)}`,
  'ack-delayed': (r) => `delayed ACK of bytes up to ${number(r, 'acked')}, ${waited(r)} after ${packet(r)}`,
  'ack-read': (r) =>
    `ACK of bytes up to ${number(r, 'acked')}, as ${call(r)} read them, ${waited(r)} after they came`,
  'ack-fin': (r) => `ACK of the FIN in ${packet(r)}`,
  'ack-unseen': (r) => `ACK of bytes up to ${number(r, 'acked')}, which the capture does not hold`,
  'ack-old': (r) => `older ACK, overtaken by ${packet(r)}`,
  'ack-duplicate': (r) => `ACK again: ${packet(r)} brought bytes that were here already`,
  'ack-fin-again': (r) => `ACK again: ${packet(r)} repeated the FIN`,
  'dup-ack': (r) =>
    `duplicate ACK ${number(r, 'count')}: ${packet(r)} came, byte ${number(r, 'acked')} is missing`,
  'window-update': (r) =>
    r.calls.length > 0 ? `window update: ${call(r)} made room` : 'window update: the receiver made room',
  'zero-window': (r) => `window 0: the receive buffer is full, ${number(r, 'value')} bytes are unread`,
  'zero-window-probe': (r) => `probe ${number(r, 'count')} of the closed window, after ${waited(r)}`,
  'keep-alive': (r) => `keep-alive ${number(r, 'count')}, after ${waited(r)} of silence`,
  'probe-answer': (r) => `answer to the probe in ${packet(r)}`,
  'challenge-ack': (r) => `challenge ACK: ${packet(r)} did not fit the connection`,
  fin: (r) => `FIN of ${call(r)}${number(r, 'ms') >= 1 ? `, ${waited(r)} later` : ''}`,
  'fin-data': (r) => `${bytes(r)} left behind by earlier sends, with the FIN of ${call(r)}`,
  'fin-exit': (r) =>
    number(r, 'detail') === 1 ? 'FIN: the sender closes' : 'FIN: the process ended without close',
  'fin-outsider': (r) =>
    number(r, 'detail') === 1 ? 'FIN: the sender closes' : 'FIN of a program outside this run',
  'fin-again': (r) => `FIN again after ${waited(r)}: ${again(r)}`,
  'rst-refused': (r) => `refused: nobody listens on the port that ${packet(r)} went to`,
  'rst-rejected': (r) => `refused though the port is listened on: ${packet(r)} was turned away`,
  'rst-unread': (r) => `reset: ${call(r)} closed with ${number(r, 'value')} bytes unread`,
  'rst-linger': (r) => `reset: ${call(r)} with SO_LINGER 0`,
  'rst-closed': (r) => `reset: ${packet(r)} came for a socket that ${call(r)} had closed`,
  'rst-closing': (r) => `reset by ${call(r)}`,
  'rst-exit': (r) =>
    number(r, 'value') > 0
      ? `reset: the process ended with ${number(r, 'value')} bytes unread`
      : 'reset: the process ended',
  'rst-listener': (r) =>
    r.calls.length > 0
      ? `reset: nobody had accepted it when ${call(r)} closed the listener`
      : 'reset: nobody had accepted it',
  'rst-unknown': (r) => `reset: ${packet(r)} belongs to no connection`,
  'rst-outsider': () => 'reset by a program outside this run',
  datagram,
  'datagram-outsider': (r) => `${number(r, 'bytes')} bytes of a program outside this run`,
  'datagram-plain': (r) => `datagram of ${number(r, 'bytes')} bytes`,
  'icmp-unreachable': unreachable,
  'icmp-error': (r) => `ICMP error, type ${number(r, 'type')}, about ${packet(r)}`,
  'icmp-echo': () => 'ICMP echo',
  raw: (r) => `packet made by ${call(r)}`,
};

const CALLS: Readonly<Record<string, Say>> = {
  'call-unfinished': (r) => `had not returned ${waited(r)} later, when the run ended`,
  'call-failed-icmp': (r) => `${text(r, 'errno')}: ${packet(r)} said that nobody has the port`,
  'call-failed-reset': (r) => `${text(r, 'errno')}: ${packet(r)} reset the connection`,
  'call-failed': (r) => `${text(r, 'errno')}: the kernel refused it`,
  'call-timed-out': (r) => `EAGAIN: nothing happened for ${waited(r)}`,
  'call-would-block': () => 'EAGAIN: it would have had to wait',
  'call-blocked': (r) => `blocked ${waited(r)}`,
  'call-local': () => 'between program and kernel: no packet',
  'call-unix': () => 'UNIX domain: it never touches the network',
  'connect-in-progress': () => 'EINPROGRESS: the handshake goes on without the call',
  'connect-failed': (r) => `${text(r, 'errno')} after ${waited(r)} and ${number(r, 'syns')} SYN`,
  'connect-waited': (r) => `blocked ${waited(r)}, until ${packet(r)}`,
  'accept-waited': (r) => `blocked ${waited(r)}, until ${packet(r)} completed a handshake`,
  'accept-queued': (r) => `the handshake was done ${waited(r)} before, by ${packet(r)}`,
  'recv-end': (r) => `end of stream: the FIN in ${packet(r)}`,
  'recv-waited': (r) => `blocked ${waited(r)}, until ${packet(r)} came`,
  'recv-there': (r) => `the bytes had been there for ${waited(r)} (${packet(r)})`,
  'send-blocked': (r) => `blocked ${waited(r)}: the send buffer was full; ${packet(r)} made room`,
  'send-short': (r) =>
    `took ${number(r, 'sent')} of ${number(r, 'asked')} bytes: the send buffer had no more room`,
  'send-empty': () => 'no bytes: no packet',
  'send-unsent': (r) => `${number(r, 'sent')} bytes were copied into the send buffer and never left`,
  'send-later': (r) => `copied into the send buffer; left ${waited(r)} later in ${packet(r)}`,
  'close-listener': () => 'no packet: it only listened',
  'close-shared': (r) => `no FIN: ${call(r, '2')} shows that another process still holds the socket`,
  'close-after-shutdown': (r) => `no packet: ${call(r, '2')} had sent the FIN`,
};

/** A reason or finding in words of this language, about 100 characters at most. A kind without words stands for itself. */
export function reasonText(reason: Reason): string {
  return (PACKETS[reason.kind] ?? CALLS[reason.kind])?.(reason) ?? reason.kind;
}

/** All kinds that have words. */
export const WORDED_KINDS: readonly string[] = [...Object.keys(PACKETS), ...Object.keys(CALLS)];
