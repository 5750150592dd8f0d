/** A capture of samples/: the run that makes it, and what it must show. */
export interface SampleSpec {
  readonly name: string;
  readonly title: string;
  /** Arguments of `sockscope run`. */
  readonly run: readonly string[];
  /** Kinds of issues or findings that must be there; none: nothing may be wrong. */
  readonly shows: readonly string[];
  /** Kinds that would only distract. */
  readonly hides?: readonly string[];
  /** Try seeds until it shows. */
  readonly seeded?: boolean;
  readonly look: readonly string[];
}

const words = (text: string): readonly string[] => text.split(' ');

export const SAMPLES: readonly SampleSpec[] = [
  {
    name: 'handshake',
    title: 'A connection from the first SYN to the last ACK',
    run: words('tcp-echo'),
    shows: [],
    look: [
      'Three segments make the connection, all inside connect.',
      'accept returns after the third of them.',
      'A FIN goes each way; the side that closed first is left in TIME-WAIT.',
    ],
  },
  {
    name: 'ipv6',
    title: 'The same over IPv6',
    run: words('tcp-echo --family ipv6'),
    shows: [],
    look: ['The addresses are ::1, the headers 40 bytes instead of 20, and all else is as over IPv4.'],
  },
  {
    name: 'refused',
    title: 'Nobody listens: the SYN is answered by a reset',
    run: words('tcp-echo --mistake no-listen'),
    shows: ['refused'],
    look: ['The server has bound its socket and forgot listen.', 'connect fails with ECONNREFUSED.'],
  },
  {
    name: 'never-accepted',
    title: 'A connection that the server never takes from its queue',
    run: words('tcp-echo --serve once --clients 2'),
    shows: ['never-accepted', 'reset'],
    look: [
      'The kernel finishes both handshakes; the server accepts only once.',
      'When the listening socket closes, the one that waits gets a reset.',
    ],
  },
  {
    name: 'backlog-overflow',
    title: 'A full accept queue: SYNs are dropped, and sent again a second later',
    run: words('tcp-echo --clients 4 --backlog 0 --serve iterative'),
    shows: ['handshake-slow'],
    look: [
      'A SYN that finds the queue full gets no answer.',
      'Its connect waits a whole second for the next try.',
    ],
  },
  {
    name: 'clients-at-once',
    title: 'Three clients at the same time, a thread for each',
    run: words('tcp-echo --clients 3 --serve thread'),
    shows: [],
    hides: ['sent-again'],
    look: ['Three connections to the same port, told apart by the clients’ ports.'],
  },
  {
    name: 'reset-linger',
    title: 'SO_LINGER 0: close resets the connection',
    run: words('tcp-echo --linger 0'),
    shows: ['reset'],
    look: ['There is no FIN of the client: its close sends RST.', 'The server’s recv fails with ECONNRESET.'],
  },
  {
    name: 'loss-fast',
    title: 'Loss that duplicate acknowledgements repair',
    run: words('tcp-transfer --size 20000 --loss 6'),
    seeded: true,
    shows: ['fast-retransmissions'],
    hides: ['timeouts', 'handshake-slow', 'fin-again', 'spurious-retransmissions'],
    look: [
      'A segment is lost; each later one makes the receiver repeat its acknowledgement.',
      'The sender sends it again long before its timer would run out.',
    ],
  },
  {
    name: 'loss-timeout',
    title: 'Loss that only the timer repairs',
    run: words('tcp-echo --loss 25'),
    seeded: true,
    shows: ['timeouts'],
    hides: ['handshake-slow'],
    look: ['Nothing follows the lost segment, so nobody can notice: 200 ms pass until it is sent again.'],
  },
  {
    name: 'loss-syn',
    title: 'A SYN is lost',
    run: words('tcp-echo --loss 25'),
    seeded: true,
    shows: ['handshake-slow'],
    hides: ['timeouts', 'fin-again'],
    look: ['connect waits a second: nothing is known yet of the round trip, so the first timer is long.'],
  },
  {
    name: 'loss-fin',
    title: 'A FIN is lost',
    run: words('tcp-echo --loss 25'),
    seeded: true,
    shows: ['fin-again'],
    hides: ['timeouts', 'handshake-slow'],
    look: ['All data has arrived; only the end of the stream waits for the timer.'],
  },
  {
    name: 'loss-ack',
    title: 'An acknowledgement is lost: data is sent again for nothing',
    run: words('tcp-echo --loss 25'),
    seeded: true,
    shows: ['spurious-retransmissions'],
    hides: ['handshake-slow'],
    look: ['The data arrived, its acknowledgement did not: the receiver gets it twice, the program once.'],
  },
  {
    name: 'zero-window',
    title: 'A reader that pauses closes its window',
    run: words('tcp-transfer --size 9000 --server-rcvbuf 2048 --recv-buffer 4096 --pause server:recv=300'),
    shows: ['zero-window'],
    look: [
      'The advertised window shrinks to 0, and the sender stands still.',
      'A read opens it again: a window update.',
    ],
  },
  {
    name: 'window-full',
    title: 'A slow reader holds the sender back',
    run: words('tcp-transfer --size 16000 --server-rcvbuf 4096 --pause server:recv=20'),
    shows: ['window-full'],
    look: ['Each acknowledgement lets only as much leave as the reader has taken.'],
  },
  {
    name: 'nagle',
    title: 'Small sends and Nagle’s rule',
    run: words('tcp-transfer --size 300 --chunk 10'),
    shows: ['nagle-wait'],
    seeded: true,
    look: ['While data is not acknowledged, small sends are gathered and leave together.'],
  },
  {
    name: 'truncated',
    title: 'Frames cut after 80 bytes',
    run: words('tcp-transfer --size 5000 --snaplen 80'),
    shows: [],
    look: ['Headers are whole, most payload is not: what can’t be compared is counted as unverified.'],
  },
  {
    name: 'fragments',
    title: 'A datagram larger than the MTU goes in fragments',
    run: words('udp-echo --size 4000 --recv-buffer 8192'),
    shows: ['datagrams-fragmented'],
    look: ['Only the first fragment has ports.', 'recvfrom returns the whole datagram, once.'],
  },
  {
    name: 'udp-nobody',
    title: 'A datagram to a port that nobody has',
    run: words('udp-echo --server none'),
    shows: ['icmp-error', 'datagrams-refused'],
    look: ['sendto succeeds.', 'An ICMP message comes back: port unreachable.'],
  },
  {
    name: 'udp-overflow',
    title: 'A receive buffer overflows: datagrams vanish without a word',
    run: words(
      'udp-transfer --size 12000 --server-rcvbuf 2048 --reliability none --pause server:recvfrom=30',
    ),
    shows: ['datagrams-full'],
    look: ['All datagrams arrive at the host; those that find the buffer full are dropped there.'],
  },
  {
    name: 'udp-loss',
    title: 'Stop-and-wait repairs lost datagrams',
    run: words('udp-transfer --size 4000 --reliability stop-and-wait --loss 15'),
    seeded: true,
    shows: ['datagrams-lost'],
    look: ['Each datagram is acknowledged by the program itself, and sent again after a timeout.'],
  },
  {
    name: 'datagram-cut',
    title: 'recvfrom with a buffer that is too small',
    run: words('udp-echo --size 500 --server-recv-buffer 100'),
    shows: ['datagrams-cut'],
    look: ['The rest of the datagram is gone: the next recvfrom returns the next datagram.'],
  },
];
