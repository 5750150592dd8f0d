import { byCount, call, duration, number, type Phrase, packet, text, waited } from '../parts.ts';
import type { FindingKind } from '../words.ts';
import { counted } from './plural.ts';

type Reason = Parameters<Phrase>[0];
const segments = (r: Reason): string => counted(number(r, 'count'), 'segmento');
const datagrams = (r: Reason): string => counted(number(r, 'count'), 'datagrama');
/** The verb that goes with one, or with several. */
const verb = (r: Reason, one: string, several: string): string => byCount(number(r, 'count'), one, several);

/** What is worth noticing. */
export const findings: Readonly<Record<FindingKind, Phrase>> = {
  'short-send': (r, n) =>
    `${text(r, 'role')}: ${counted(number(r, 'count'), 'send corto', 'send cortos')}, ${counted(number(r, 'total'), 'byte')} sin tomar a la primera; el primero, ${call(r, n)}`,
  blocked: (r, n) =>
    `${text(r, 'role')} esperó en ${number(r, 'count')} ${text(r, 'name')}, como mucho ${waited(r)} en ${call(r, n)}`,
  'cut-off': (r, n) => `${call(r, n)} no llegó a volver: ${text(r, 'signal')} acabó con el proceso`,
  unfinished: (r, n) => `${call(r, n)} no había vuelto cuando acabó la ejecución`,
  'file-ends': (r, n) => `${call(r, n)} no había vuelto donde acaba el archivo; la ejecución seguía`,
  refused: (r) => `${text(r, 'receiver')} fue rechazado: al SYN le respondió un RST`,
  'sent-again': (r) =>
    `${text(r, 'sender')} envió otra vez ${segments(r)}, hasta ${duration(number(r, 'ms'))} después`,
  'closed-unread': (r, n) =>
    `${call(r, n)} dejó ${counted(number(r, 'total'), 'byte')} sin leer: ${text(r, 'receiver')} recibió un RST`,
  reset: (r, n) => `${text(r, 'owner')} cortó la conexión con ${text(r, 'peer')} en el ${packet(r, n)}`,
  'closed-window': (r) =>
    `${text(r, 'sender')} no leía: su ventana se cerró ${counted(number(r, 'count'), 'vez', 'veces')}`,
  'window-full': (r) =>
    `${text(r, 'sender')} tuvo que esperar sitio en ${text(r, 'receiver')}, con ${segments(r)}`,
  'nagle-wait': (r) =>
    `Nagle: ${segments(r)} de ${text(r, 'sender')} ${verb(r, 'esperó', 'esperaron')} un ACK, hasta ${waited(r)}`,
  'pushed-out': (r, n) => `${call(r, n)} hizo salir lo que otros send habían dejado atrás`,
  'ended-without-close': (r) =>
    `${text(r, 'owner')} acabó sin cerrar su conexión con ${text(r, 'peer')}; la cerró el núcleo`,
  coalesced: (r) =>
    `${segments(r)} de ${text(r, 'sender')} ${verb(r, 'lleva', 'llevan')} los bytes de varios send`,
  'split-send': (r, n) =>
    `${number(r, 'count')} send de ${text(r, 'sender')} ${verb(r, 'salió', 'salieron')} en varios segmentos; el primero, ${call(r, n)}`,
  'segments-per-recv': (r) =>
    `${number(r, 'count')} recv de ${text(r, 'receiver')} ${verb(r, 'recogió', 'recogieron')} bytes de varios segmentos, hasta ${number(r, 'most')}`,
  'recvs-per-segment': (r) =>
    `leer ${segments(r)} le costó a ${text(r, 'receiver')} varios recv, hasta ${number(r, 'most')}`,
  'never-accepted': (r, n) =>
    `la conexión de ${text(r, 'sender')} quedó establecida en el ${packet(r, n)} y nadie la aceptó`,
  'handshake-never-taken': (r, n) =>
    `cola de accept llena en el handshake de ${text(r, 'sender')} (${packet(r, n)}): ${counted(number(r, 'count'), 'paquete')} sin efecto, nunca hubo conexión`,
  'handshake-taken-late': (r, n) =>
    `cola de accept llena en el handshake de ${text(r, 'sender')}: ${counted(number(r, 'count'), 'paquete')} sin efecto; solo el ${packet(r, n)} lo completó`,
  'handshake-waits': (r, n) =>
    `${call(r, n)} esperó en vano: el ${packet(r, n)} no tuvo efecto (cola de accept llena), y quien solo lee no envía otro`,
  'datagrams-lost': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'se perdió', 'se perdieron')} aquí`,
  'datagrams-full': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'llegó y se descartó', 'llegaron y se descartaron')}: el búfer de recepción estaba lleno`,
  'datagrams-dropped': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'llegó y se descartó', 'llegaron y se descartaron')} en el socket`,
  'datagrams-unread': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'llegó, y nadie lo leyó', 'llegaron, y nadie los leyó')}`,
  'datagrams-refused': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'fue', 'fueron')} a un puerto que nadie tiene`,
  'datagrams-closed': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'llegó', 'llegaron')} con el socket ya cerrado`,
  'datagrams-cut': (r) =>
    `${text(r, 'receiver')}: ${datagrams(r)} no ${verb(r, 'cabía', 'cabían')} en el búfer, ${byCount(number(r, 'total'), 'se perdió', 'se perdieron')} ${counted(number(r, 'total'), 'byte')}`,
  'datagrams-fragmented': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'fue', 'fueron')} en fragmentos, hasta ${number(r, 'most')}`,
};
