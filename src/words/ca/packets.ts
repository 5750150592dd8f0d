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
    ? `${bytes(reason)} de ${sends} crides, fins a ${call(reason, names)}`
    : `${bytes(reason)} de ${call(reason, names)}`;
}

const AGAIN = {
  lost: 's’ha perdut aquí',
  'answer-lost': 'ha arribat, però el seu ACK s’ha perdut aquí',
  'not-taken': 'no l’ha acceptat el receptor',
  'no-room': 'no ha trobat lloc a la cua d’accept',
  arrived: 'havia arribat: el receptor avisa dels bytes repetits (D-SACK)',
  unknown: 's’ha quedat sense ACK',
};

/** What is known of the ACK that had gone before. */
const HEARD = {
  crossed: 'encara de camí, segons la marca de temps',
  heard: 'l’emissor ja el tenia',
  unknown: 'no se sap si va arribar a temps',
};

/** What is known of bytes before which others were captured, and of which the first copy was not. */
const UNSEEN = {
  asked: 'enviats un altre cop: la primera còpia no és a la captura',
  'answer-lost': 'enviats un altre cop encara que hi havia un ACK; la primera còpia no és aquí',
  unknown: 'en un forat: avançats per altres, o reenviats sense la primera còpia aquí',
};

function again(reason: Reason, names: Names): string {
  return `el ${packet(reason, names)} ${byWhy(reason, AGAIN)}`;
}

function duplicates(reason: Reason): string {
  const count = number(reason, 'count');
  if (count === 0) return 'un ACK selectiu ha avisat del forat';
  return counted(count, 'ACK duplicat', 'ACK duplicats');
}

const SYN_AGAIN = {
  lost: 's’ha perdut aquí',
  'answer-lost': 'la resposta s’ha perdut aquí',
  unknown: 'a la captura no hi ha resposta',
  icmp: 'només ha respost un error ICMP',
  refused: 'l’anterior va ser rebutjat',
  listened:
    'sense resposta encara que algú escolta en aquest port: descartat abans del socket, com fa un tallafoc',
};

/** How full the accept queue was. */
function queued(reason: Reason): string {
  return `n’hi ${byCount(number(reason, 'waiting'), 'espera', 'esperen')} ${number(reason, 'waiting')}, backlog ${number(reason, 'backlog')}`;
}

/** What the kernel knows of a half-open connection that a packet came for too late. */
const HALF_OPEN: Readonly<Record<number, string>> = {
  [KEPT.given]: 'que el nucli va abandonar: la cua d’accept era plena',
  [KEPT.cookie]: 'que el nucli no va desar mai: el seu SYN, ACK era una SYN cookie',
  [KEPT.unknown]: 'que el nucli va abandonar o no va desar mai (SYN cookie): les cues eren plenes',
};

/** What became of a packet that came before the listener's kernel held the handshake for complete. */
const UNTAKEN: Readonly<Record<string, (reason: Reason) => string>> = {
  full: (r) => `; ignorat: la cua d’accept era plena (${queued(r)})`,
  perhaps: (r) => `; ignorat, segons sembla: la cua d’accept era plena, o s’estava buidant (${queued(r)})`,
  untold: () => '; ignorat, encara que a la cua d’accept hi havia lloc',
  answered: () => '; ja no completa el handshake',
};

export function untaken(reason: Reason): string {
  return UNTAKEN[text(reason, 'untaken')]?.(reason) ?? '';
}

function unanswered(reason: Reason): string {
  if (text(reason, 'why') !== 'queue-full') return byWhy(reason, SYN_AGAIN);
  return `la cua d’accept era plena (${queued(reason)})`;
}

/** Of a SYN that carries data (RFC 7413). */
function withData(reason: Reason): string {
  return number(reason, 'to') > number(reason, 'from')
    ? ', amb dades (Fast Open: sendto amb MSG_FASTOPEN, o TCP_FASTOPEN_CONNECT)'
    : '';
}

/** What became of a SYN that came to a full accept queue. */
function dropped(reason: Reason): string {
  if (reason.params.dropped !== 1) return '';
  return `; sense resposta: la cua d’accept és plena (${queued(reason)})`;
}

