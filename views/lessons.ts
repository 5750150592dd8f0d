/** What stands behind a kind of reason, for somebody who meets it for the first time, and where it is written. */
export interface Lesson {
  readonly text: string;
  /** Man pages and RFC sections. */
  readonly read: string;
}

const of = (text: string, read: string): Lesson => ({ text, read });

const DATA = of(
  'send copies the bytes into the send buffer and returns; TCP cuts the stream into segments as window and MSS allow. One send is not one packet.',
  'send(2), tcp(7), RFC 9293 §3.8',
);
const AGAIN = of(
  'A segment that nobody acknowledges is sent again: after a timeout, or at once when duplicate ACKs show that later ones came.',
  'RFC 6298, RFC 5681 §3.2',
);
const ACKED = of(
  'An ACK names the next byte that is expected. It says that the kernel has the bytes, not that the program has read them.',
  'RFC 9293 §3.4',
);
const FIN = of(
  'A FIN ends one direction of the stream: no more bytes come this way. The other direction goes on until its own FIN.',
  'close(2), shutdown(2), RFC 9293 §3.6',
);
const RESET = of(
  'A RST ends the connection at once: what was not read is gone, and the next call at the other end fails with ECONNRESET.',
  'RFC 9293 §3.5.2, §3.6',
);
const WINDOW = of(
  'The window tells how many bytes the receiver still has room for. recv makes room; a full buffer closes the window and stops the sender.',
  'tcp(7), RFC 9293 §3.8.6',
);
const DATAGRAM = of(
  'One sendto is one datagram, and one recvfrom takes one datagram. Nothing is sent again, and nobody says whether it came.',
  'udp(7), RFC 768',
);
const BLOCKED = of(
  'A blocking call sleeps in the kernel until it can do something; the thick line shows how long.',
  'socket(7)',
);

