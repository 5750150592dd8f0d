import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';

/** What is known of an errno: which call gives it here, why, and which packets stand behind it. */
export interface ErrnoEntry {
  /** The call that fails with it in this exercise. */
  readonly call: string;
  /** Reasons (kinds) of the packets of that connection that lead to it, all of them, in order; empty where no packet is the cause. */
  readonly packets: readonly string[];
  /** The last of them comes once or more often: how often depends on the kernel and its settings. */
  readonly repeats: boolean;
  /** The same for people. */
  readonly shown: Text;
  /** What the errno says, and what usually causes it. */
  readonly cause: Exclude<Text, string>;
  /** The privilege without which it cannot be provoked. */
  readonly needs?: string;
}

const NONE = tell('none', 'ninguno', 'cap');

function local(call: string, en: string, es: string, ca: string): ErrnoEntry {
  return { call, packets: [], repeats: false, shown: NONE, cause: tell(en, es, ca) };
}

/** What such a packet is on the wire. */
const ON_THE_WIRE: Readonly<Record<string, string>> = {
  syn: 'SYN',
  'syn-ack': 'SYN ACK',
  'handshake-ack': 'ACK',
  fin: 'FIN ACK',
  'rst-aborted': 'RST ACK',
  'rst-refused': 'RST ACK',
  'rst-unread': 'RST ACK',
  'icmp-error': 'ICMP 3/7',
  'syn-again': 'SYN',
};

const onTheWire = (kinds: readonly string[]): string =>
  kinds.map((kind) => ON_THE_WIRE[kind] ?? kind).join(', ');

function network(call: string, packets: readonly string[], en: string, es: string, ca: string): ErrnoEntry {
  return { call, packets, repeats: false, shown: onTheWire(packets), cause: tell(en, es, ca) };
}

