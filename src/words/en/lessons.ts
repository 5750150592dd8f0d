/** What stands behind kinds of reasons, for somebody who meets them for the first time. */
export const lessons = {
  data: 'send copies the bytes into the send buffer and returns; TCP cuts the stream into segments as window and MSS allow. One send is not one packet.',
  again:
    'A segment that nobody acknowledges is sent again: after a timeout, or at once when duplicate ACKs show that later ones came.',
  ack: 'An ACK names the next byte that is expected. It says that the kernel has the bytes, not that the program has read them.',
  fin: 'A FIN ends one direction of the stream: no more bytes come this way. The other direction goes on until its own FIN.',
  reset:
    'A RST ends the connection at once: what was still on its way is dropped. At the other end recv gives what had come before, then fails with ECONNRESET; send fails too.',
  window:
    'The window tells how many bytes the receiver still has room for. recv makes room; a full buffer closes the window and stops the sender.',
  datagram:
    'One sendto is one datagram, and one recvfrom takes one datagram. Nothing is sent again, and nobody says whether it came.',
  blocked: 'A blocking call sleeps in the kernel until it can do something; the thick line shows how long.',
  syn: 'connect sends a SYN: the first of three steps. It carries the first sequence number, and what this end offers stands in its options, if it has any (MSS, window scale, SACK).',
  'syn-again':
    'A SYN without an answer is sent again: on Linux after 1 s, since 6.5 the first four times at even steps of 1 s, later more and more seldom.',
  'syn-ack':
    'The kernel of the listening side answers by itself: a connection is complete before the program calls accept. accept only takes it from the queue.',
  'syn-ack-again': 'A SYN+ACK without an answer is sent again.',
  'syn-crossed': 'Both ends called connect at once: a simultaneous open.',
  'handshake-ack':
    'The third step: both sides now know each other’s first sequence number. The kernel sends it by itself as soon as the SYN+ACK has come: for connect everything is there now.',
  'handshake-ack-again': 'The SYN+ACK came twice, so the ACK is sent twice.',
  'data-nagle':
    'Nagle’s algorithm holds a small segment back while earlier bytes are unacknowledged. TCP_NODELAY turns it off.',
  'ack-delayed':
    'The kernel waits a little (40 ms and more on Linux) before it acknowledges: perhaps an answer will carry the ACK.',
  'captured-twice':
    'The capture point saw one packet twice, as mirror ports, bridges and the interface "any" do, or the network delivered it twice: nobody sent it again.',
  'dup-ack':
    'A segment came while an earlier one is missing: the same ACK is sent again. Three of them make the sender repeat at once.',
  'keep-alive': 'SO_KEEPALIVE asks a silent peer whether it is still there.',
  'challenge-ack': 'A segment that cannot be right is answered with an ACK instead of being believed.',
  'rst-refused':
    'Nobody listens on that port: the kernel answers a SYN with RST, and connect fails with ECONNREFUSED.',
  'rst-unread':
    'close with bytes unread sends RST instead of FIN: the peer must learn that they were not taken.',
  'rst-linger': 'SO_LINGER with 0 seconds makes close a reset.',
  'icmp-unreachable':
    'Nobody has that UDP port: the kernel sends ICMP port unreachable. Only a connected socket is told, as ECONNREFUSED (others only with IP_RECVERR).',
  'call-local': 'This call changes only what the kernel keeps for the socket.',
  'call-listen':
    'From now on the kernel answers SYNs by itself, and keeps complete connections in a queue until accept takes them.',
  'call-unix': 'UNIX domain sockets copy bytes inside the kernel.',
  'connect-waited': 'connect sleeps until the SYN+ACK has come: one round trip. It does not wait for accept.',
  'connect-in-progress': 'A non-blocking connect returns at once; poll says when it is done.',
  'connect-failed': 'No handshake came about.',
  'accept-waited': 'accept sleeps until the queue of complete connections holds one.',
  'accept-queued': 'The connection was complete already and waited in the queue that listen made.',
  'recv-waited': 'recv sleeps while the receive buffer is empty, and takes what is there when it wakes.',
  'recv-there': 'The kernel had received the bytes before the program asked for them.',
  'recv-end': 'recv returns 0 when the peer has ended its direction and everything was read.',
  'send-blocked':
    'send sleeps while the send buffer is full: the receiver or the network is slower than the sender.',
  'send-short': 'send may take fewer bytes than it was given: look at what it returns, and send the rest.',
  'send-later': 'send returns when the bytes are copied, not when they have left.',
  'close-shared': 'A FIN is sent when the last descriptor of the socket is closed: a fork holds one too.',
  'close-listener': 'A listening socket has no peer, so there is nobody to tell.',
  'close-after-shutdown': 'shutdown sent the FIN before; close only gives the descriptor back.',
  urgent:
    'Linux keeps one urgent byte apart, and recv gives it with MSG_OOB only. A normal recv stops at its place, which SIOCATMARK finds, and goes on behind it.',
  signal:
    'A signal without a handler has a default action: most end the process, STOP stops it, CHLD is ignored. Where a handler runs, the blocked call fails with EINTR, or is started again (SA_RESTART). No packet tells of a signal, only of what the kernel then does with the sockets.',
} as const satisfies Readonly<Record<string, string>>;
