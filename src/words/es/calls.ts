import { byCount, call, duration, number, type Phrase, packet, text, waited } from '../parts.ts';
import type { CallReasonKind } from '../words.ts';
import { failures } from './failures.ts';
import { counted } from './plural.ts';

/** Why calls blocked, failed or caused no packet. */
export const calls: Readonly<Record<CallReasonKind, Phrase>> = {
  ...failures,
  'call-running': () => 'aún no ha vuelto',
  'call-unfinished': (r) => `aún no había vuelto ${waited(r)} después, al acabar la ejecución`,
  'call-file-ends': () => 'aún no había vuelto donde acaba el archivo, antes que su ejecución',
  'call-failed-icmp': (r, n) => `${text(r, 'errno')}: el ${packet(r, n)} dijo que nadie tiene ese puerto`,
  'call-failed-unreachable': (r, n) => `${text(r, 'errno')}: lo dice el mensaje ICMP del ${packet(r, n)}`,
  'call-failed-aborted': (r, n) =>
    `${text(r, 'errno')}: el ${packet(r, n)} cortó la conexión; la terminó esta máquina, no el otro lado`,
  'call-failed-refused': (r, n) =>
    `${text(r, 'errno')}: el ${packet(r, n)} dice que nadie escucha en ese puerto`,
  'call-failed-reset': (r, n) => `${text(r, 'errno')}: el ${packet(r, n)} cortó la conexión`,
  'call-failed-shutdown': (r, n) => `${text(r, 'errno')}: ${call(r, n, 1)} ya había terminado este sentido`,
  'call-failed': (r) => `${text(r, 'errno')}: el núcleo la rechazó`,
  'call-blocked': (r) => `bloqueada ${waited(r)}`,
  'call-local': () => 'entre el programa y el núcleo: ningún paquete',
  'call-unix': () => 'dominio UNIX: nunca pasa por la red',
  'connect-in-progress': () => 'EINPROGRESS: la conexión se sigue estableciendo sin la llamada',
  'connect-failed': (r) =>
    `${text(r, 'errno')} tras ${waited(r)} y ${number(r, 'syns')} SYN${text(r, 'errno') === 'ETIMEDOUT' ? ' sin respuesta' : ''}`,
  'connect-waited': (r, n) => `ha esperado ${waited(r)} al ${packet(r, n)}`,
  'accept-waited': (r, n) => `ha esperado ${waited(r)} al ${packet(r, n)}, que completó un handshake`,
  'accept-queued': (r, n) => `la conexión ya estaba establecida ${waited(r)} antes, con el ${packet(r, n)}`,
  'recv-end': (r, n) => `final del flujo: el FIN del ${packet(r, n)}`,
  'recv-waited': (r, n) => `ha esperado ${waited(r)} al ${packet(r, n)}`,
  'call-late': (r, n) =>
    `ha tardado ${waited(r)}, aunque el ${packet(r, n)} llegó a los ${duration(number(r, 'after'))}`,
  'recv-there': (r, n) => `los bytes llevaban ${waited(r)} ahí (${packet(r, n)})`,
  'recv-urgent': (r, n) =>
    `el byte urgente del ${packet(r, n)}, guardado aparte del flujo: el último antes de donde señala su puntero urgente`,
  'recv-no-urgent': () =>
    'EINVAL: no hay ningún byte urgente aparte (no llegó, ya se leyó, o SO_OOBINLINE lo dejó en el flujo)',
  'send-blocked': (r, n) =>
    `la llamada ha durado ${waited(r)}; el ${packet(r, n)} liberó sitio justo antes de que volviera`,
  'span-held': (r) => `durante ${waited(r)} el modo paso a paso retuvo sus send`,
  'call-slow': (r) => `ha tardado ${waited(r)}`,
  'send-short': (r) =>
    `ha tomado ${number(r, 'sent')} de ${number(r, 'asked')} bytes: en el búfer de envío no cabía más`,
  'send-cut-short': (r, n) =>
    `esperó sitio en el búfer de envío y tomó ${number(r, 'sent')} de ${number(r, 'asked')} bytes: a los ${waited(r)} lo cortó el RST del ${packet(r, n)}`,
  'send-empty': () => 'ningún byte: ningún paquete',
  'send-unsent': (r) =>
    `${counted(number(r, 'sent'), 'byte')} ${byCount(number(r, 'sent'), 'se copió', 'se copiaron')} al búfer de envío y no ${byCount(number(r, 'sent'), 'llegó', 'llegaron')} a salir`,
  'send-uncaptured': (r) =>
    `${counted(number(r, 'sent'), 'byte')} ${byCount(number(r, 'sent'), 'se copió', 'se copiaron')} al búfer de envío; no se capturó ningún paquete con ${byCount(number(r, 'sent'), 'él', 'ellos')}`,
  'send-later': (r, n) => `copiado al búfer de envío; visto en la red ${waited(r)} después, ${packet(r, n)}`,
  'close-listener': () => 'ningún paquete: solo escuchaba',
  'close-shared': (r, n) => `sin FIN: ${call(r, n, 1)} muestra que otro proceso conserva el socket`,
  'close-after-shutdown': (r, n) => `ningún paquete: ${call(r, n, 1)} ya había enviado el FIN`,
  'call-killed': (r) =>
    `no llegó a volver: ${text(r, 'signal')}${text(r, 'from') === 'outside' ? ', enviada desde fuera de la ejecución,' : ''} acabó con el proceso`,
  'call-cut-off': (r, n) => `no llegó a volver: ${call(r, n, 1)} acabó con el proceso`,
  'call-interrupted': () => 'EINTR: la interrumpió una señal; ningún paquete tiene que ver con ello',
  'call-interrupted-by': (r, n) => `EINTR: la interrumpió la señal enviada por ${call(r, n, 1)}`,
  'kill-gone': (r) => `ESRCH: ${text(r, 'role')} ya había terminado`,
  'kill-ended': (r) =>
    `${text(r, 'signal')} acabó con ${text(r, 'role')}${text(r, 'signal') === 'SIGKILL' ? ', como con cualquier proceso' : ', que no la maneja'}; el núcleo cierra sus sockets`,
  'kill-interrupted': (r, n) => `${text(r, 'signal')} interrumpió ${call(r, n, 1)}, que falla con EINTR`,
  'kill-stopped': (r) =>
    `${text(r, 'role')} queda parado hasta un SIGCONT; su núcleo sigue recibiendo y confirmando`,
  'kill-continued': (r) => `${text(r, 'role')} sigue, si estaba parado`,
  'kill-taken': (r) => `${text(r, 'role')} siguió: maneja ${text(r, 'signal')} o la ignora`,
  'kill-sent': (r) => `se envió ${text(r, 'signal')} a ${text(r, 'role')}`,
};