/** In the order of the alphabet. */
export const ERRNO_TABLE: Readonly<Record<string, ErrnoEntry>> = {
  EACCES: local(
    'sendto',
    'not allowed: a datagram to a broadcast address without SO_BROADCAST (also: bind to a port below 1024 without privileges)',
    'no está permitido: un datagrama a una dirección de difusión sin SO_BROADCAST (también: bind a un puerto menor que 1024 sin privilegios)',
    'no està permès: un datagrama a una adreça de difusió sense SO_BROADCAST (també: bind a un port menor que 1024 sense privilegis)',
  ),
  EADDRINUSE: local(
    'bind',
    'another socket has this address and port',
    'otro socket ya tiene esta dirección y este puerto',
    'un altre socket ja té aquesta adreça i aquest port',
  ),
  EADDRNOTAVAIL: local(
    'bind',
    'the address is not one of this machine',
    'la dirección no es de esta máquina',
    'l’adreça no és d’aquesta màquina',
  ),
  EAFNOSUPPORT: local(
    'connect',
    'an address of another family than the socket: here a UNIX name for an Internet socket',
    'una dirección de otra familia que la del socket: aquí un nombre UNIX para un socket de Internet',
    'una adreça d’una altra família que la del socket: aquí un nom UNIX per a un socket d’Internet',
  ),
  EAGAIN: local(
    'recv',
    'the call would have to wait, and the socket is non-blocking or its time is over (EWOULDBLOCK is the same number)',
    'la llamada tendría que esperar, y el socket no es bloqueante o se le acabó el tiempo (EWOULDBLOCK es el mismo número)',
    'la crida s’hauria d’esperar, i el socket no és bloquejant o se li ha acabat el temps (EWOULDBLOCK és el mateix número)',
  ),
  EALREADY: network(
    'connect',
    ['syn'],
    'a connect is already under way on this non-blocking socket: wait with poll',
    'ya hay un connect en marcha en este socket no bloqueante: hay que esperar con poll',
    'ja hi ha un connect en marxa en aquest socket no bloquejant: cal esperar amb poll',
  ),
  EBADF: local(
    'send',
    'the number is no open descriptor: the socket was closed before, or never opened',
    'el número no es un descriptor abierto: el socket se cerró antes, o nunca se abrió',
    'el número no és un descriptor obert: el socket s’ha tancat abans, o no s’ha obert mai',
  ),
  ECONNABORTED: {
    ...network(
      'recv',
      ['rst-aborted'],
      'this machine ended the connection: here the administrator, with ss -K (other systems: accept, for a client that has gone)',
      'esta máquina terminó la conexión: aquí el administrador, con ss -K (en otros sistemas: accept, si el cliente ya se fue)',
      'aquesta màquina ha acabat la connexió: aquí l’administrador, amb ss -K (en altres sistemes: accept, si el client ja se n’ha anat)',
    ),
    needs: 'CAP_NET_ADMIN',
  },
  ECONNREFUSED: network(
    'connect',
    ['syn', 'rst-refused'],
    'nobody listens on that port, says the other kernel',
    'nadie escucha en ese puerto, dice el otro núcleo',
    'ningú no escolta en aquest port, diu l’altre nucli',
  ),
  ECONNRESET: network(
    'recv',
    ['rst-unread'],
    'the other side threw the connection away: here close with unread bytes',
    'el otro lado tiró la conexión: aquí un close con bytes sin leer',
    'l’altra banda ha llençat la connexió: aquí un close amb bytes sense llegir',
  ),
  EDESTADDRREQ: local(
    'send',
    'where to? A datagram socket without connect needs sendto',
    '¿adónde? Un socket de datagramas sin connect necesita sendto',
    'on? Un socket de datagrames sense connect necessita sendto',
  ),
  EHOSTDOWN: network(
    'connect',
    ['syn', 'icmp-error', 'syn-again', 'icmp-error'],
    'a router says by ICMP that it does not know the host; here a firewall rule says so',
    'un encaminador dice por ICMP que no conoce la máquina; aquí lo dice una regla del cortafuegos',
    'un encaminador diu per ICMP que no coneix la màquina; aquí ho diu una regla del tallafoc',
  ),
  EHOSTUNREACH: local(
    'connect',
    'no way to that host: an unreachable route, no answer to ARP, or an ICMP message from a router',
    'no hay camino hasta esa máquina: una ruta «unreachable», ninguna respuesta a ARP o un mensaje ICMP de un encaminador',
    'no hi ha camí fins a aquella màquina: una ruta «unreachable», cap resposta a ARP o un missatge ICMP d’un encaminador',
  ),
  EINPROGRESS: network(
    'connect',
    ['syn', 'syn-ack', 'handshake-ack'],
    'no error: the handshake of a non-blocking connect goes on without the call; poll tells when it is over',
    'no es un error: la conexión de un connect no bloqueante se sigue estableciendo sin la llamada; poll dice cuándo ha terminado',
    'no és cap error: la connexió d’un connect no bloquejant es continua establint sense la crida; poll diu quan s’ha acabat',
  ),
  EINTR: local(
    'accept',
    'a signal came while the call waited: call it again',
    'llegó una señal mientras la llamada esperaba: hay que repetirla',
    'ha arribat un senyal mentre la crida s’esperava: cal repetir-la',
  ),
  EISCONN: local(
    'connect',
    'the socket is connected already',
    'el socket ya está conectado',
    'el socket ja està connectat',
  ),
  EMSGSIZE: local(
    'sendto',
    'larger than a datagram can be: 65 507 bytes over IPv4, 65 527 over IPv6',
    'más grande de lo que puede ser un datagrama: 65 507 bytes sobre IPv4, 65 527 sobre IPv6',
    'més gran del que pot ser un datagrama: 65 507 bytes sobre IPv4, 65 527 sobre IPv6',
  ),
  ENETDOWN: {
    ...local(
      'sendto',
      'the network device is switched off; only a packet socket is told so, others have no route (ENETUNREACH)',
      'la interfaz de red está apagada; solo se le dice a un socket de paquetes, los demás se quedan sin ruta (ENETUNREACH)',
      'la interfície de xarxa està apagada; només es diu a un socket de paquets, els altres es queden sense ruta (ENETUNREACH)',
    ),
    needs: 'CAP_NET_RAW',
  },
  ENETUNREACH: local(
    'connect',
    'this machine has no route to that network',
    'esta máquina no tiene ruta hasta esa red',
    'aquesta màquina no té cap ruta fins a aquella xarxa',
  ),
  ENOBUFS: local(
    'setsockopt',
    'the kernel has no room for more: here the 21st multicast group of one socket',
    'el núcleo no tiene sitio para más: aquí el grupo de multidifusión número 21 de un socket',
    'el nucli no té lloc per a més: aquí el grup de multidifusió número 21 d’un socket',
  ),
  ENOPROTOOPT: local(
    'setsockopt',
    'this protocol has no such option: level and name do not go together',
    'este protocolo no tiene tal opción: el nivel y el nombre no casan',
    'aquest protocol no té aquesta opció: el nivell i el nom no lliguen',
  ),
  ENOTCONN: local(
    'recv',
    'the socket is not connected: connect was forgotten, or recv was called on the listening socket',
    'el socket no está conectado: se olvidó connect, o se llamó a recv en el socket que escucha',
    'el socket no està connectat: s’ha oblidat connect, o s’ha cridat recv en el socket que escolta',
  ),
  ENOTSOCK: local(
    'send',
    'the descriptor is open, and is something else than a socket: a file',
    'el descriptor está abierto, y no es un socket: es un fichero',
    'el descriptor és obert, i no és un socket: és un fitxer',
  ),
  EPIPE: network(
    'send',
    ['fin'],
    'this direction is closed: after shutdown, or after the other side’s RST (SIGPIPE comes too, where it is not ignored)',
    'este sentido está cerrado: tras shutdown, o tras el RST del otro lado (llega también SIGPIPE, si no se ignora)',
    'aquest sentit és tancat: després de shutdown, o després del RST de l’altra banda (arriba també SIGPIPE, si no s’ignora)',
  ),
  ETIMEDOUT: {
    ...network(
      'connect',
      ['syn', 'syn-again'],
      'nobody answered, however often the kernel tried: a firewall, a machine that is off, a full backlog',
      'nadie contestó, por más que el núcleo insistió: un cortafuegos, una máquina apagada, una cola de listen llena',
      'ningú no ha respost, per més que el nucli ha insistit: un tallafoc, una màquina apagada, una cua de listen plena',
    ),
    repeats: true,
    shown: tell('SYN, SYN again…', 'SYN, SYN otra vez…', 'SYN, SYN altre cop…'),
  },
};

/** Those of the list in the manual pages that Linux never gives a program that uses sockets of the Internet, and why. */
export const IMPOSSIBLE: Readonly<Record<string, Text>> = {
  ENETRESET: tell(
    'no call on an IP socket gives it on Linux: a broken connection is told as ECONNRESET, and no ICMP message stands for it',
    'ninguna llamada en un socket IP lo da en Linux: una conexión rota se dice con ECONNRESET, y ningún mensaje ICMP lo representa',
    'cap crida en un socket IP el dona a Linux: una connexió trencada es diu amb ECONNRESET, i cap missatge ICMP no el representa',
  ),
};
