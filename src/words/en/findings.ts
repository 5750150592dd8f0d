import { byCount, call, duration, number, type Phrase, packet, text, waited } from '../parts.ts';
import { counted } from './plural.ts';

const many =
  (what: string): ((reason: Parameters<Phrase>[0]) => string) =>
  (reason) =>
    counted(number(reason, 'count'), what);
const segments = many('segment');
const datagrams = many('datagram');
const wasOrWere = (reason: Parameters<Phrase>[0]): string => byCount(number(reason, 'count'), 'was', 'were');

/** What is worth noticing. */
export const findings = {
  'short-send': (r, n) =>
    `${text(r, 'role')}: ${many('short send')(r)}, ${counted(number(r, 'total'), 'byte')} not taken at once; first ${call(r, n)}`,
  blocked: (r, n) =>
    `${text(r, 'role')} waited in ${many(text(r, 'name'))(r)}, at most ${waited(r)} in ${call(r, n)}`,
  'cut-off': (r, n) => `${call(r, n)} never returned: ${text(r, 'signal')} ended the process`,
  unfinished: (r, n) => `${call(r, n)} had not returned when the run ended`,
  'file-ends': (r, n) => `${call(r, n)} had not returned where the file ends; the run went on`,
  refused: (r) => `${text(r, 'receiver')} was refused: a reset answered the SYN`,
  'sent-again': (r) =>
    `${text(r, 'sender')} sent ${segments(r)} again, up to ${duration(number(r, 'ms'))} later`,
  'closed-unread': (r, n) =>
    `${call(r, n)} left ${counted(number(r, 'total'), 'byte')} unread: ${text(r, 'receiver')} got a reset`,
  reset: (r, n) => `${text(r, 'owner')} reset the connection to ${text(r, 'peer')} in ${packet(r, n)}`,
  'closed-window': (r) =>
    `${text(r, 'sender')} did not read: its window was closed ${counted(number(r, 'count'), 'time')}`,
  'window-full': (r) =>
    `${text(r, 'sender')} had to wait for room at ${text(r, 'receiver')}, with ${segments(r)}`,
  'nagle-wait': (r) => `Nagle: ${segments(r)} of ${text(r, 'sender')} waited for an ACK, up to ${waited(r)}`,
  'pushed-out': (r, n) => `${call(r, n)} pushed out what earlier sends had left behind`,
  'ended-without-close': (r) =>
    `${text(r, 'owner')} ended without closing its connection to ${text(r, 'peer')}; the kernel closed it`,
  coalesced: (r) =>
    `${segments(r)} of ${text(r, 'sender')} ${byCount(number(r, 'count'), 'carries', 'carry')} the bytes of several sends`,
  'split-send': (r, n) =>
    `${many('send')(r)} of ${text(r, 'sender')} left in several segments; first ${call(r, n)}`,
  'segments-per-recv': (r) =>
    `${many('recv')(r)} of ${text(r, 'receiver')} took bytes of several segments, up to ${number(r, 'most')}`,
  'recvs-per-segment': (r) =>
    `${segments(r)} took ${text(r, 'receiver')} several recvs to read, up to ${number(r, 'most')}`,
  'never-accepted': (r, n) =>
    `the connection of ${text(r, 'sender')} was set up in ${packet(r, n)} and never accepted`,
  'handshake-never-taken': (r, n) =>
    `accept queue full at the handshake of ${text(r, 'sender')} (${packet(r, n)}): ${counted(number(r, 'count'), 'packet')} ignored, never a connection`,
  'handshake-taken-late': (r, n) =>
    `accept queue full at the handshake of ${text(r, 'sender')}: ${counted(number(r, 'count'), 'packet')} ignored; only ${packet(r, n)} completed it`,
  'handshake-waits': (r, n) =>
    `${call(r, n)} waited in vain: ${packet(r, n)} was ignored (accept queue full), and who only reads sends no other`,
  'datagrams-lost': (r) => `${datagrams(r)} of ${text(r, 'sender')} ${wasOrWere(r)} lost here`,
  'datagrams-full': (r) =>
    `${datagrams(r)} of ${text(r, 'sender')} arrived and ${wasOrWere(r)} dropped: the receive buffer was full`,
  'datagrams-dropped': (r) =>
    `${datagrams(r)} of ${text(r, 'sender')} arrived and ${wasOrWere(r)} dropped at the socket`,
  'datagrams-unread': (r) =>
    `${datagrams(r)} of ${text(r, 'sender')} arrived, and nobody read ${byCount(number(r, 'count'), 'it', 'them')}`,
  'datagrams-refused': (r) => `${datagrams(r)} of ${text(r, 'sender')} went to a port that nobody has`,
  'datagrams-closed': (r) => `${datagrams(r)} of ${text(r, 'sender')} came when the socket was closed`,
  'datagrams-cut': (r) =>
    `${text(r, 'receiver')}: ${datagrams(r)} did not fit the buffer, ${counted(number(r, 'total'), 'byte')} ${byCount(number(r, 'total'), 'is', 'are')} gone`,
  'datagrams-fragmented': (r) =>
    `${datagrams(r)} of ${text(r, 'sender')} went in fragments, up to ${number(r, 'most')}`,
} as const satisfies Readonly<Record<string, Phrase>>;
