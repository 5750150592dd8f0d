/** What a stream scenario takes when it does nothing special with its sockets. */
export const STREAM: readonly string[] = [
  ...['family', 'port', 'backlog', 'reuseaddr', 'sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf'],
  ...['nodelay', 'quickack', 'timeout', 'congestion', 'role'],
];

/** Bytes a recv asks for: both sides, and each apart. */
export const RECV_BUFFERS: readonly string[] = ['recv-buffer', 'client-recv-buffer', 'server-recv-buffer'];

/** What a datagram scenario takes. */
export const DATAGRAM: readonly string[] = [
  ...['family', 'port', 'sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf', 'timeout', 'role'],
];
