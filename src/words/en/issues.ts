import type { IssueKind, Severity, Told } from '../../diagnosis/check/report.ts';
import { icmpText, n, otherSide, side, t, type Wording } from '../issue-parts.ts';
import { size, span } from '../units.ts';
import { ICMP } from './icmp.ts';
import { counted } from './plural.ts';
import { sentAgain } from './sent-again.ts';

export const severity: Readonly<Record<Severity, string>> = { warning: 'WARNING', note: 'note' };

/** Why a reset had no effect. */
const IGNORED: Readonly<Record<string, string>> = {
  unknown: ', forged or lost on its way',
  damaged: ', with a wrong checksum',
  outside: ', with a number outside the window',
  challenged: ', answered by a challenge ACK',
};

/** What of packets is wrong, where it is the same of all. */
const WRONG: Readonly<Record<string, string>> = {
  header: ', in the IPv4 header',
  none: ', without checksum over IPv6',
};

export const issues: Readonly<Record<IssueKind, Wording>> = {
  refused: {
    title: 'Connections refused',
    why: 'The SYN was answered by a reset: nobody listens on that port, or a firewall rejects.',
    say: (issue, { a, b }) => `${b} refused ${a}${n(issue, 'syns') > 1 ? ` ${n(issue, 'syns')} times` : ''}`,
  },
  'handshake-unanswered': {
    title: 'Connections without an answer',
    why: 'No SYN got an answer that is in the capture: the host is down, a firewall drops, the accept queue is full, or the answers took another way.',
    say: (issue, { a, b }) =>
      `${a} sent ${counted(n(issue, 'syns'), 'SYN')} to ${b}` +
      (n(issue, 'early') === 1
        ? '; the capture ends too soon to see an answer'
        : n(issue, 'seconds') > 0
          ? ` over ${span(n(issue, 'seconds'))} and got no answer`
          : ' and got no answer'),
  },
  'handshake-unfinished': {
    title: 'Handshakes never finished',
    why: 'The SYN+ACK came, the last ACK is not in the capture: a scan, a forged sender, or loss.',
    say: (issue, { a, b }) =>
      `${b} answered ${a}${n(issue, 'synAcks') > 1 ? ` ${n(issue, 'synAcks')} times` : ''}, ` +
      (n(issue, 'reset') === 1
        ? 'who reset it before it was open'
        : n(issue, 'early') === 1
          ? 'and the capture ends there'
          : 'who did not go on'),
  },
  'handshake-slow': {
    title: 'Handshakes that took several tries',
    why: 'A SYN or its answer was lost or late, or the accept queue was full: the first try again comes after a whole second.',
    say: (issue, { a, b }) =>
      `${a} sent ${counted(n(issue, 'syns'), 'SYN')} to ${b}, who sent ${counted(n(issue, 'synAcks'), 'SYN+ACK')}` +
      (n(issue, 'seconds') > 0 ? `: connected ${span(n(issue, 'seconds'))} late` : ''),
  },
  'older-connection': {
    title: 'Older connections in the way',
    why: 'The other end still held an older connection between the same ports, as after a crash or in TIME-WAIT, and acknowledged that one. Whoever sent the SYN ended it with a reset and has to send its SYN again, after a whole second (RFC 9293 §3.5.1).',
    say: (issue, ends) =>
      `${side(issue, ends)} sent ${counted(n(issue, 'syns'), 'SYN')} to ${otherSide(issue, ends)}, who answered for the older connection first` +
      (n(issue, 'seconds') > 0 ? `: connected ${span(n(issue, 'seconds'))} late` : ''),
  },
  reset: {
    title: 'Connections reset',
    why: 'A reset throws away what was not yet delivered. It comes when a process dies or closes with unread data or SO_LINGER 0, when an end gives up, or from a middlebox in its name.',
    say: (issue, ends) =>
      `${side(issue, ends)} reset the connection with ${otherSide(issue, ends)} after ${span(n(issue, 'seconds'))}, ` +
      `when it had sent ${size(n(issue, t(issue, 'side') === 'A' ? 'fromA' : 'fromB'))} and the other ${size(n(issue, t(issue, 'side') === 'A' ? 'fromB' : 'fromA'))}` +
      (n(issue, 'closed') === 1 ? '; it was being closed' : '') +
      (n(issue, 'gone') > 0
        ? `; it had sent ${counted(n(issue, 'gone'), 'keep-alive')} without answer`
        : '') +
      (n(issue, 'crossedFrame') > 0
        ? `; ${span(n(issue, 'crossedAfter'))} later, in frame ${n(issue, 'crossedFrame')}, ${otherSide(issue, ends)} reset it too, before it can have known${n(issue, 'spokeFrame') > 0 ? '' : ': both gave up at once, or somebody on the way reset both'}`
        : '') +
      (n(issue, 'spokeFrame') > 0
        ? `; but it went on ${span(n(issue, 'spokeAfter'))} later, in frame ${n(issue, 'spokeFrame')}, as if it knew nothing of the reset: somebody on the way sent it in its name, it seems (forged, or a middlebox)`
        : ''),
  },
  'reset-ignored': {
    title: 'Resets without effect',
    why: 'The conversation went on after them. Who forges a reset, or a middlebox, has to guess its number: one outside the window is dropped, one inside is answered by a challenge ACK (RFC 5961).',
    say: (issue, ends) =>
      `${counted(n(issue, 'count'), 'reset')} in the name of ${side(issue, ends)}${IGNORED[t(issue, 'why')] ?? ''}; ${otherSide(issue, ends)} went on`,
  },
  timeouts: {
    title: 'Retransmissions by timeout',
    why: 'Sent again after a silence of 150 ms or more, or after waits that double: the sender stood still until its timer ran out. What it waited for was lost, or late.',
    say: (issue, ends) =>
      `${side(issue, ends)} waited ${span(n(issue, 'seconds'))} for ${counted(n(issue, 'timeouts'), 'timeout')}; ` +
      `${sentAgain(issue)}` +
      (n(issue, 'unseen') > 0
        ? `; of ${n(issue, 'unseen')} of them the first copy is not in the capture`
        : '') +
      (n(issue, 'unsure') > 0
        ? `; acknowledgements asked for ${n(issue, 'unsure')} of them, which may have come of that: how far away the sender is does not show`
        : ''),
  },
  'fast-retransmissions': {
    title: 'Retransmissions without timeout',
    why: 'Acknowledgements asked for them, as after a loss, or when packets overtake each other: it costs about a round trip each time, and the sender slows down.',
    say: (issue, ends) =>
      `${side(issue, ends)} ${sentAgain(issue)}` +
      (n(issue, 'seconds') > 0 ? `, ${span(n(issue, 'seconds'))} late` : '') +
      (n(issue, 'unseen') > 0
        ? `; of ${n(issue, 'unseen')} of them the first copy is not in the capture`
        : ''),
  },
  'unprompted-retransmissions': {
    title: 'Sent again though nothing asked for it',
    why: 'No acknowledgement in the capture shows that they were missing, and the silence before them was short: the sender probed for a lost end (tail-loss probe, RFC 8985), its timer is shorter than 150 ms, or they came late to the capture. Which of these does not show.',
    say: (issue, ends) => `${side(issue, ends)} ${sentAgain(issue)}`,
  },
  'too-big-retransmissions': {
    title: 'Sent again because they were too big',
    why: 'A router could not pass the packets on and said so by ICMP: the sender learns how large packets on this way may be, and sends their bytes again in smaller ones (path MTU discovery, RFC 1191 and 8201).',
    say: (issue, ends) =>
      `${side(issue, ends)} sent ${counted(n(issue, 'count'), 'segment')} for it (${size(n(issue, 'bytes'))})`,
  },
  'fast-open-refused': {
    title: 'Fast Open data that had to be sent again',
    why: 'The SYN carried data, and the SYN+ACK acknowledged the SYN alone: the server does not know Fast Open, or did not take the cookie. The client then sends its data once more, as without Fast Open (RFC 7413): nothing is lost but the round trip that was to be saved.',
    say: (issue, ends) =>
      `${side(issue, ends)} sent ${counted(n(issue, 'count'), 'segment')} again for it (${size(n(issue, 'bytes'))})`,
  },
  'spurious-retransmissions': {
    title: 'Sent again though already acknowledged',
    why: 'The acknowledgement was lost or late, or the timer is too short: nothing had to be sent again, but the sender may slow down.',
    say: (issue, ends) => `${side(issue, ends)} did so ${counted(n(issue, 'count'), 'time')}`,
  },
  'never-acknowledged': {
    title: 'Data that was never acknowledged',
    why: 'No acknowledgement up to these bytes is in the capture: the other end was gone, the way was cut, or the connection was reset before it could answer. Whether they arrived does not show, but for what a selective acknowledgement named.',
    say: (issue, ends) =>
      `${n(issue, 'more') === 1 ? 'at least ' : ''}${size(n(issue, 'bytes'))} of ${side(issue, ends)} to ${otherSide(issue, ends)}, sent ${span(n(issue, 'from'))} after the conversation began` +
      (n(issue, 'seconds') > 0 ? ` and in the ${span(n(issue, 'seconds'))} that followed` : '') +
      (n(issue, 'again') > 0
        ? `, and ${counted(n(issue, 'again'), 'time')} again, last ${span(n(issue, 'lasted'))} after the first`
        : '') +
      (n(issue, 'reported') > 0
        ? ` (${size(n(issue, 'reported'))} of them had arrived behind a hole, by a selective acknowledgement)`
        : '') +
      (t(issue, 'reset') === ''
        ? `; the capture goes on for ${span(n(issue, 'after'))}`
        : n(issue, 'sinceReset') < 0
          ? `; ${span(-n(issue, 'sinceReset'))} before, a reset had come from ${t(issue, 'reset') === 'A' ? ends.a : ends.b}, or in its name`
          : `; then ${t(issue, 'reset') === 'A' ? ends.a : ends.b} reset the connection`),
  },
  'received-twice': {
    title: 'Data that arrived twice',
    why: 'The receiver says so in its acknowledgements (D-SACK, RFC 2883). What was sent again had then not been lost: its acknowledgement was lost or late, or packets overtook each other. Else the network delivered one packet twice.',
    say: (issue, ends) =>
      `${otherSide(issue, ends)} reports ${counted(n(issue, 'count'), 'time')} that it got bytes of ${side(issue, ends)} twice (${size(n(issue, 'bytes'))})` +
      (n(issue, 'again') > 0 ? `; ${n(issue, 'again')} of them had been sent again, needlessly` : '') +
      (n(issue, 'twice') > 0 ? `; ${counted(n(issue, 'twice'), 'packet')} came twice by the network` : '') +
      (n(issue, 'count') > n(issue, 'again') + n(issue, 'twice')
        ? `; of ${n(issue, 'count') - n(issue, 'again') - n(issue, 'twice')} the capture holds one copy only`
        : ''),
  },
  overtaken: {
    title: 'Segments out of order',
    why: 'They came so soon after later ones that these overtook them (several paths or queues), rather than that they were lost and sent again; many of them look like loss to TCP.',
    say: (issue, ends) =>
      `${n(issue, 'count')} of ${counted(n(issue, 'segments'), 'segment')} from ${side(issue, ends)} came late`,
  },
  'captured-twice': {
    title: 'Packets captured twice',
    why: 'A packet with the same headers once more, IP identification and time stamp too, or so soon that nobody can have sent it again, was not sent again: the capture point sees packets twice (a mirror port, a bridge, or interface "any"), or the network delivered them twice. Nothing else counts the second captures.',
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
    say: (issue, ends) =>
      `${side(issue, ends)} did so ${counted(n(issue, 'count'), 'time')}` +
      (n(issue, 'waiting') === 1 ? `, and ${otherSide(issue, ends)} never acknowledged it` : ''),
  },
  'checksum-damage': {
    title: 'Checksums that do not fit',
    why: 'The checksum of TCP, UDP or the IPv4 header does not fit the packet, or UDP over IPv6 has none (RFC 8200 §8.1). It was damaged on the way, and whoever gets it drops it without a word; or it was captured before the network card made the checksum (offload).',
    say: (issue, ends) =>
      `${counted(n(issue, 'wrong'), 'packet')} from ${side(issue, ends)}${WRONG[t(issue, 'what')] ?? ''}` +
      (n(issue, 'again') === 1
        ? ', sent again later: they were damaged, it seems'
        : `; whether the other end took ${n(issue, 'wrong') === 1 ? 'it' : 'them'} does not show`) +
      (n(issue, 'silent') === 1 ? '; nothing came back, and this may be why' : ''),
  },
  'checksum-offload': {
    title: 'Checksums left to the network card',
    why: 'Captured on the machine that sent them, before the card filled them in (offload), or on the one whose card put several packets together (LRO): they hold a part of the sum, or are wrong, and the other end acknowledged the packets all the same. Of UDP all that shows is that the other end sends datagrams too.',
    say: (issue, { a }) =>
      `${counted(n(issue, 'count'), 'packet')} in ${counted(n(issue, 'directions'), 'direction')}, first from ${a}`,
  },
  'nagle-delayed-ack': {
    title: "Nagle's rule against delayed acknowledgements",
    why: 'A late acknowledgement came and more data left at once: so it looks when the sender holds back small data until all is acknowledged and the receiver delays that. Send whole messages with one call, or set TCP_NODELAY.',
    say: (issue, ends) =>
      `${side(issue, ends)} waited ${counted(n(issue, 'count'), 'time')} for the delayed acknowledgement of ${otherSide(issue, ends)}, ${span(n(issue, 'seconds'))} in all`,
  },
  'small-segments': {
    title: 'Data in small segments',
    why: 'Each segment costs 40 bytes of headers and a system call: gather data before sending.',
    say: (issue, ends) =>
      `${n(issue, 'small')} of ${n(issue, 'segments')} segments from ${side(issue, ends)} carry under 128 bytes (${Math.round(n(issue, 'bytes'))} on average)` +
      (n(issue, 'from') > 1 ? `; frames from number ${n(issue, 'from')} of them on` : ''),
  },
  'mixed-vlans': {
    title: 'Connections of several VLANs in one',
    why: 'Packets between the same addresses and ports carry different VLAN numbers, and their sequence numbers do not belong together: these are several connections, which are counted as one here, as in Wireshark. Their figures and flags say nothing; take the VLANs apart (sockscope convert with --filter) and check each.',
    say: (issue, { a, b }) =>
      `${a} and ${b}, VLANs ${t(issue, 'vlans')}: --filter "vlan.id == ${n(issue, 'first')}" takes the first of them`,
  },
  'missing-from-capture': {
    title: 'Packets missing from the capture',
    why: 'They were acknowledged, so they arrived: the capture lost them, or sees only one of several paths. What else is said of these connections is doubtful.',
    say: (issue, ends) =>
      n(issue, 'synAck') === 1
        ? `the SYN+ACK of ${otherSide(issue, ends)} to ${side(issue, ends)}, whose connection opened`
        : `${counted(n(issue, 'count'), 'acknowledgement')} of data that ${side(issue, ends) === ends.a ? ends.b : ends.a} sent and the capture does not have`,
  },
  'gap-in-data': {
    title: 'Data missing from the capture',
    why: 'The numbers of the bytes skip, and what was left out came at no time.',
    say: (issue, ends) =>
      `${size(n(issue, 'bytes'))} of ${side(issue, ends)} missing in ${counted(n(issue, 'count'), 'place')}, first before frame ${n(issue, 'frame')}` +
      (t(issue, 'known') === 'one-way'
        ? '; only this direction is here, so nobody can be seen to acknowledge them'
        : t(issue, 'known') === 'early'
          ? '; the capture ends too soon to see them sent again'
          : '; nobody acknowledges them: lost on the way, or by the capture together with what followed'),
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
    why: 'The capture has no answer to them; that may be right for one-way protocols.',
    say: (issue, { a, b }) =>
      `${counted(n(issue, 'count'), 'datagram')} from ${a} to ${b}` +
      (n(issue, 'early') === 1
        ? '; the capture ends too soon to see an answer'
        : n(issue, 'answered') > 0
          ? `, without answer within a second; answers to others, or later: ${n(issue, 'answered')}`
          : ''),
  },
  'pings-unanswered': {
    title: 'Pings without reply',
    why: 'Every host has to answer an echo request (RFC 1122), and the capture has no reply: the host is down, a firewall drops one or the other, they were lost, or the replies took another way.',
    say: (issue, ends) =>
      `${side(issue, ends)} has no reply of ${otherSide(issue, ends)} to ${n(issue, 'count')} of ${counted(n(issue, 'sent'), 'echo request')}`,
  },
  'icmp-error': {
    title: 'ICMP errors',
    why: 'A host or router on the way says why packets did not arrive.',
    say: (issue, ends) =>
      `${icmpText(n(issue, 'code'), n(issue, 'version'), ICMP)}, ${counted(n(issue, 'count'), 'time')}, ` +
      (n(issue, 'quoted') === 0
        ? 'about '
        : `${n(issue, 'count') === 1 ? '' : 'first '}about frame ${n(issue, 'quoted')}, `) +
      `${side(issue, ends)} to ${otherSide(issue, ends)}`,
  },
  'keep-alives': {
    title: 'Keep-alives',
    why: 'One end asks whether the other, which is silent, is still there (SO_KEEPALIVE). That is no fault as long as it is answered.',
    say: (issue, ends) =>
      `${n(issue, 'count')} from ${side(issue, ends)}` +
      (n(issue, 'unanswered') > 0 ? `; to the last ${n(issue, 'unanswered')} the capture has no answer` : ''),
  },
  probes: {
    title: 'Probes of a closed window',
    why: 'While the window is 0, the sender asks for it now and then. Some send the next byte (RFC 9293 §3.8.6.1); Linux sends none, with one number less than the next, which Wireshark calls a keep-alive.',
    say: (issue, ends) => `${n(issue, 'count')} from ${side(issue, ends)} to ${otherSide(issue, ends)}`,
  },
  'clock-back': {
    title: 'Time goes backwards',
    why: 'A small step is how packets of several queues are written; a large one means that the clock was set, or that captures were joined.',
    say: (issue) => `${counted(n(issue, 'count'), 'time')}, at most by ${span(n(issue, 'ms') / 1e3)}`,
  },
  'clock-forward': {
    title: 'Leaps of the clock, or silences that look like them',
    why: 'The clock was set forward, or the machines slept, where the time stamps of both ends (RFC 7323) show that hardly any time went by. Where there are none, it may as well be a long silence. All times that reach across it are doubtful.',
    say: (issue) =>
      `${span(n(issue, 'seconds'))} before frame ${n(issue, 'frame')}: ` +
      (issue.params.passed === undefined
        ? `either nothing was sent or the clock was set; ${counted(n(issue, 'flows'), 'conversation')} went on behind it`
        : `by the time stamps of ${counted(n(issue, 'flows'), 'conversation')} no more than ${span(n(issue, 'passed'))} went by`),
  },
  'no-times': {
    title: 'Packets without a time',
    why: 'Simple Packet Blocks of pcapng have none: each is taken to come with the packet before it, and times are rough.',
    say: (issue) => counted(n(issue, 'count'), 'packet'),
  },
  undelivered: {
    title: 'Data that never reached the program',
    why: 'One program handed it over to be sent, the other never received it: lost with a reset, or left unread.',
    say: (issue, ends) =>
      `${size(n(issue, 'bytes'))} of the ${size(n(issue, 'sent'))} that ${side(issue, ends)} sent to ${otherSide(issue, ends)}`,
  },
  'datagrams-lost': {
    title: 'Datagrams that did not reach the program',
    why: 'UDP tells nobody when a datagram is lost, dropped, cut or left unread: only the calls of both sides show it.',
    say: () => '',
  },
  'never-accepted': {
    title: 'Connections that nobody accepted',
    why: 'The kernel finished the handshake, and the program never took the connection from its queue.',
    say: () => '',
  },
  'call-unfinished': {
    title: 'Calls that never returned',
    why: 'They still waited when the recording ended.',
    say: () => '',
  },
  'seen-in-calls': {
    title: 'Seen in the calls',
    why: 'The packets alone do not show it.',
    say: () => '',
  },
  'damaged-packets': {
    title: 'Packets with headers that make no sense',
    why: 'What stands in their headers cannot be: they were damaged, or are not what they claim to be.',
    say: (issue) => `${counted(n(issue, 'count'), 'packet')}: ${t(issue, 'what')}`,
  },
  'filled-late': {
    title: 'Gaps that were filled later',
    why: 'Segments fill gaps of which nobody had complained: their first copies were lost before the capture, or these are the first copies, and late. The capture does not show which.',
    say: (issue, ends) => `${counted(n(issue, 'count'), 'segment')} from ${side(issue, ends)}`,
  },
  'fragments-overlap': {
    title: 'Fragments that overlap',
    why: 'Fragments carry bytes of their datagram that others had carried. No sender cuts so: it is how filters are passed by that read only one copy (RFC 1858, RFC 3128), a damaged header, or identifications that came round too soon (RFC 4963). Which copy a receiver takes is its own affair; over IPv6, and with Linux over IPv4 too, it drops the whole datagram (RFC 5722).',
    say: (issue) =>
      `${counted(n(issue, 'fragments'), 'fragment')} in ${counted(n(issue, 'count'), 'datagram')}; ` +
      (n(issue, 'differing') > 0
        ? `${n(issue, 'differing')} with other bytes than came before`
        : 'all with the bytes that had come before'),
  },
  'fragments-missing': {
    title: 'Datagrams of which fragments are missing',
    why: 'IP carries in fragments what is larger than the MTU, and without one of them the receiver drops all. The capture lacks some: they were lost, came another way, or a capture filter left them out (only the first fragment has ports).',
    say: (issue) =>
      `${counted(n(issue, 'count'), 'datagram')}: the capture has ${counted(n(issue, 'fragments'), 'fragment')}, but not all`,
  },
  'cut-packets': {
    title: 'Packets cut too short to be decoded',
    why: 'The capture keeps only the first bytes of each packet (snaplen), and headers end behind them: a larger snaplen helps.',
    say: (issue) => `${counted(n(issue, 'count'), 'packet')}: ${t(issue, 'what')}`,
  },
  'undecoded-packets': {
    title: 'Packets that are not decoded',
    why: 'Nothing is known of them: what is in them was not checked.',
    say: (issue) => `${counted(n(issue, 'count'), 'packet')}: ${t(issue, 'what')}`,
  },
  'damaged-file': {
    title: 'The file is damaged',
    why: 'What could be read was checked.',
    say: (issue) =>
      `${t(issue, 'what')} (at byte ${n(issue, 'offset')})${n(issue, 'count') > 1 ? `, and ${n(issue, 'count') - 1} more` : ''}`,
  },
};

/** What the calls say of an issue, where the time line has no words for it. */
export const told = {
  'calls-blocked': ({ params, calls }: Told): string =>
    `${counted(Number(params.count), 'call')} waited for it, ${span(Number(params.ms) / 1e3)} in all; ${calls[0]?.name ?? ''} ${span(Number(params.most) / 1e3)}`,
  'calls-failed': ({ params, calls }: Told): string => `${calls[0]?.name ?? ''} failed with ${params.errno}`,
};
