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

/** The families of exercises whose subject is the network. */
export const INTERNET: Readonly<Record<string, string>> = {
  ipv4: 'AF_INET, 127.0.0.1',
  ipv6: 'AF_INET6, ::1',
};

/** What the services of inetd take, over TCP and UDP. */
export const INETD: readonly string[] = [
  ...['protocol', 'clients', 'recv-buffer', 'client-recv-buffer', 'server-recv-buffer'],
  ...['family', 'port', 'backlog', 'sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf', 'timeout', 'role'],
];