const LESSONS: Readonly<Record<string, Lesson>> = {
  syn: of(
    'connect sends a SYN: the first of three steps. It carries the first sequence number, and offers MSS, window scale and SACK.',
    'connect(2), tcp(7), RFC 9293 §3.5',
  ),
  'syn-again': of(
    'A SYN without an answer is sent again after 1 s, 2 s, 4 s…',
    'tcp(7) tcp_syn_retries, RFC 6298',
  ),
  'syn-ack': of(
    'The kernel of the listening side answers by itself: a connection is complete before the program calls accept. accept only takes it from the queue.',
    'listen(2), accept(2), RFC 9293 §3.5',
  ),
  'syn-ack-again': of('A SYN+ACK without an answer is sent again.', 'tcp(7) tcp_synack_retries'),
  'syn-crossed': of('Both ends called connect at once: a simultaneous open.', 'RFC 9293 §3.5'),
  'handshake-ack': of(
    'The third step: both sides now know each other’s first sequence number. connect has returned already when this leaves.',
    'RFC 9293 §3.5',
  ),
  'handshake-ack-again': of('The SYN+ACK came twice, so the ACK is sent twice.', 'RFC 9293 §3.5'),
  ...{ data: DATA, 'data-later': DATA, 'data-flight': DATA, 'data-pushed': DATA, 'data-plain': DATA },
  'data-outsider': DATA,
  'data-window': WINDOW,
  'data-nagle': of(
    'Nagle’s algorithm holds a small segment back while earlier bytes are unacknowledged. TCP_NODELAY turns it off.',
    'tcp(7) TCP_NODELAY, RFC 9293 §3.7.4',
  ),
  ...{
    again: AGAIN,
    'again-fast': AGAIN,
    'again-timeout': AGAIN,
    'again-probe': AGAIN,
    'again-recovery': AGAIN,
  },
  ...{
    ack: ACKED,
    'ack-late': ACKED,
    'ack-read': ACKED,
    'ack-unseen': ACKED,
    'ack-old': ACKED,
    'ack-fin': FIN,
  },
  'ack-delayed': of(
    'The kernel waits a little (40 ms and more on Linux) before it acknowledges: perhaps an answer will carry the ACK.',
    'tcp(7) TCP_QUICKACK, RFC 9293 §3.8.6.3',
  ),
  ...{ 'ack-duplicate': ACKED, 'ack-fin-again': FIN },
  'dup-ack': of(
    'A segment came while an earlier one is missing: the same ACK is sent again. Three of them make the sender repeat at once.',
    'RFC 5681 §3.2',
  ),
  ...{ 'window-update': WINDOW, 'zero-window': WINDOW, 'zero-window-probe': WINDOW, 'probe-answer': WINDOW },
  'keep-alive': of('SO_KEEPALIVE asks a silent peer whether it is still there.', 'tcp(7), RFC 9293 §3.8.4'),
  'challenge-ack': of(
    'A segment that cannot be right is answered with an ACK instead of being believed.',
    'RFC 5961',
  ),
  ...{ fin: FIN, 'fin-data': FIN, 'fin-exit': FIN, 'fin-outsider': FIN, 'fin-again': FIN },
  'rst-refused': of(
    'Nobody listens on that port: the kernel answers a SYN with RST, and connect fails with ECONNREFUSED.',
    'connect(2), RFC 9293 §3.5.2',
  ),
  'rst-unread': of(
    'close with bytes unread sends RST instead of FIN: the peer must learn that they were not taken.',
    'RFC 9293 §3.6.1, RFC 2525 §2.17',
  ),
  'rst-linger': of('SO_LINGER with 0 seconds makes close a reset.', 'socket(7) SO_LINGER'),
  ...{ 'rst-rejected': RESET, 'rst-closed': RESET, 'rst-closing': RESET, 'rst-exit': RESET },
  'rst-aborted': RESET,
  ...{ 'rst-listener': RESET, 'rst-unknown': RESET, 'rst-outsider': RESET },
  ...{ datagram: DATAGRAM, 'datagram-outsider': DATAGRAM, 'datagram-plain': DATAGRAM },
  'icmp-unreachable': of(
    'Nobody has that UDP port: the kernel sends ICMP port unreachable. Only a connected socket is told, as ECONNREFUSED.',
    'udp(7), icmp(7), RFC 1122 §4.1.3.1',
  ),
  'call-local': of('This call changes only what the kernel keeps for the socket.', 'socket(2)'),
  'call-unix': of('UNIX domain sockets copy bytes inside the kernel.', 'unix(7)'),
  'connect-waited': of(
    'connect sleeps until the SYN+ACK has come: one round trip. It does not wait for accept.',
    'connect(2), RFC 9293 §3.5',
  ),
  'connect-in-progress': of(
    'A non-blocking connect returns at once; poll says when it is done.',
    'connect(2)',
  ),
  'connect-failed': of('No handshake came about.', 'connect(2)'),
  'accept-waited': of('accept sleeps until the queue of complete connections holds one.', 'accept(2)'),
  'accept-queued': of(
    'The connection was complete already and waited in the queue that listen made.',
    'listen(2)',
  ),
  'recv-waited': of(
    'recv sleeps while the receive buffer is empty, and takes what is there when it wakes.',
    'recv(2)',
  ),
  'recv-there': of(
    'The kernel had received and acknowledged the bytes before the program asked for them.',
    'recv(2)',
  ),
  'recv-end': of('recv returns 0 when the peer has ended its direction and everything was read.', 'recv(2)'),
  ...{ 'call-blocked': BLOCKED, 'call-unfinished': BLOCKED },
  'send-blocked': of(
    'send sleeps while the send buffer is full: the receiver or the network is slower than the sender.',
    'send(2), tcp(7)',
  ),
  'send-short': of(
    'send may take fewer bytes than it was given: look at what it returns, and send the rest.',
    'send(2)',
  ),
  'send-later': of('send returns when the bytes are copied, not when they have left.', 'send(2)'),
  'close-shared': of(
    'A FIN is sent when the last descriptor of the socket is closed: a fork holds one too.',
    'close(2), fork(2)',
  ),
  'close-listener': of('A listening socket has no peer, so there is nobody to tell.', 'listen(2)'),
  'close-after-shutdown': of(
    'shutdown sent the FIN before; close only gives the descriptor back.',
    'shutdown(2)',
  ),
};

/** The lesson of a kind of reason; null where there is none. */
export function lessonOf(kind: string): Lesson | null {
  return LESSONS[kind] ?? null;
}
