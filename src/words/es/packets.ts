import { PROBLEM } from '../../../capture/decode/problems.ts';
import { DESERTED } from '../../timeline/explain-deserted.ts';
import { KEPT } from '../../timeline/explain-reset.ts';
import type { PacketReasonKind } from '../../timeline/reason-table.ts';
import type { Reason } from '../../timeline/types.ts';
import { icmpText } from '../issue-parts.ts';
import { bytes, byWhy, ending, held, icmpSaid, later } from '../packet-parts.ts';
import { byCount, call, type Names, number, type Phrase, packet, text, waited } from '../parts.ts';
import { ICMP } from './icmp.ts';
import { counted } from './plural.ts';

function carried(reason: Reason, names: Names): string {
  const sends = number(reason, 'sends');
  if (sends === 0) return bytes(reason);
  return sends > 1
    ? `${bytes(reason)} de ${sends} llamadas, hasta ${call(reason, names)}`
    : `${bytes(reason)} de ${call(reason, names)}`;
}

const AGAIN = {
  lost: 'se perdió aquí',
  'answer-lost': 'llegó, pero su ACK se perdió aquí',
  'not-taken': 'no lo aceptó el receptor',
  'no-room': 'no encontró sitio en la cola de accept',
  arrived: 'había llegado: el receptor avisa de los bytes repetidos (D-SACK)',
  unknown: 'quedó sin ACK',
};

/** What is known of the ACK that had gone before. */
const HEARD = {
  crossed: 'aún en camino, según la marca de tiempo',
  heard: 'el emisor ya lo tenía',
  unknown: 'no se sabe si llegó a tiempo',
};

/** What is known of bytes before which others were captured, and of which the first copy was not. */
const UNSEEN = {
  asked: 'enviados otra vez: la primera copia no está en la captura',
  'answer-lost': 'enviados otra vez aunque había un ACK; la primera copia no está aquí',
  unknown: 'en un hueco: adelantados, o reenviados sin que la primera copia esté aquí',
};

function again(reason: Reason, names: Names): string {
  return `el ${packet(reason, names)} ${byWhy(reason, AGAIN)}`;
}

function duplicates(reason: Reason): string {
  const count = number(reason, 'count');
  if (count === 0) return 'un ACK selectivo avisó del hueco';
  return counted(count, 'ACK duplicado', 'ACK duplicados');
}

const SYN_AGAIN = {
  lost: 'se perdió aquí',
  'answer-lost': 'la respuesta se perdió aquí',
  unknown: 'en la captura no hay respuesta',
  icmp: 'solo contestó un error ICMP',
  refused: 'el anterior fue rechazado',
  listened:
    'sin respuesta aunque alguien escucha en ese puerto: descartado antes del socket, como hace un cortafuegos',
};

/** How full the accept queue was. */
function queued(reason: Reason): string {
  return `${byCount(number(reason, 'waiting'), 'espera', 'esperan')} ${number(reason, 'waiting')}, backlog ${number(reason, 'backlog')}`;
}

/** What the kernel knows of a half-open connection that a packet came for too late. */
const HALF_OPEN: Readonly<Record<number, string>> = {
  [KEPT.given]: 'que el núcleo abandonó: la cola de accept estaba llena',
  [KEPT.cookie]: 'que el núcleo nunca guardó: su SYN, ACK era una SYN cookie',
  [KEPT.unknown]: 'que el núcleo abandonó o nunca guardó (SYN cookie): sus colas estaban llenas',
};

/** What became of a packet that came before the listener's kernel held the handshake for complete. */
const UNTAKEN: Readonly<Record<string, (reason: Reason) => string>> = {
  full: (r) => `; ignorado: la cola de accept estaba llena (${queued(r)})`,
  perhaps: (r) =>
    `; ignorado, según parece: la cola de accept estaba llena, o se estaba vaciando (${queued(r)})`,
  untold: () => '; ignorado, aunque en la cola de accept había sitio',
  answered: () => '; ya no completa el handshake',
};

export function untaken(reason: Reason): string {
  return UNTAKEN[text(reason, 'untaken')]?.(reason) ?? '';
}

