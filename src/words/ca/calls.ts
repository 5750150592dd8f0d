import { byCount, call, duration, number, type Phrase, packet, text, waited } from '../parts.ts';
import type { CallReasonKind } from '../words.ts';
import { failures } from './failures.ts';
import { counted } from './plural.ts';

/** Why calls blocked, failed or caused no packet. */
export const calls: Readonly<Record<CallReasonKind, Phrase>> = {
  ...failures,
  'call-running': () => 'encara no ha retornat',
  'call-unfinished': (r) => `encara no havia retornat ${waited(r)} després, en acabar l’execució`,
  'call-file-ends': () => 'encara no havia retornat on acaba el fitxer, abans que la seva execució',
  'call-failed-icmp': (r, n) => `${text(r, 'errno')}: el ${packet(r, n)} ha dit que ningú no té aquest port`,
  'call-failed-unreachable': (r, n) => `${text(r, 'errno')}: ho diu el missatge ICMP del ${packet(r, n)}`,
  'call-failed-aborted': (r, n) =>
    `${text(r, 'errno')}: el ${packet(r, n)} ha tallat la connexió; l’ha acabada aquesta màquina, no l’altra banda`,
  'call-failed-refused': (r, n) =>
    `${text(r, 'errno')}: el ${packet(r, n)} diu que ningú no escolta en aquest port`,
  'call-failed-reset': (r, n) => `${text(r, 'errno')}: el ${packet(r, n)} ha tallat la connexió`,
  'call-failed-shutdown': (r, n) => `${text(r, 'errno')}: ${call(r, n, 1)} ja havia acabat aquest sentit`,
  'call-failed': (r) => `${text(r, 'errno')}: el nucli l’ha rebutjada`,
  'call-blocked': (r) => `bloquejada ${waited(r)}`,
  'call-local': () => 'entre el programa i el nucli: cap paquet',
  'call-unix': () => 'domini UNIX: no passa mai per la xarxa',
  'connect-in-progress': () => 'EINPROGRESS: la connexió es continua establint sense la crida',
  'connect-failed': (r) =>
    `${text(r, 'errno')} després de ${waited(r)} i ${number(r, 'syns')} SYN${text(r, 'errno') === 'ETIMEDOUT' ? ' sense resposta' : ''}`,
  'connect-waited': (r, n) => `ha esperat ${waited(r)} el ${packet(r, n)}`,
  'accept-waited': (r, n) => `ha esperat ${waited(r)} el ${packet(r, n)}, que ha completat un handshake`,
  'accept-queued': (r, n) => `la connexió ja estava establerta ${waited(r)} abans, amb el ${packet(r, n)}`,
  'recv-end': (r, n) => `final del flux: el FIN del ${packet(r, n)}`,
  'recv-waited': (r, n) => `ha esperat ${waited(r)} el ${packet(r, n)}`,
  'call-late': (r, n) =>
    `ha trigat ${waited(r)}, encara que el ${packet(r, n)} ha arribat al cap de ${duration(number(r, 'after'))}`,
  'recv-there': (r, n) => `feia ${waited(r)} que els bytes hi eren (${packet(r, n)})`,
  'recv-urgent': (r, n) =>
    `el byte urgent del ${packet(r, n)}, desat a part del flux: l’últim abans d’on assenyala el seu punter urgent`,
  'recv-no-urgent': () =>
    'EINVAL: no hi ha cap byte urgent a part (no va arribar, ja s’ha llegit, o SO_OOBINLINE el va deixar al flux)',
  'send-blocked': (r, n) =>
    `la crida ha durat ${waited(r)}; el ${packet(r, n)} ha fet lloc just abans que retornés`,
  'span-held': (r) => `durant ${waited(r)} el mode pas a pas n’ha retingut els send`,
  'call-slow': (r) => `ha trigat ${waited(r)}`,
  'send-short': (r) =>
    `ha pres ${number(r, 'sent')} de ${number(r, 'asked')} bytes: al buffer d’enviament no n’hi cabien més`,
  'send-cut-short': (r, n) =>
    `va esperar lloc al buffer d’enviament i va prendre ${number(r, 'sent')} de ${number(r, 'asked')} bytes: al cap de ${waited(r)} el va tallar el RST del ${packet(r, n)}`,
  'send-empty': () => 'cap byte: cap paquet',
  'send-unsent': (r) =>
    `${counted(number(r, 'sent'), 'byte')} ${byCount(number(r, 'sent'), 'es va copiar', 'es van copiar')} al buffer d’enviament i no ${byCount(number(r, 'sent'), 'ha', 'han')} sortit mai`,
  'send-uncaptured': (r) =>
    `${counted(number(r, 'sent'), 'byte')} ${byCount(number(r, 'sent'), 'es va copiar', 'es van copiar')} al buffer d’enviament; no se n’ha capturat cap paquet`,
  'send-later': (r, n) =>
    `copiat al buffer d’enviament; vist a la xarxa ${waited(r)} després, ${packet(r, n)}`,
  'close-listener': () => 'cap paquet: només escoltava',
  'close-shared': (r, n) => `sense FIN: ${call(r, n, 1)} mostra que un altre procés conserva el socket`,
  'close-after-shutdown': (r, n) => `cap paquet: ${call(r, n, 1)} ja havia enviat el FIN`,
  'call-killed': (r) =>
    `no va arribar a retornar: ${text(r, 'signal')}${text(r, 'from') === 'outside' ? ', enviat des de fora de l’execució,' : ''} va acabar amb el procés`,
  'call-cut-off': (r, n) => `no va arribar a retornar: ${call(r, n, 1)} va acabar amb el procés`,
  'call-interrupted': () => 'EINTR: la va interrompre un senyal; cap paquet no hi té res a veure',
  'call-interrupted-by': (r, n) => `EINTR: la va interrompre el senyal enviat per ${call(r, n, 1)}`,
  'kill-gone': (r) => `ESRCH: ${text(r, 'role')} ja havia acabat`,
  'kill-ended': (r) =>
    `${text(r, 'signal')} va acabar amb ${text(r, 'role')}${text(r, 'signal') === 'SIGKILL' ? ', com amb qualsevol procés' : ', que no el gestiona'}; el nucli tanca els seus sockets`,
  'kill-interrupted': (r, n) => `${text(r, 'signal')} va interrompre ${call(r, n, 1)}, que falla amb EINTR`,
  'kill-stopped': (r) =>
    `${text(r, 'role')} queda aturat fins a un SIGCONT; el seu nucli segueix rebent i confirmant`,
  'kill-continued': (r) => `${text(r, 'role')} continua, si estava aturat`,
  'kill-taken': (r) => `${text(r, 'role')} va continuar: gestiona ${text(r, 'signal')} o l’ignora`,
  'kill-sent': (r) => `es va enviar ${text(r, 'signal')} a ${text(r, 'role')}`,
};
