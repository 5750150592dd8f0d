import type { Text } from '../../words/text.ts';
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

/** The ways to serve one client after another, or several at once. */
export const SERVE_EACH = {
  iterative: {
    en: 'one client after another',
    es: 'un cliente tras otro',
    ca: 'un client rere l’altre',
  },
  thread: {
    en: 'a thread for each client',
    es: 'un hilo para cada cliente',
    ca: 'un fil per a cada client',
  },
  process: {
    en: 'a process for each client, which inherits the accepted descriptor',
    es: 'un proceso para cada cliente, que hereda el descriptor aceptado',
    ca: 'un procés per a cada client, que hereta el descriptor acceptat',
  },
  poll: {
    en: 'all clients in one poll loop',
    es: 'todos los clientes en un solo bucle con poll',
    ca: 'tots els clients en un sol bucle amb poll',
  },
} as const satisfies Readonly<Record<string, Text>>;
