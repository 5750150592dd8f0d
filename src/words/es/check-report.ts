import { size, span } from '../units.ts';
import { counted } from './plural.ts';

/** Single words and sentences of the report. */
export const report = {
  nothing: 'no se encontró nada mal',
  frames: 'tramas',
  frame: 'trama',
  more: (count: number): string => `y ${count} más`,
  summary: (packets: number, bytes: number, seconds: number): string =>
    `${counted(packets, 'paquete')}, ${size(bytes)}, ${span(seconds)}`,
  protocols: (tcp: number, udp: number, other: number): string => `${tcp} TCP, ${udp} UDP, ${other} otros`,
  conversations: (count: number): string => counted(count, 'conversación TCP', 'conversaciones TCP'),
  shown: (shown: number, all: number): string => `${shown} de ${all}; --all muestra el resto`,
  narrow: (columns: string, width: number): string => `no caben ${columns}: con --width ${width} se ve todo`,
  empty: 'ningún paquete',
  conversationsTitle: 'Conversaciones',
  files: (count: number, bad: number, unread: number): string =>
    `${counted(count, 'fichero')}, ${bad} con avisos${unread === 0 ? '' : `, ${unread} no se ${unread === 1 ? 'pudo' : 'pudieron'} leer`}`,
  calls: 'llamadas',
  packet: (number: number): string => `paquete ${number}`,
  readingsTitle: 'Donde no leemos lo mismo que Wireshark',
  reading: (theirs: string, ours: string, because: string): string =>
    `Wireshark dice ${theirs}; nosotros decimos ${ours}, porque ${because}`,
  hole: (bytes: number): string =>
    bytes === 1
      ? 'En este punto falta en la captura 1 byte anterior a él: se perdió por el camino, llega tarde o no se capturó'
      : `En este punto faltan en la captura ${bytes} bytes anteriores a él: se perdieron por el camino, llegan tarde o no se capturaron`,
  unseen:
    'Confirma bytes que no están en la captura: llegaron, así que la captura no los vio, o fueron por otro camino',
  cut: (kept: number, whole: number): string =>
    `De sus ${whole} bytes la captura guardó ${kept}: se le pidió cortar los paquetes (snaplen)`,
  someCut: (count: number): string =>
    `CORTADOS: de ${counted(count, 'paquete')} la captura solo guardó los primeros bytes (snaplen); lo que llevaban más allá no está aquí.`,
  /** Who closed a conversation; the left end is the one that was seen first. */
  closedBy: {
    never: 'no se abrió',
    open: 'abierta',
    A: 'izquierdo',
    B: 'derecho',
    'A-reset': 'RST izquierdo',
    'B-reset': 'RST derecho',
    'A-fin-seen': '? (FIN izq.)',
    'B-fin-seen': '? (FIN der.)',
    'A-reset-seen': '? (RST izq.)',
    'B-reset-seen': '? (RST der.)',
    'not-seen': '? (no visto)',
  },
  closerUnsure:
    'cerró ?: lo que ese FIN o RST confirma no está en la captura, así que el otro extremo pudo cerrar antes; «no visto»: no hay ninguno, pero faltan paquetes',
  missingBytes:
    '+n: bytes que se enviaron y que faltan en la captura (un FIN que falta cuenta como uno); +?: no se sabe cuántos',
  /** Heads of the tables' columns. */
  columns: {
    conversations: [
      'extremos',
      'paquetes',
      'tiempo',
      'handshake',
      'rtt mín.',
      'enviado',
      'goodput',
      'ocio',
      'repetidos',
      'cerró',
    ],
    files: ['fichero', 'paquetes', 'conversaciones', 'avisos', 'primero'],
    flags: ['indicador', 'ambos', 'solo él', 'solo nosotros'],
    values: ['valor', 'igual', 'distinto'],
  },
};
