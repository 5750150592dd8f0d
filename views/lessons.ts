import { type LessonName, words } from '../src/words/words.ts';

/** What stands behind a kind of reason, for somebody who meets it for the first time, and where it is written. */
export interface Lesson {
  readonly text: string;
  /** Man pages and RFC sections. */
  readonly read: string;
}

/** Where each lesson is written. */
const READ: Readonly<Record<LessonName, string>> = {
  data: 'send(2), tcp(7), RFC 9293 §3.8',
  again: 'RFC 6298, RFC 5681 §3.2',
  ack: 'RFC 9293 §3.4',
  fin: 'close(2), shutdown(2), RFC 9293 §3.6',
  reset: 'RFC 9293 §3.5.2, §3.6',
  window: 'tcp(7), RFC 9293 §3.8.6',
  datagram: 'udp(7), RFC 768',
  blocked: 'socket(7)',
  syn: 'connect(2), tcp(7), RFC 9293 §3.5',
  'syn-again': 'tcp(7) tcp_syn_retries, RFC 6298',
  'syn-ack': 'listen(2), accept(2), RFC 9293 §3.5',
  'syn-ack-again': 'tcp(7) tcp_synack_retries',
  'syn-crossed': 'RFC 9293 §3.5',
  'handshake-ack': 'RFC 9293 §3.5',
  'handshake-ack-again': 'RFC 9293 §3.5',
  'data-nagle': 'tcp(7) TCP_NODELAY, RFC 9293 §3.7.4',
  'ack-delayed': 'tcp(7) TCP_QUICKACK, RFC 9293 §3.8.6.3',
  'captured-twice': 'tcpdump(8) -i',
  'dup-ack': 'RFC 5681 §3.2',
  'keep-alive': 'tcp(7), RFC 9293 §3.8.4',
  'challenge-ack': 'RFC 5961',
  'rst-refused': 'connect(2), RFC 9293 §3.5.2',
  'rst-unread': 'RFC 9293 §3.6.1, RFC 2525 §2.17',
  'rst-linger': 'socket(7) SO_LINGER',
  'icmp-unreachable': 'udp(7), icmp(7), RFC 1122 §4.1.3.1',
  'call-local': 'socket(2)',
  'call-listen': 'listen(2), tcp(7)',
  'call-unix': 'unix(7)',
  'connect-waited': 'connect(2), RFC 9293 §3.5',
  'connect-in-progress': 'connect(2)',
  'connect-failed': 'connect(2)',
  'accept-waited': 'accept(2)',
  'accept-queued': 'listen(2)',
  'recv-waited': 'recv(2)',
  'recv-there': 'recv(2)',
  'recv-end': 'recv(2)',
  'send-blocked': 'send(2), tcp(7)',
  'send-short': 'send(2)',
  'send-later': 'send(2)',
  'close-shared': 'close(2), fork(2)',
  'close-listener': 'listen(2)',
  'close-after-shutdown': 'shutdown(2)',
  signal: 'signal(7), kill(2)',
  urgent: 'tcp(7), recv(2), RFC 6093',
};

/** Kinds of reasons whose lesson has another name than they. */
const LESSON_OF: Readonly<Record<string, LessonName>> = {
  'data-later': 'data',
  'data-flight': 'data',
  'data-pushed': 'data',
  'data-plain': 'data',
  'data-unseen': 'data',
  'data-outsider': 'data',
  'data-window': 'window',
  'again-fast': 'again',
  'again-timeout': 'again',
  'again-probe': 'again',
  'again-recovery': 'again',
  'again-needless': 'again',
  'ack-late': 'ack',
  'ack-read': 'ack',
  'ack-unseen': 'ack',
  'ack-old': 'ack',
  'ack-fin': 'fin',
  'ack-duplicate': 'ack',
  'ack-fin-again': 'fin',
  'window-update': 'window',
  'zero-window': 'window',
  'zero-window-probe': 'window',
  'probe-answer': 'window',
  'fin-data': 'fin',
  'fin-exit': 'fin',
  'fin-outsider': 'fin',
  'fin-again': 'fin',
  'rst-rejected': 'reset',
  'rst-closed': 'reset',
  'rst-ended': 'reset',
  'rst-closing': 'reset',
  'rst-exit': 'reset',
  'rst-aborted': 'reset',
  'rst-listener': 'reset',
  'rst-half-open': 'reset',
  'rst-unknown': 'reset',
  'rst-gone': 'reset',
  'rst-outsider': 'reset',
  'rst-plain': 'reset',
  'datagram-outsider': 'datagram',
  'datagram-plain': 'datagram',
  'call-blocked': 'blocked',
  'call-running': 'blocked',
  'call-unfinished': 'blocked',
  'call-file-ends': 'blocked',
  'call-cut-off': 'signal',
  'call-interrupted': 'signal',
  'call-interrupted-by': 'signal',
  'kill-gone': 'signal',
  'recv-urgent': 'urgent',
  'recv-no-urgent': 'urgent',
  'kill-ended': 'signal',
  'kill-interrupted': 'signal',
  'kill-stopped': 'signal',
  'kill-continued': 'signal',
  'kill-taken': 'signal',
  'kill-sent': 'signal',
};

/** Calls without packets that have a page of their own. */
const LOCAL_PAGES: ReadonlySet<string> = new Set(
  'socket bind setsockopt getsockopt getsockname getpeername fcntl poll select dup fork close shutdown'.split(
    ' ',
  ),
);

/** The lesson of a kind of reason, for a call's reason of that call, in the reader's language; null where there is none. */
export function lessonOf(kind: string, call?: string): Lesson | null {
  const own = kind === 'call-local' && call === 'listen' ? 'call-listen' : null;
  const name = own ?? LESSON_OF[kind] ?? (isLesson(kind) ? kind : null);
  if (name === null) return null;
  const isLocal = name === 'call-local' && call !== undefined && LOCAL_PAGES.has(call);
  return { text: words().lessons[name], read: isLocal ? `${call}(2)` : READ[name] };
}

function isLesson(kind: string): kind is LessonName {
  return Object.hasOwn(READ, kind);
}