function unanswered(reason: Reason): string {
  if (text(reason, 'why') !== 'queue-full') return byWhy(reason, SYN_AGAIN);
  return `la cola de accept estaba llena (${queued(reason)})`;
}

/** Of a SYN that carries data (RFC 7413). */
function withData(reason: Reason): string {
  return number(reason, 'to') > number(reason, 'from')
    ? ', con datos (Fast Open: sendto con MSG_FASTOPEN, o TCP_FASTOPEN_CONNECT)'
    : '';
}

/** What became of a SYN that came to a full accept queue. */
function dropped(reason: Reason): string {
  if (reason.params.dropped !== 1) return '';
  return `; sin respuesta: la cola de accept está llena (${queued(reason)})`;
}

/** Why nobody listens on a port where a socket of the run does at another time. */
function absent(reason: Reason, names: Names): string {
  const detail = number(reason, 'detail');
  if (detail === DESERTED.closed) return `; ${call(reason, names)} ya lo había cerrado`;
  if (detail === DESERTED.ended) return `; el proceso de ${call(reason, names)} ya había terminado`;
  if (detail === DESERTED.onlyBound)
    return `; ${call(reason, names)} reservó el puerto, pero no se llamó a listen`;
  return detail === DESERTED.notYet ? `; ${call(reason, names)} llega después` : '';
}

const SILENCE: Readonly<Record<string, string>> = {
  limited:
    '; sin respuesta: Linux da como mucho una cada 0,5 s (tcp_invalid_ratelimit; lo cuenta TCPACKSkippedSeq)',
  silent: '; en la captura no está la respuesta',
};

/** What is known of a probe that nothing answers. */
function silence(reason: Reason): string {
  return SILENCE[text(reason, 'answer')] ?? '';
}

const SYN_ACK_AGAIN = {
  lost: 'el primero se perdió aquí',
  'answer-lost': 'el ACK del cliente se perdió aquí',
  asked: 'el SYN llegó otra vez',
  ignored: 'el ACK llegó, pero en la cola de accept no había sitio',
  'not-taken': 'el ACK llegó, pero no fue aceptado',
  unknown: 'en la captura no está su ACK',
};

const FATE: Readonly<Record<string, string>> = {
  lost: 'perdido aquí',
  full: 'descartado: el búfer de recepción estaba lleno',
  dropped: 'descartado en el socket',
  unread: 'nadie lo leyó',
  refused: 'nadie tiene ese puerto',
  closed: 'el socket estaba cerrado',
  outsider: 'para un programa ajeno a esta ejecución',
  damaged: 'descartado por el núcleo que lo recibió: su suma de comprobación es incorrecta',
};

function datagram(reason: Reason, names: Names): string {
  const size = `${counted(number(reason, 'bytes'), 'byte')} de ${call(reason, names)}`;
  const fate = FATE[text(reason, 'fate')];
  const reader = reason.calls[1];
  const end =
    reader !== undefined ? `, los recoge ${names.call(reader)}` : fate === undefined ? '' : `, ${fate}`;
  const fragments = number(reason, 'fragments');
  return fragments > 1
    ? `fragmento ${number(reason, 'fragment')} de ${fragments}: ${size}${end}`
    : `datagrama: ${size}${end}`;
}

function plainDatagram(r: Reason): string {
  const size = counted(number(r, 'bytes'), 'byte');
  if (text(r, 'known') === 'all')
    return `fragmento ${number(r, 'fragment')} de ${number(r, 'fragments')} de un datagrama de ${size}`;
  if (text(r, 'known') === 'length')
    return `fragmento de un datagrama de ${size}, del que no todos los fragmentos están en la captura`;
  if (text(r, 'known') === 'fragment')
    return `fragmento de un datagrama: ${size} de él; el primer fragmento, con la cabecera UDP, no está en la captura`;
  return `datagrama de ${size}`;
}

const ICMP_FATE = [
  '',
  ': {call} falla con ECONNREFUSED',
  ': fallará la próxima llamada por el socket conectado',
  ': un socket sin conectar no se entera',
] as const;

function unreachable(reason: Reason, names: Names): string {
  return `nadie tiene el puerto al que iba el ${packet(reason, names)}${ending(reason, names, ICMP_FATE)}`;
}