/** Why nobody listens on a port where a socket of the run does at another time. */
function absent(reason: Reason, names: Names): string {
  const detail = number(reason, 'detail');
  if (detail === DESERTED.closed) return `; ${call(reason, names)} ja l’havia tancat`;
  if (detail === DESERTED.ended) return `; el procés de ${call(reason, names)} ja s’havia acabat`;
  if (detail === DESERTED.onlyBound)
    return `; ${call(reason, names)} va reservar el port, però no es va cridar listen`;
  return detail === DESERTED.notYet ? `; ${call(reason, names)} arriba després` : '';
}

const SILENCE: Readonly<Record<string, string>> = {
  limited:
    '; sense resposta: Linux en dona com a molt una cada 0,5 s (tcp_invalid_ratelimit; ho compta TCPACKSkippedSeq)',
  silent: '; a la captura no hi ha la resposta',
};

/** What is known of a probe that nothing answers. */
function silence(reason: Reason): string {
  return SILENCE[text(reason, 'answer')] ?? '';
}

const SYN_ACK_AGAIN = {
  lost: 'el primer s’ha perdut aquí',
  'answer-lost': 'l’ACK del client s’ha perdut aquí',
  asked: 'el SYN ha tornat a arribar',
  ignored: 'l’ACK ha arribat, però a la cua d’accept no hi havia lloc',
  'not-taken': 'l’ACK ha arribat, però no s’ha acceptat',
  unknown: 'a la captura no hi ha el seu ACK',
};

const FATE: Readonly<Record<string, string>> = {
  lost: 'perdut aquí',
  full: 'descartat: el buffer de recepció era ple',
  dropped: 'descartat al socket',
  unread: 'ningú no l’ha llegit',
  refused: 'ningú no té aquest port',
  closed: 'el socket era tancat',
  outsider: 'per a un programa aliè a aquesta execució',
  damaged: 'descartat pel nucli que l’ha rebut: la suma de verificació és incorrecta',
};

function datagram(reason: Reason, names: Names): string {
  const size = `${counted(number(reason, 'bytes'), 'byte')} de ${call(reason, names)}`;
  const fate = FATE[text(reason, 'fate')];
  const reader = reason.calls[1];
  const end =
    reader !== undefined ? `, els recull ${names.call(reader)}` : fate === undefined ? '' : `, ${fate}`;
  const fragments = number(reason, 'fragments');
  return fragments > 1
    ? `fragment ${number(reason, 'fragment')} de ${fragments}: ${size}${end}`
    : `datagrama: ${size}${end}`;
}

function plainDatagram(r: Reason): string {
  const size = counted(number(r, 'bytes'), 'byte');
  if (text(r, 'known') === 'all')
    return `fragment ${number(r, 'fragment')} de ${number(r, 'fragments')} d’un datagrama de ${size}`;
  if (text(r, 'known') === 'length')
    return `fragment d’un datagrama de ${size}, del qual no tots els fragments són a la captura`;
  if (text(r, 'known') === 'fragment')
    return `fragment d’un datagrama: ${size}; el primer fragment, amb la capçalera UDP, no és a la captura`;
  return `datagrama de ${size}`;
}

const ICMP_FATE = [
  '',
  ': {call} falla amb ECONNREFUSED',
  ': fallarà la propera crida pel socket connectat',
  ': un socket sense connectar no se n’assabenta',
] as const;

function unreachable(reason: Reason, names: Names): string {
  return `ningú no té el port on anava el ${packet(reason, names)}${ending(reason, names, ICMP_FATE)}`;
}

const SAID: Readonly<Record<string, string>> = {
  ...{
    '4:0': 'no hi ha ruta a la xarxa',
    '4:1': 'no es pot arribar al host',
    '4:2': 'no existeix aquest protocol',
  },
  ...{ '4:3': 'ningú no té aquest port', '4:6': 'xarxa desconeguda', '4:7': 'host desconegut' },
  ...{ '4:9': 'xarxa prohibida', '4:10': 'host prohibit', '4:13': 'prohibit per un filtre' },
  ...{ '6:0': 'no hi ha ruta', '6:1': 'prohibit per un filtre', '6:3': 'no es pot arribar al host' },
  ...{ '6:4': 'ningú no té aquest port', '6:5': 'prohibit per un filtre', '6:6': 'ruta rebutjada' },
};

