import { byCount, call, duration, number, type Phrase, packet, text, waited } from '../parts.ts';
import { failures } from './failures.ts';
import { counted } from './plural.ts';

/** Why calls blocked, failed or caused no packet. */
export const calls = {
  ...failures,
  'call-running': () => 'has not returned yet',
  'call-unfinished': (r) => `had not returned ${waited(r)} later, when the run ended`,
  'call-file-ends': () => 'had not returned where the file ends, before its run did',
  'call-failed-icmp': (r, n) => `${text(r, 'errno')}: ${packet(r, n)} said that nobody has the port`,
  'call-failed-unreachable': (r, n) => `${text(r, 'errno')}: the ICMP message in ${packet(r, n)} says so`,
  'call-failed-aborted': (r, n) =>
    `${text(r, 'errno')}: ${packet(r, n)} reset the connection; it was this machine that ended it, not the peer`,
  'call-failed-refused': (r, n) =>
    `${text(r, 'errno')}: ${packet(r, n)} says that nobody listens on the port`,
  'call-failed-reset': (r, n) => `${text(r, 'errno')}: ${packet(r, n)} reset the connection`,
  'call-failed-shutdown': (r, n) => `${text(r, 'errno')}: ${call(r, n, 1)} had ended this direction`,
  'call-failed': (r) => `${text(r, 'errno')}: the kernel refused it`,
  'call-blocked': (r) => `blocked ${waited(r)}`,
  'call-local': () => 'between program and kernel: no packet',
  'call-unix': () => 'UNIX domain: it never touches the network',
  'connect-in-progress': () => 'EINPROGRESS: the handshake goes on without the call',
  'connect-failed': (r) =>
    `${text(r, 'errno')} after ${waited(r)} and ${number(r, 'syns')} SYN${text(r, 'errno') === 'ETIMEDOUT' ? ' that nobody answered' : ''}`,
  'connect-waited': (r, n) => `waited ${waited(r)} for ${packet(r, n)}`,
  'accept-waited': (r, n) => `waited ${waited(r)} for ${packet(r, n)}, which completed a handshake`,
  'accept-queued': (r, n) => `the handshake was done ${waited(r)} before, by ${packet(r, n)}`,
  'recv-end': (r, n) => `end of stream: the FIN in ${packet(r, n)}`,
  'recv-waited': (r, n) => `waited ${waited(r)} for ${packet(r, n)}`,
  'call-late': (r, n) =>
    `took ${waited(r)}, though ${packet(r, n)} was there after ${duration(number(r, 'after'))}`,
  'recv-there': (r, n) => `the bytes had been there for ${waited(r)} (${packet(r, n)})`,
  'recv-urgent': (r, n) =>
    `the urgent byte of ${packet(r, n)}, kept apart from the stream: the last one before where its urgent pointer points`,
  'recv-no-urgent': () =>
    'EINVAL: no urgent byte is kept apart (none came, it was read, or SO_OOBINLINE left it in the stream)',
  'send-blocked': (r, n) =>
    `in the call for ${waited(r)}; ${packet(r, n)} freed buffer space just before it returned`,
  'span-held': (r) => `for ${waited(r)} of it step mode held its sends back`,
  'call-slow': (r) => `took ${waited(r)}`,
  'send-short': (r) =>
    `took ${number(r, 'sent')} of ${number(r, 'asked')} bytes: the send buffer had no more room`,
  'send-cut-short': (r, n) =>
    `waited for room in the send buffer, and took ${number(r, 'sent')} of ${number(r, 'asked')} bytes: after ${waited(r)} cut short by the reset in ${packet(r, n)}`,
  'send-empty': () => 'no bytes: no packet',
  'send-unsent': (r) =>
    `${counted(number(r, 'sent'), 'byte')} ${byCount(number(r, 'sent'), 'was', 'were')} copied into the send buffer and never left`,
  'send-uncaptured': (r) =>
    `${counted(number(r, 'sent'), 'byte')} ${byCount(number(r, 'sent'), 'was', 'were')} copied into the send buffer; no packet with ${byCount(number(r, 'sent'), 'it', 'them')} was captured`,
  'send-later': (r, n) => `copied into the send buffer; seen on the wire ${waited(r)} later, ${packet(r, n)}`,
  'close-listener': () => 'no packet: it only listened',
  'close-shared': (r, n) => `no FIN: ${call(r, n, 1)} shows that another process still holds the socket`,
  'close-after-shutdown': (r, n) => `no packet: ${call(r, n, 1)} had sent the FIN`,
  'call-killed': (r) =>
    `never returned: ${text(r, 'signal')}${text(r, 'from') === 'outside' ? ', sent from outside the run,' : ''} ended the process`,
  'call-cut-off': (r, n) => `never returned: ${call(r, n, 1)} ended the process`,
  'call-interrupted': () => 'EINTR: a signal interrupted it; no packet has to do with that',
  'call-interrupted-by': (r, n) => `EINTR: the signal that ${call(r, n, 1)} sent interrupted it`,
  'kill-gone': (r) => `ESRCH: ${text(r, 'role')} had ended before`,
  'kill-ended': (r) =>
    `${text(r, 'signal')} ended ${text(r, 'role')}, ${text(r, 'signal') === 'SIGKILL' ? 'as it ends any process' : 'which has no handler for it'}; the kernel closes its sockets`,
  'kill-interrupted': (r, n) => `${text(r, 'signal')} interrupted ${call(r, n, 1)}, which fails with EINTR`,
  'kill-stopped': (r) =>
    `${text(r, 'role')} stands still until a SIGCONT; its kernel goes on receiving and acknowledging`,
  'kill-continued': (r) => `${text(r, 'role')} goes on, if it was stopped`,
  'kill-taken': (r) => `${text(r, 'role')} went on: it has a handler for ${text(r, 'signal')}, or ignores it`,
  'kill-sent': (r) => `${text(r, 'signal')} was sent to ${text(r, 'role')}`,
} as const satisfies Readonly<Record<string, Phrase>>;
