import { byCount, call, duration, number, type Phrase, packet, text, waited } from '../parts.ts';
import type { FindingKind } from '../words.ts';
import { counted } from './plural.ts';

type Reason = Parameters<Phrase>[0];
const segments = (r: Reason): string => counted(number(r, 'count'), 'segment');
const datagrams = (r: Reason): string => counted(number(r, 'count'), 'datagrama', 'datagrames');
/** The verb that goes with one, or with several. */
const verb = (r: Reason, one: string, several: string): string => byCount(number(r, 'count'), one, several);

/** What is worth noticing. */
export const findings: Readonly<Record<FindingKind, Phrase>> = {
  'short-send': (r, n) =>
    `${text(r, 'role')}: ${counted(number(r, 'count'), 'send curt', 'send curts')}, ${counted(number(r, 'total'), 'byte')} sense prendre a la primera; el primer, ${call(r, n)}`,
  blocked: (r, n) =>
    `${text(r, 'role')} ha esperat en ${number(r, 'count')} ${text(r, 'name')}, com a molt ${waited(r)} en ${call(r, n)}`,
  'cut-off': (r, n) => `${call(r, n)} no va arribar a retornar: ${text(r, 'signal')} va acabar amb el procés`,
  unfinished: (r, n) => `${call(r, n)} no havia retornat quan ha acabat l’execució`,
  'file-ends': (r, n) => `${call(r, n)} no havia retornat on acaba el fitxer; l’execució continuava`,
  refused: (r) => `${text(r, 'receiver')} ha estat rebutjat: al SYN li ha respost un RST`,
  'sent-again': (r) =>
    `${text(r, 'sender')} ha tornat a enviar ${segments(r)}, fins a ${duration(number(r, 'ms'))} després`,
  'closed-unread': (r, n) =>
    `${call(r, n)} ha deixat ${counted(number(r, 'total'), 'byte')} sense llegir: ${text(r, 'receiver')} ha rebut un RST`,
  reset: (r, n) => `${text(r, 'owner')} ha tallat la connexió amb ${text(r, 'peer')} en el ${packet(r, n)}`,
  'closed-window': (r) =>
    `${text(r, 'sender')} no llegia: la seva finestra s’ha tancat ${counted(number(r, 'count'), 'vegada', 'vegades')}`,
  'window-full': (r) =>
    `${text(r, 'sender')} ha hagut d’esperar lloc a ${text(r, 'receiver')}, amb ${segments(r)}`,
  'nagle-wait': (r) =>
    `Nagle: ${segments(r)} de ${text(r, 'sender')} ${verb(r, 'ha esperat', 'han esperat')} un ACK, fins a ${waited(r)}`,
  'pushed-out': (r, n) => `${call(r, n)} ha fet sortir el que altres send havien deixat enrere`,
  'ended-without-close': (r) =>
    `${text(r, 'owner')} ha acabat sense tancar la seva connexió amb ${text(r, 'peer')}; l’ha tancada el nucli`,
  coalesced: (r) =>
    `${segments(r)} de ${text(r, 'sender')} ${verb(r, 'porta', 'porten')} els bytes d’uns quants send`,
  'split-send': (r, n) =>
    `${number(r, 'count')} send de ${text(r, 'sender')} ${verb(r, 'ha sortit', 'han sortit')} en més d’un segment; el primer, ${call(r, n)}`,
  'segments-per-recv': (r) =>
    `${number(r, 'count')} recv de ${text(r, 'receiver')} ${verb(r, 'ha recollit', 'han recollit')} bytes de més d’un segment, fins a ${number(r, 'most')}`,
  'recvs-per-segment': (r) =>
    `llegir ${segments(r)} ha costat a ${text(r, 'receiver')} més d’un recv, fins a ${number(r, 'most')}`,
  'never-accepted': (r, n) =>
    `la connexió de ${text(r, 'sender')} ha quedat establerta en el ${packet(r, n)} i ningú no l’ha acceptada`,
  'handshake-never-taken': (r, n) =>
    `cua d’accept plena en el handshake de ${text(r, 'sender')} (${packet(r, n)}): ${counted(number(r, 'count'), 'paquet')} sense efecte, mai cap connexió`,
  'handshake-taken-late': (r, n) =>
    `cua d’accept plena en el handshake de ${text(r, 'sender')}: ${counted(number(r, 'count'), 'paquet')} sense efecte; només el ${packet(r, n)} el va completar`,
  'handshake-waits': (r, n) =>
    `${call(r, n)} ha esperat en va: el ${packet(r, n)} no ha tingut efecte (cua d’accept plena), i qui només llegeix no n’envia cap més`,
  'datagrams-lost': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 's’ha perdut', 's’han perdut')} aquí`,
  'datagrams-full': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'ha arribat i s’ha descartat', 'han arribat i s’han descartat')}: el buffer de recepció era ple`,
  'datagrams-dropped': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'ha arribat i s’ha descartat', 'han arribat i s’han descartat')} al socket`,
  'datagrams-unread': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'ha arribat, i ningú no l’ha llegit', 'han arribat, i ningú no els ha llegit')}`,
  'datagrams-refused': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'ha anat', 'han anat')} a un port que no té ningú`,
  'datagrams-closed': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'ha arribat', 'han arribat')} amb el socket ja tancat`,
  'datagrams-cut': (r) =>
    `${text(r, 'receiver')}: ${datagrams(r)} no ${verb(r, 'cabia', 'cabien')} al buffer, ${byCount(number(r, 'total'), 's’ha perdut', 's’han perdut')} ${counted(number(r, 'total'), 'byte')}`,
  'datagrams-fragmented': (r) =>
    `${datagrams(r)} de ${text(r, 'sender')} ${verb(r, 'ha anat', 'han anat')} en fragments, fins a ${number(r, 'most')}`,
};
