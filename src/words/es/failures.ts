import type { failures as english } from '../en/failures.ts';
import { call, number, type Phrase, packet, text, waited } from '../parts.ts';
import { counted } from './plural.ts';

const errno: Phrase = (r) => text(r, 'errno');

/** What SO_REUSEADDR would have done, by who had not set it. */
const REUSE: Readonly<Record<string, string>> = {
  both: 'SO_REUSEADDR en ambos serviría',
  here: 'SO_REUSEADDR aquí serviría',
  there: 'al otro le falta SO_REUSEADDR',
};
const reuse: Phrase = (r) => REUSE[text(r, 'help')] ?? 'SO_REUSEADDR no sirve';

const NOTHING: Readonly<Record<string, string>> = {
  receive: 'no había llegado nada',
  accept: 'no había ninguna conexión lista',
  send: 'no había sitio en el búfer de envío',
};
const LONG: Readonly<Record<string, string>> = {
  receive: 'no llegó nada',
  accept: 'no llegó ninguna conexión',
  send: 'no hubo sitio en el búfer de envío',
};

/** What the own kernel refused, and what was in the way. */
export const failures: Readonly<Record<keyof typeof english, Phrase>> = {
  'in-use-listener': (r, n) =>
    `EADDRINUSE: fd ${number(r, 'fd')} escucha en ${text(r, 'address')} desde ${call(r, n, 1)}; ahí SO_REUSEADDR no sirve`,
  'in-use-socket': (r, n) =>
    `EADDRINUSE: fd ${number(r, 'fd')} tiene ${text(r, 'address')} desde ${call(r, n, 1)}; ${reuse(r, n)}`,
  'in-use-connection': (r, n) =>
    `EADDRINUSE: ${call(r, n, 1)} (fd ${number(r, 'fd')}) tiene abierta una conexión en el puerto; ${reuse(r, n)}`,
  'in-use-time-wait': (r, n) =>
    `EADDRINUSE: ${call(r, n, 1)} cerró primero, y ${text(r, 'state')} retiene el puerto; ${reuse(r, n)}`,
  'in-use-other': (r) =>
    `EADDRINUSE: ${text(r, 'address')} es de otro programa, o queda en TIME-WAIT de una ejecución anterior (véase ss -tuanp)`,
  'in-use-unseen': (r) =>
    `EADDRINUSE: ${text(r, 'address')} lo tiene un socket que no consta en este registro`,
  'in-use-path': (r, n) =>
    `EADDRINUSE: el fichero ${text(r, 'address')} ya existe, ${r.calls.length > 1 ? `lo creó ${call(r, n, 1)}` : 'lo dejó un programa anterior'}; close no lo borra, unlink sí`,
  'no-port-left': (r, n) => `${errno(r, n)}: no queda libre ningún puerto de los que reparte el núcleo`,
  'not-local': (r) => `EADDRNOTAVAIL: ${text(r, 'host')} no es una dirección de esta máquina`,
  'pair-in-use': (r) =>
    `EADDRNOTAVAIL: el puerto ${number(r, 'port')} ya tiene una conexión con ${text(r, 'address')}, quizá en TIME-WAIT`,
  'wrong-family': (r) =>
    `EAFNOSUPPORT: un socket ${text(r, 'family')} no admite direcciones de otra familia, como ${text(r, 'address')}`,
  'connecting-already': (r, n) =>
    r.packets.length > 0
      ? `EALREADY: ${call(r, n, 1)} sigue conectando, su SYN (${packet(r, n)}) aún no tiene respuesta`
      : `EALREADY: ${call(r, n, 1)} sigue conectando`,
  'connected-already': (r, n) =>
    `EISCONN: ya lo conectó ${call(r, n, 1)}; para otra conexión hace falta otro socket`,
  'closed-descriptor': (r, n) => `EBADF: ${call(r, n, 1)} ya había cerrado el descriptor`,
  'no-descriptor': (r) => `EBADF: ${number(r, 'fd')} no es ningún descriptor abierto de este proceso`,
  'not-a-socket': (r) =>
    `ENOTSOCK: el descriptor ${number(r, 'fd')} está abierto, pero es de un fichero, no de un socket`,
  'no-destination': () =>
    'EDESTADDRREQ: la llamada no da ninguna dirección, y connect tampoco se la dio al socket',
  'no-neighbour': (r) =>
    `EHOSTUNREACH: en ${waited(r)} nadie respondió que la dirección ${text(r, 'host')} fuera suya (ARP)`,
  'no-route-host': (r) =>
    `EHOSTUNREACH: la ruta hacia ${text(r, 'host')} está marcada como inalcanzable; no salió ningún paquete`,
  'no-route-network': (r) =>
    `ENETUNREACH: esta máquina no tiene ruta hacia ${text(r, 'host')}; no salió ningún paquete`,
  'device-down': (r) => `ENETDOWN: la interfaz de red ${text(r, 'device')} está apagada`,
  'call-failed-size': (r, n) =>
    r.params.limit === undefined
      ? `${errno(r, n)}: ${counted(number(r, 'bytes'), 'byte')} no caben en un mensaje; ningún paquete`
      : `${errno(r, n)}: ${counted(number(r, 'bytes'), 'byte')}, y en un datagrama sobre ${text(r, 'version')} caben ${number(r, 'limit')}; ningún paquete`,
  'groups-full': (r, n) =>
    `ENOBUFS: ${number(r, 'count')} grupos de multidifusión por socket es el límite (igmp_max_memberships); último: ${call(r, n, 1)}`,
  'no-buffers': () => 'ENOBUFS: el núcleo no tiene memoria para ello, o la cola de la interfaz está llena',
  'no-such-option': (r) =>
    `ENOPROTOOPT: ${text(r, 'level')} no conoce la opción ${text(r, 'option')} para este socket`,
  'not-supported': (r) => `EOPNOTSUPP: un socket ${text(r, 'type')} no admite un ${text(r, 'name')} así`,
  'not-listening': () => 'EINVAL: el socket no escucha: listen va antes que accept',
  'bound-already': (r, n) => `EINVAL: ${call(r, n, 1)} ya le dio dirección, y bind se hace una sola vez`,
  'never-connected': (r, n) => `${errno(r, n)}: ningún connect ha conectado este socket`,
  'listener-only': (r, n) =>
    `${errno(r, n)}: desde ${call(r, n, 1)} solo escucha; los datos van por el socket que devuelve accept`,
  'connection-over': (r, n) =>
    `${errno(r, n)}: ya no hay conexión, y ${call(r, n, 1)} ya lo había dicho con ${text(r, 'told')}`,
  'given-up': (r, n) => `${errno(r, n)}: el otro lado no confirmó nada, por más que se insistió`,
  'no-such-path': (r) =>
    `ENOENT: no existe el fichero ${text(r, 'address')}: ningún bind lo creó, o se borró`,
  'path-deserted': (r) => `ECONNREFUSED: el fichero ${text(r, 'address')} existe, pero nadie escucha en él`,
  'path-forbidden': (r, n) =>
    `${errno(r, n)}: lo prohíben los permisos de ${text(r, 'address')} o de su carpeta`,
  'refused-unseen': () => 'ECONNREFUSED: una respuesta que no se capturó dijo que nadie tiene ese puerto',
  'port-privileged': (r, n) =>
    `${errno(r, n)}: el puerto ${number(r, 'port')} es menor que 1024: hace falta root o CAP_NET_BIND_SERVICE`,
  'raw-privileged': (r, n) => `${errno(r, n)}: para un socket así hace falta root o CAP_NET_RAW`,
  'broadcast-forbidden': (r) =>
    `EACCES: ${text(r, 'host')} es una dirección de difusión y el socket no tiene SO_BROADCAST; ningún paquete`,
  forbidden: (r) =>
    `EPERM: una regla del cortafuegos de esta máquina no deja salir nada hacia ${text(r, 'host')}`,
  'call-would-block': (r, n) => {
    const by = text(r, 'by');
    const why =
      by === 'flag'
        ? ', y con MSG_DONTWAIT no se espera'
        : by === 'call'
          ? `, y ${call(r, n, 1)} puso O_NONBLOCK`
          : '';
    return `EAGAIN: ${NOTHING[text(r, 'what')] ?? 'habría tenido que esperar'}${why}`;
  },
  'call-timed-out': (r, n) => {
    const limit = r.calls.length > 1 ? `, el plazo que fijó ${call(r, n, 1)} (${text(r, 'option')})` : '';
    return `EAGAIN: ${LONG[text(r, 'what')] ?? 'no pasó nada'} en ${waited(r)}${limit}`;
  },
};