const SAID: Readonly<Record<string, string>> = {
  ...{ '4:0': 'no hay ruta a la red', '4:1': 'no se puede llegar al host', '4:2': 'no existe ese protocolo' },
  ...{ '4:3': 'nadie tiene ese puerto', '4:6': 'red desconocida', '4:7': 'host desconocido' },
  ...{ '4:9': 'red prohibida', '4:10': 'host prohibido', '4:13': 'prohibido por un filtro' },
  ...{ '6:0': 'no hay ruta', '6:1': 'prohibido por un filtro', '6:3': 'no se puede llegar al host' },
  ...{ '6:4': 'nadie tiene ese puerto', '6:5': 'prohibido por un filtro', '6:6': 'ruta rechazada' },
};

const ICMP_END = [
  '',
  ': {call} falla con {errno}',
  ': solo se anota, porque {call} sigue en marcha',
] as const;

function icmpError(reason: Reason, names: Names): string {
  const what = icmpSaid(reason, SAID) ?? icmpText(number(reason, 'value'), number(reason, 'version'), ICMP);
  return `error ICMP: ${what}; se refiere al ${packet(reason, names)}${ending(reason, names, ICMP_END)}`;
}

/** What a packet is of that is not read any further. */
function undecoded(reason: Reason): string {
  const code = number(reason, 'detail');
  if (code !== PROBLEM.linkTypeUnknown && code !== 0) return 'aquí no se conoce el protocolo que lleva';
  const link = text(reason, 'link');
  return `tipo de enlace ${number(reason, 'value')}${link === '' ? '' : `, ${link}`}`;
}