const ICMP_END = [
  '',
  ': {call} falla amb {errno}',
  ': només s’anota, perquè {call} encara està en marxa',
] as const;

function icmpError(reason: Reason, names: Names): string {
  const what = icmpSaid(reason, SAID) ?? icmpText(number(reason, 'value'), number(reason, 'version'), ICMP);
  return `error ICMP: ${what}; es refereix al ${packet(reason, names)}${ending(reason, names, ICMP_END)}`;
}

/** What a packet is of that is not read any further. */
function undecoded(reason: Reason): string {
  const code = number(reason, 'detail');
  if (code !== PROBLEM.linkTypeUnknown && code !== 0) return 'aquí no es coneix el protocol que porta';
  const link = text(reason, 'link');
  return `tipus d’enllaç ${number(reason, 'value')}${link === '' ? '' : `, ${link}`}`;
}

/** Why packets exist. */
export const packets: Readonly<Record<PacketReasonKind, Phrase>> = {
  unexplained: () => 'sense explicació: res del que hi ha aquí no diu per què',
  uncaptured: () => 'el que l’ha provocat no s’ha capturat',
  unplaced: (r) =>
    `${number(r, 'to') > number(r, 'from') ? counted(number(r, 'to') - number(r, 'from'), 'byte') : 'ACK de bytes'} de lloc desconegut dins del flux: no s’ha capturat cap SYN`,
  foreign: () => 'no és de cap socket d’aquesta execució',
  damaged: () => 'malmès: no es pot llegir com el que diu que és',
  'cut-short': (r) =>
    `tallat per la captura: hi ha ${number(r, 'value')} de ${number(r, 'count')} bytes (snaplen), massa pocs per descodificar-lo`,
  'not-decoded': (r) => `no es descodifica (${undecoded(r)})`,
  other: () => 'ni TCP ni UDP: no se li busca cap crida',
  fragment: (r, n) =>
    r.packets.length > 0
      ? `fragment IP: amb ${packet(r, n)} el seu datagrama és complet`
      : 'fragment IP: d’altres del seu datagrama no són a la captura, o van alhora en fragments',
  'not-yet': () => 'acaba d’arribar, i encara no s’ha explicat',
  syn: (r, n) =>
    number(r, 'detail') > 0
      ? `SYN d’un altre programa: ningú no escolta al port${absent(r, n)}`
      : `${r.calls.length > 0 ? `SYN de ${call(r, n)}` : 'SYN: algú es connecta'}${withData(r)}${dropped(r)}`,
  'syn-again': (r) =>
    `SYN un altre cop després de ${waited(r)} (repetició ${number(r, 'count')}): ${unanswered(r)}${dropped(r)}`,
  'syn-ack': (r, n) =>
    r.calls.length > 0 ? `el nucli respon per ${call(r, n)}: no cal cap accept` : 'SYN+ACK: algú escolta',
  'syn-ack-again': (r) => `SYN+ACK un altre cop després de ${waited(r)}: ${byWhy(r, SYN_ACK_AGAIN)}`,
  'syn-crossed': (r, n) =>
    `SYN+ACK: tots dos han enviat un SYN alhora (el ${packet(r, n)} s’ha creuat amb el nostre)`,
  'handshake-ack': (r, n) => `tercer pas del handshake: confirma la recepció del ${packet(r, n)}`,
  'handshake-ack-again': (r, n) => `ACK un altre cop: el ${packet(r, n)} repetia el SYN`,
  data: (r, n) => carried(r, n),
  'data-later': (r, n) => `${carried(r, n)}, vist ${waited(r)} després que retornés`,
  'data-window': (r, n) => `${carried(r, n)}: la finestra ha estat plena fins al ${packet(r, n)}`,
  'data-nagle': (r, n) => `${carried(r, n)}: Nagle l’ha retingut fins a l’ACK del ${packet(r, n)}`,
  'data-flight': (r, n) =>
    `${carried(r, n)}: ha sortit després del ${packet(r, n)} (${counted(number(r, 'count'), 'byte')} en vol)`,
  'data-pushed': (r, n) =>
    `${bytes(r)} que havien deixat enrere altres send, i que ${call(r, n)} ha fet sortir`,
  'data-outsider': (r) => `${bytes(r)} d’un programa aliè a aquesta execució`,
  'data-plain': (r) => `${bytes(r)} del flux`,
  'data-unseen': (r) => `${bytes(r)} del flux, ${byWhy(r, UNSEEN)}`,
  again: (r, n) => `${bytes(r)} un altre cop, ${waited(r)} després del ${packet(r, n)}`,
  'again-fast': (r, n) => `${bytes(r)} un altre cop (ràpida, ${duplicates(r)}): ${again(r, n)}`,
  'again-timeout': (r, n) => `${bytes(r)} un altre cop (ha vençut el termini, ${waited(r)}): ${again(r, n)}`,
  'again-probe': (r, n) => `${bytes(r)} un altre cop (sense ACK durant ${waited(r)}): ${again(r, n)}`,
  'again-recovery': (r, n) => `${bytes(r)} un altre cop (continua la recuperació): ${again(r, n)}`,
  'again-needless': (r, n) =>
    `${held(r)} un altre cop${later(r, ' després de ')}, de més: ja ho confirmava el ${packet(r, n)} (${byWhy(r, HEARD)})`,
  ack: (r, n) => `ACK dels bytes fins al ${number(r, 'acked')} (${packet(r, n)})`,
  'ack-late': (r, n) =>
    `ACK dels bytes fins al ${number(r, 'acked')}, ${waited(r)} després del ${packet(r, n)}`,
  'ack-delayed': (r, n) =>
    `ACK retardat dels bytes fins al ${number(r, 'acked')}, ${waited(r)} després del ${packet(r, n)}`,
  'ack-read': (r, n) =>
    `ACK dels bytes fins al ${number(r, 'acked')}, ${waited(r)} després del ${packet(r, n)}, durant ${call(r, n)}`,
  'ack-fin': (r, n) => `ACK del FIN del ${packet(r, n)}`,
  'ack-unseen': (r) => `ACK dels bytes fins al ${number(r, 'acked')}, que la captura no conté abans d’ell`,
  'ack-old': (r, n) => `ACK més antic, avançat pel ${packet(r, n)}`,
  'ack-duplicate': (r, n) => `ACK un altre cop: el ${packet(r, n)} portava bytes que ja eren aquí`,
  'ack-fin-again': (r, n) => `ACK un altre cop: el ${packet(r, n)} repetia el FIN`,
  'ack-behind': (r, n) =>
    `ACK un altre cop: el ${packet(r, n)} ha arribat després d’uns bytes que l’havien avançat`,
  'ack-stamp': (r, n) =>
    `ACK un altre cop: el ${packet(r, n)} havia estat avançat, la seva marca de temps era més antiga (PAWS)`,
  'dup-ack': (r, n) =>
    `ACK duplicat ${number(r, 'count')}: ha arribat el ${packet(r, n)}, falta el byte ${number(r, 'acked')}`,
  'window-update': (r, n) =>
    r.calls.length > 0
      ? `actualització de finestra: el que s’ha llegit fins a ${call(r, n)} ha fet lloc`
      : 'actualització de finestra: el receptor ha fet lloc',
  'zero-window': (r) =>
    `finestra 0: el receptor no té lloc${number(r, 'value') > 0 ? `, hi ha almenys ${counted(number(r, 'value'), 'byte')} sense llegir` : ''}`,
  'zero-window-probe': (r) =>
    `sondeig ${number(r, 'count')} de la finestra tancada, després de ${waited(r)}${silence(r)}`,
  'keep-alive': (r) => `keep-alive ${number(r, 'count')}, després de ${waited(r)} de silenci${silence(r)}`,
  'probe-answer': (r, n) => `resposta al sondeig del ${packet(r, n)}`,
  'ack-plain': (r) =>
    `ACK dels bytes fins al ${number(r, 'acked')} un cop més; només amb paquets no se sap per què`,
  fin: (r, n) => `FIN de ${call(r, n)}${number(r, 'ms') >= 1 ? `, ${waited(r)} després` : ''}`,
  'fin-data': (r, n) => `${bytes(r)} que havien deixat enrere altres send, amb el FIN de ${call(r, n)}`,
  'fin-exit': (r) =>
    number(r, 'detail') === 1 ? 'FIN: l’emissor tanca' : 'FIN: el procés ha acabat sense close',
  'fin-outsider': (r) =>
    number(r, 'detail') === 1 ? 'FIN: l’emissor tanca' : 'FIN d’un programa aliè a aquesta execució',
  'fin-again': (r, n) => `FIN un altre cop després de ${waited(r)}: ${again(r, n)}`,
  'rst-refused': (r, n) =>
    r.params.calls === 0
      ? `rebutjat: ningú no escolta al port on anava el ${packet(r, n)}, o així respon un tallafoc`
      : `rebutjat: ningú no escolta al port on anava el ${packet(r, n)}${absent(r, n)}`,
  'rst-rejected': (r, n) =>
    `rebutjat encara que algú escolta en aquest port: el ${packet(r, n)} no s’ha admès`,
  'rst-unread': (r, n) =>
    `RST: ${call(r, n)} ha tancat amb ${counted(number(r, 'value'), 'byte')} sense llegir`,
  'rst-linger': (r, n) => `RST: ${call(r, n)} amb SO_LINGER 0`,
  'rst-closed': (r, n) =>
    `RST: el ${packet(r, n)} ha arribat per a un socket que ${call(r, n)} ja havia tancat`,
  'rst-ended': (r, n) =>
    `RST: el ${packet(r, n)} ha arribat per a un socket que el nucli va tancar en acabar el seu procés; allà ja no hi pot llegir ningú`,
  'rst-exit': (r) =>
    number(r, 'value') > 0
      ? `RST: el procés ha acabat amb ${counted(number(r, 'value'), 'byte')} sense llegir`
      : 'RST: el procés ha acabat',
  'rst-aborted': (r, n) =>
    `RST: algú ha acabat la connexió des de fora (ss -K); ${call(r, n)} se n’assabenta amb ECONNABORTED`,
  'rst-listener': (r, n) =>
    r.calls.length > 0
      ? `RST: ningú no l’havia acceptada quan ${call(r, n)} ha tancat el socket d’escolta`
      : 'RST: ningú no l’havia acceptada',
  'rst-half-open': (r, n) =>
    `RST: el ${packet(r, n)} és d’una connexió ${HALF_OPEN[number(r, 'value')] ?? HALF_OPEN[KEPT.unknown]}`,
  'rst-unknown': (r, n) => `RST: el ${packet(r, n)} no pertany a cap connexió`,
  'rst-gone': (r, n) =>
    `RST com a resposta al ${packet(r, n)}: qui l’envia ja no coneix la connexió, o el va fer un equip del camí`,
  'rst-outsider': () => 'RST d’un programa aliè a aquesta execució',
  'rst-plain': () =>
    'RST: l’emissor avorta. No es coneixen crides: ho fa un close amb bytes sense llegir, un amb SO_LINGER 0 o la fi del procés',
  datagram,
  'datagram-outsider': (r) => `${counted(number(r, 'bytes'), 'byte')} d’un programa aliè a aquesta execució`,
  'datagram-plain': plainDatagram,
  'icmp-unreachable': unreachable,
  'captured-twice': (r, n) => `un altre cop el ${packet(r, n)}, capturat dues vegades`,
  'icmp-error': icmpError,
  'icmp-echo': () => 'petició d’eco ICMP',
  'icmp-echo-reply': (r, n) =>
    number(r, 'kernel') === 1
      ? `el nucli respon la petició d’eco del ${packet(r, n)}: no pregunta a cap programa`
      : `resposta a la petició d’eco del ${packet(r, n)}`,
  raw: (r, n) => `paquet fet per ${call(r, n)}${text(r, 'fate') === 'damaged' ? `, ${FATE.damaged}` : ''}`,
};
