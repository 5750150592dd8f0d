import { size, span } from '../units.ts';
import { counted } from './plural.ts';

/** Single words and sentences of the report. */
export const report = {
  nothing: 'no s’ha trobat res malament',
  frames: 'trames',
  frame: 'trama',
  more: (count: number): string => `i ${count} més`,
  summary: (packets: number, bytes: number, seconds: number): string =>
    `${counted(packets, 'paquet')}, ${size(bytes)}, ${span(seconds)}`,
  protocols: (tcp: number, udp: number, other: number): string => `${tcp} TCP, ${udp} UDP, ${other} altres`,
  conversations: (count: number): string => counted(count, 'conversa TCP', 'converses TCP'),
  shown: (shown: number, all: number): string => `${shown} de ${all}; --all mostra la resta`,
  narrow: (columns: string, width: number): string =>
    `no hi caben ${columns}: amb --width ${width} es veu tot`,
  empty: 'cap paquet',
  conversationsTitle: 'Converses',
  files: (count: number, bad: number, unread: number): string =>
    `${counted(count, 'fitxer')}, ${bad} amb avisos${unread === 0 ? '' : `, ${unread} no s’${unread === 1 ? 'ha' : 'han'} pogut llegir`}`,
  calls: 'crides',
  packet: (number: number): string => `paquet ${number}`,
  readingsTitle: 'On no llegim el mateix que Wireshark',
  reading: (theirs: string, ours: string, because: string): string =>
    `Wireshark diu ${theirs}; nosaltres diem ${ours}, perquè ${because}`,
  hole: (bytes: number): string =>
    bytes === 1
      ? 'En aquest punt falta a la captura 1 byte anterior: es va perdre pel camí, arriba tard o no es va capturar'
      : `En aquest punt falten a la captura ${bytes} bytes anteriors: es van perdre pel camí, arriben tard o no es van capturar`,
  unseen:
    'Confirma bytes que no són a la captura: van arribar, de manera que la captura no els va veure, o van anar per un altre camí',
  cut: (kept: number, whole: number): string =>
    `Dels seus ${whole} bytes la captura n’ha desat ${kept}: se li va demanar que tallés els paquets (snaplen)`,
  someCut: (count: number): string =>
    `TALLATS: de ${counted(count, 'paquet')} la captura només n’ha desat els primers bytes (snaplen); el que portaven més enllà no és aquí.`,
  /** Who closed a conversation; the left end is the one that was seen first. */
  closedBy: {
    never: 'no s’ha obert',
    open: 'oberta',
    A: 'esquerre',
    B: 'dret',
    'A-reset': 'RST esquerre',
    'B-reset': 'RST dret',
    'A-fin-seen': '? (FIN esq.)',
    'B-fin-seen': '? (FIN dret)',
    'A-reset-seen': '? (RST esq.)',
    'B-reset-seen': '? (RST dret)',
    'not-seen': '? (no vist)',
  },
  closerUnsure:
    'ha tancat ?: el que aquest FIN o RST confirma no és a la captura, de manera que l’altre extrem pot haver tancat abans; «no vist»: no n’hi ha cap, però falten paquets',
  missingBytes:
    '+n: bytes que es van enviar i que falten a la captura (un FIN que falta compta com un); +?: no se sap quants',
  /** Heads of the tables' columns. */
  columns: {
    conversations: [
      'extrems',
      'paquets',
      'temps',
      'handshake',
      'rtt mín.',
      'enviat',
      'goodput',
      'inactiu',
      'repetits',
      'ha tancat',
    ],
    files: ['fitxer', 'paquets', 'converses', 'avisos', 'primer'],
    flags: ['indicador', 'tots dos', 'només ell', 'només nosaltres'],
    values: ['valor', 'igual', 'diferent'],
  },
};