/** Why packets exist. */
export const packets: Readonly<Record<PacketReasonKind, Phrase>> = {
  unexplained: () => 'sin explicación: nada de lo que hay aquí dice por qué',
  uncaptured: () => 'lo que lo provocó no se capturó',
  unplaced: (r) =>
    `${number(r, 'to') > number(r, 'from') ? counted(number(r, 'to') - number(r, 'from'), 'byte') : 'ACK de bytes'} cuyo lugar en el flujo se ignora: no se capturó ningún SYN`,
  foreign: () => 'no es de ningún socket de esta ejecución',
  damaged: () => 'dañado: no se puede leer como lo que dice ser',
  'cut-short': (r) =>
    `cortado por la captura: hay ${number(r, 'value')} de ${number(r, 'count')} bytes (snaplen), muy pocos para decodificarlo`,
  'not-decoded': (r) => `no se decodifica (${undecoded(r)})`,
  other: () => 'ni TCP ni UDP: no se le busca llamada',
  fragment: (r, n) =>
    r.packets.length > 0
      ? `fragmento IP: con ${packet(r, n)} su datagrama está completo`
      : 'fragmento IP: otros de su datagrama no están en la captura, o van a su vez en fragmentos',
  'not-yet': () => 'acaba de llegar, y aún no está explicado',
  syn: (r, n) =>
    number(r, 'detail') > 0
      ? `SYN de otro programa: nadie escucha en el puerto${absent(r, n)}`
      : `${r.calls.length > 0 ? `SYN de ${call(r, n)}` : 'SYN: alguien se conecta'}${withData(r)}${dropped(r)}`,
  'syn-again': (r) =>
    `SYN otra vez tras ${waited(r)} (repetición ${number(r, 'count')}): ${unanswered(r)}${dropped(r)}`,
  'syn-ack': (r, n) =>
    r.calls.length > 0
      ? `el núcleo contesta por ${call(r, n)}: no hace falta accept`
      : 'SYN+ACK: alguien escucha',
  'syn-ack-again': (r) => `SYN+ACK otra vez tras ${waited(r)}: ${byWhy(r, SYN_ACK_AGAIN)}`,
  'syn-crossed': (r, n) =>
    `SYN+ACK: los dos lados enviaron un SYN a la vez (el ${packet(r, n)} se cruzó con el nuestro)`,
  'handshake-ack': (r, n) => `tercer paso del handshake: acusa recibo del ${packet(r, n)}`,
  'handshake-ack-again': (r, n) => `ACK otra vez: el ${packet(r, n)} repetía el SYN`,
  data: (r, n) => carried(r, n),
  'data-later': (r, n) => `${carried(r, n)}, visto ${waited(r)} después de que volviera`,
  'data-window': (r, n) => `${carried(r, n)}: la ventana estuvo llena hasta el ${packet(r, n)}`,
  'data-nagle': (r, n) => `${carried(r, n)}: Nagle lo retuvo hasta el ACK del ${packet(r, n)}`,
  'data-flight': (r, n) =>
    `${carried(r, n)}: salió tras el ${packet(r, n)} (${counted(number(r, 'count'), 'byte')} en vuelo)`,
  'data-pushed': (r, n) => `${bytes(r)} que dejaron atrás otros send, y que ${call(r, n)} hizo salir`,
  'data-outsider': (r) => `${bytes(r)} de un programa ajeno a esta ejecución`,
  'data-plain': (r) => `${bytes(r)} del flujo`,
  'data-unseen': (r) => `${bytes(r)} del flujo, ${byWhy(r, UNSEEN)}`,
  again: (r, n) => `${bytes(r)} otra vez, ${waited(r)} después del ${packet(r, n)}`,
  'again-fast': (r, n) => `${bytes(r)} otra vez (rápida, ${duplicates(r)}): ${again(r, n)}`,
  'again-timeout': (r, n) => `${bytes(r)} otra vez (venció el plazo, ${waited(r)}): ${again(r, n)}`,
  'again-probe': (r, n) => `${bytes(r)} otra vez (sin ACK durante ${waited(r)}): ${again(r, n)}`,
  'again-recovery': (r, n) => `${bytes(r)} otra vez (sigue la recuperación): ${again(r, n)}`,
  'again-needless': (r, n) =>
    `${held(r)} otra vez${later(r, ' tras ')}, de más: ya lo confirmaba el ${packet(r, n)} (${byWhy(r, HEARD)})`,
  ack: (r, n) => `ACK de los bytes hasta ${number(r, 'acked')} (${packet(r, n)})`,
  'ack-late': (r, n) =>
    `ACK de los bytes hasta ${number(r, 'acked')}, ${waited(r)} después del ${packet(r, n)}`,
  'ack-delayed': (r, n) =>
    `ACK retardado de los bytes hasta ${number(r, 'acked')}, ${waited(r)} después del ${packet(r, n)}`,
  'ack-read': (r, n) =>
    `ACK de los bytes hasta ${number(r, 'acked')}, ${waited(r)} tras el ${packet(r, n)}, durante ${call(r, n)}`,
  'ack-fin': (r, n) => `ACK del FIN del ${packet(r, n)}`,
  'ack-unseen': (r) => `ACK de los bytes hasta ${number(r, 'acked')}, que la captura no contiene antes de él`,
  'ack-old': (r, n) => `ACK más antiguo, adelantado por el ${packet(r, n)}`,
  'ack-duplicate': (r, n) => `ACK otra vez: el ${packet(r, n)} traía bytes que ya estaban aquí`,
  'ack-fin-again': (r, n) => `ACK otra vez: el ${packet(r, n)} repetía el FIN`,
  'ack-behind': (r, n) => `ACK otra vez: el ${packet(r, n)} llegó tras unos bytes que lo habían adelantado`,
  'ack-stamp': (r, n) =>
    `ACK otra vez: el ${packet(r, n)} llegó adelantado por otros, su marca de tiempo era más antigua (PAWS)`,
  'dup-ack': (r, n) =>
    `ACK duplicado ${number(r, 'count')}: llegó el ${packet(r, n)}, falta el byte ${number(r, 'acked')}`,
  'window-update': (r, n) =>
    r.calls.length > 0
      ? `actualización de ventana: lo leído hasta ${call(r, n)} hizo sitio`
      : 'actualización de ventana: el receptor hizo sitio',
  'zero-window': (r) =>
    `ventana 0: el receptor no tiene sitio${number(r, 'value') > 0 ? `, hay al menos ${counted(number(r, 'value'), 'byte')} sin leer` : ''}`,
  'zero-window-probe': (r) =>
    `sondeo ${number(r, 'count')} de la ventana cerrada, tras ${waited(r)}${silence(r)}`,
  'keep-alive': (r) => `keep-alive ${number(r, 'count')}, tras ${waited(r)} de silencio${silence(r)}`,
  'probe-answer': (r, n) => `respuesta al sondeo del ${packet(r, n)}`,
  'ack-plain': (r) =>
    `ACK de los bytes hasta ${number(r, 'acked')} una vez más; solo con paquetes no se sabe por qué`,
  fin: (r, n) => `FIN de ${call(r, n)}${number(r, 'ms') >= 1 ? `, ${waited(r)} después` : ''}`,
  'fin-data': (r, n) => `${bytes(r)} que dejaron atrás otros send, con el FIN de ${call(r, n)}`,
  'fin-exit': (r) =>
    number(r, 'detail') === 1 ? 'FIN: el emisor cierra' : 'FIN: el proceso acabó sin close',
  'fin-outsider': (r) =>
    number(r, 'detail') === 1 ? 'FIN: el emisor cierra' : 'FIN de un programa ajeno a esta ejecución',
  'fin-again': (r, n) => `FIN otra vez tras ${waited(r)}: ${again(r, n)}`,
  'rst-refused': (r, n) =>
    r.params.calls === 0
      ? `rechazado: nadie escucha en el puerto al que iba el ${packet(r, n)}, o así contesta un cortafuegos`
      : `rechazado: nadie escucha en el puerto al que iba el ${packet(r, n)}${absent(r, n)}`,
  'rst-rejected': (r, n) =>
    `rechazado aunque alguien escucha en ese puerto: el ${packet(r, n)} no fue admitido`,
  'rst-unread': (r, n) => `RST: ${call(r, n)} cerró con ${counted(number(r, 'value'), 'byte')} sin leer`,
  'rst-linger': (r, n) => `RST: ${call(r, n)} con SO_LINGER 0`,
  'rst-closed': (r, n) => `RST: el ${packet(r, n)} llegó para un socket que ${call(r, n)} ya había cerrado`,
  'rst-ended': (r, n) =>
    `RST: el ${packet(r, n)} llegó para un socket que el núcleo cerró al acabar su proceso; ahí ya no puede leer nadie`,
  'rst-exit': (r) =>
    number(r, 'value') > 0
      ? `RST: el proceso acabó con ${counted(number(r, 'value'), 'byte')} sin leer`
      : 'RST: el proceso acabó',
  'rst-aborted': (r, n) =>
    `RST: alguien terminó la conexión desde fuera (ss -K); ${call(r, n)} se entera con ECONNABORTED`,
  'rst-listener': (r, n) =>
    r.calls.length > 0
      ? `RST: nadie la había aceptado cuando ${call(r, n)} cerró el socket de escucha`
      : 'RST: nadie la había aceptado',
  'rst-half-open': (r, n) =>
    `RST: el ${packet(r, n)} es de una conexión ${HALF_OPEN[number(r, 'value')] ?? HALF_OPEN[KEPT.unknown]}`,
  'rst-unknown': (r, n) => `RST: el ${packet(r, n)} no pertenece a ninguna conexión`,
  'rst-gone': (r, n) =>
    `RST como respuesta al ${packet(r, n)}: quien lo envía ya no conoce la conexión, o lo hizo un equipo del camino`,
  'rst-outsider': () => 'RST de un programa ajeno a esta ejecución',
  'rst-plain': () =>
    'RST: el emisor aborta. No se conocen llamadas: así lo hace un close con bytes sin leer, uno con SO_LINGER 0 o el fin del proceso',
  datagram,
  'datagram-outsider': (r) => `${counted(number(r, 'bytes'), 'byte')} de un programa ajeno a esta ejecución`,
  'datagram-plain': plainDatagram,
  'icmp-unreachable': unreachable,
  'captured-twice': (r, n) => `otra vez el ${packet(r, n)}, capturado dos veces`,
  'icmp-error': icmpError,
  'icmp-echo': () => 'petición de eco ICMP',
  'icmp-echo-reply': (r, n) =>
    number(r, 'kernel') === 1
      ? `el núcleo contesta a la petición de eco del ${packet(r, n)}: no pregunta a ningún programa`
      : `respuesta a la petición de eco del ${packet(r, n)}`,
  raw: (r, n) => `paquete hecho por ${call(r, n)}${text(r, 'fate') === 'damaged' ? `, ${FATE.damaged}` : ''}`,
};
