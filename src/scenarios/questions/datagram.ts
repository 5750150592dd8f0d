import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { byCount } from '../../words/parts.ts';
import { tell } from '../checks/tools.ts';
import type { Evidence } from '../evidence.ts';
import { type Ask, asking, choice, question, yesOrNo } from '../quiz.ts';
import { countOf, howMany, ours, RECVS, SENDS } from './tools.ts';

const packetsInAll = howMany(
  tell(
    'How many packets does all this take, both ways? (a number)',
    '¿Cuántos paquetes cuesta todo esto, en ambos sentidos? (un número)',
    'Quants paquets costa tot això, en tots dos sentits? (un número)',
  ),
  {},
);

const ICMP = 'ICMP';
const DATAGRAM = tell('a datagram', 'un datagrama', 'un datagrama');
const NOTHING = tell('nothing', 'nada', 'res');

const whatComesBack: Ask = (run) => {
  const [first] = ours(run, { from: 'client', protocol: 'udp' });
  if (first === undefined || !run.complete) return null;
  const back = ours(run).find(
    ({ time, from, protocol }) => time > first.time && (protocol === 'icmp' || from === 'server'),
  );
  return choice(
    tell(
      'What comes back to the client’s first datagram?',
      '¿Qué vuelve como respuesta al primer datagrama del cliente?',
      'Què torna com a resposta al primer datagrama del client?',
    ),
    [DATAGRAM, ICMP, NOTHING],
    back === undefined ? NOTHING : back.protocol === 'icmp' ? ICMP : DATAGRAM,
    first,
    back,
  );
};

const readOfLargest: Ask = (run) => {
  const send = [...run.calls('client', SENDS)].filter(({ ok }) => ok).sort((a, b) => b.bytes - a.bytes)[0];
  const largest = [...run.calls('server', RECVS)].filter(({ ok }) => ok).sort((a, b) => b.bytes - a.bytes)[0];
  if (send === undefined || largest === undefined) return null;
  return question(
    tell(
      `A datagram of ${send.bytes} bytes comes, and the server’s recvmsg has room for ${largest.length}. How many bytes of it does the program ever get? (a number)`,
      `Llega un datagrama de ${send.bytes} bytes, y el recvmsg del servidor tiene sitio para ${largest.length}. ¿Cuántos de sus bytes llega a tener el programa? (un número)`,
      `Arriba un datagrama de ${send.bytes} bytes, i el recvmsg del servidor té lloc per a ${largest.length}. Quants dels seus bytes arriba a tenir el programa? (un número)`,
    ),
    largest.bytes,
    largest,
    send,
  );
};

const packetsOfLargest: Ask = (run) => {
  const send = [...run.calls('client', SENDS)].filter(({ ok }) => ok).sort((a, b) => b.bytes - a.bytes)[0];
  if (send === undefined) return null;
  return countOf(
    run,
    tell(
      `In how many IP packets does the datagram of ${send.bytes} bytes travel? (a number)`,
      `¿En cuántos paquetes IP viaja el datagrama de ${send.bytes} bytes? (un número)`,
      `En quants paquets IP viatja el datagrama de ${send.bytes} bytes? (un número)`,
    ),
    run.packetsOf(send),
    send,
  );
};

const delivered = (run: Evidence) => run.calls('server', RECVS).filter(({ ok }) => ok);

const howManyRead: Ask = (run) => {
  const sent = ours(run, { from: 'client', protocol: 'udp' });
  return !run.complete || sent.length === 0
    ? null
    : question(
        tell(
          `${en(sent.length, 'datagram')} of the clients ${byCount(sent.length, 'is', 'are')} on the wire. How many does recvfrom give to the server’s program? (a number)`,
          `Hay ${es(sent.length, 'datagrama')} de los clientes en la red. ¿Cuántos entregan los recvfrom al programa del servidor? (un número)`,
          `Hi ha ${ca(sent.length, 'datagrama', 'datagrames')} dels clients a la xarxa. Quants en lliuren els recvfrom al programa del servidor? (un número)`,
        ),
        delivered(run).length,
        delivered(run),
      );
};

const howManyAnswered = howMany(
  tell(
    'And how many datagrams does it send back? (a number)',
    '¿Y cuántos datagramas devuelve? (un número)',
    'I quants datagrames torna? (un número)',
  ),
  { from: 'server', protocol: 'udp' },
);

const whereIsTheOther: Ask = (run) => {
  const [, turn] = run.calls('client', SENDS).filter(({ ok }) => ok);
  const open = run
    .calls('server', [...SENDS, ...RECVS])
    .find(({ entered, returned }) => turn !== undefined && entered < turn.entered && returned > turn.entered);
  if (turn === undefined || open === undefined) return null;
  return choice(
    tell(
      `Just before the client’s second ${turn.name} somebody types. In which call is the server then?`,
      `Justo antes del segundo ${turn.name} del cliente alguien teclea. ¿En qué llamada está entonces el servidor?`,
      `Just abans del segon ${turn.name} del client algú tecleja. A quina crida és llavors el servidor?`,
    ),
    ['recvfrom', 'sendto'],
    RECVS.includes(open.name) ? 'recvfrom' : 'sendto',
    open,
    turn,
  );
};

const statusOfFalse: Ask = (run) => {
  const status = /exit status (\d+)/.exec(String(run.report('client', 'run:false') ?? ''))?.[1];
  if (status === undefined) return null;
  return question(
    tell(
      'The server runs the command false for the client. Which exit status comes back? (a number)',
      'El servidor ejecuta para el cliente la orden false. ¿Qué estado de salida vuelve? (un número)',
      'El servidor executa per al client l’ordre false. Quin estat de sortida torna? (un número)',
    ),
    status,
    run.calls('client', RECVS),
  );
};

const isServerLeft: Ask = (run) => {
  const last = run
    .calls('client', SENDS)
    .filter(({ ok }) => ok)
    .at(-1);
  const ended = run.exit('server');
  if (last === undefined || ended === null) return null;
  return question(
    tell(
      'With which exit code does the server’s own process end? (a number)',
      '¿Con qué código de salida acaba el proceso del propio servidor? (un número)',
      'Amb quin codi de sortida acaba el procés del servidor mateix? (un número)',
    ),
    ended,
    last,
    run.calls('server', 'close'),
  );
};

const isAnythingMissing: Ask = (run) => {
  const missing = run.report('server', 'missing');
  if (typeof missing !== 'number') return null;
  return yesOrNo(
    tell(
      'When all is over: is a part of the file missing at the server?',
      'Cuando todo ha acabado: ¿le falta al servidor alguna parte del fichero?',
      'Quan tot s’ha acabat: li falta al servidor cap part del fitxer?',
    ),
    missing > 0,
    delivered(run).slice(-1),
  );
};

const acknowledgements: Ask = (run) => {
  const data = run.report('client', 'data datagrams');
  if (typeof data !== 'number') return null;
  return countOf(
    run,
    tell(
      `The file is ${en(data, 'datagram')} long. How many datagrams come from the server? (a number)`,
      `El fichero ocupa ${es(data, 'datagrama')}. ¿Cuántos datagramas vienen del servidor? (un número)`,
      `El fitxer ocupa ${ca(data, 'datagrama', 'datagrames')}. Quants datagrames vénen del servidor? (un número)`,
    ),
    ours(run, { from: 'server', protocol: 'udp' }),
  );
};

const doesSenderLearn: Ask = (run) => {
  const sends = run.calls('client', SENDS);
  if (sends.length === 0) return null;
  return yesOrNo(
    tell(
      'Does any sendto of the client fail?',
      '¿Falla algún sendto del cliente?',
      'Falla algun sendto del client?',
    ),
    sends.some(({ errno }) => errno !== null),
    sends,
  );
};

const isOrderKept: Ask = (run) => {
  const order = String(run.report('server', 'order') ?? '')
    .split(' ')
    .map(Number);
  if (order.length < 2) return null;
  return yesOrNo(
    tell(
      'The client counts: 1, 2, 3… Does the server’s program hear each number once and in order?',
      'El cliente cuenta: 1, 2, 3… ¿Oye el programa del servidor cada número una vez y en orden?',
      'El client compta: 1, 2, 3… Sent el programa del servidor cada nombre un cop i en ordre?',
    ),
    order.every((number, n) => number === n + 1),
    delivered(run),
  );
};

const howManyHear: Ask = (run) => {
  const [datagram] = ours(run, { protocol: 'udp' });
  const heard = delivered(run);
  if (datagram === undefined) return null;
  const roles = new Set(run.calls('server', 'bind').map(({ role }) => role));
  return question(
    tell(
      `One datagram goes to everybody, and ${roles.size} servers have bound the port. How many recvfrom return it? (a number)`,
      `Un datagrama va para todos, y ${roles.size} servidores han tomado el puerto con bind. ¿Cuántos recvfrom lo devuelven? (un número)`,
      `Un datagrama va per a tothom, i ${roles.size} servidors han pres el port amb bind. Quants recvfrom el retornen? (un número)`,
    ),
    heard.length,
    heard,
    datagram,
  );
};

const isFirstRefused: Ask = (run) => {
  const [first] = run.calls('client', 'sendto');
  if (first === undefined) return null;
  return yesOrNo(
    tell(
      'The first sendto to the broadcast address is made without SO_BROADCAST. Does a packet leave?',
      'El primer sendto a la dirección de difusión se hace sin SO_BROADCAST. ¿Sale algún paquete?',
      'El primer sendto a l’adreça de difusió es fa sense SO_BROADCAST. Surt algun paquet?',
    ),
    run.packetsOf(first).length > 0,
    first,
  );
};

export const udpEchoQuestions = asking(whatComesBack, packetsInAll);
export const truncateQuestions = asking(readOfLargest, packetsOfLargest);
export const allowlistQuestions = asking(howManyRead, howManyAnswered);
export const chatQuestions = asking(whereIsTheOther, packetsInAll);
export const controlQuestions = asking(statusOfFalse, isServerLeft);
export const udpTransferQuestions = asking(isAnythingMissing, acknowledgements);
export const damageQuestions = asking(howManyRead, doesSenderLearn);
export const disorderQuestions = asking(isOrderKept, howManyRead);
export const broadcastQuestions = asking(isFirstRefused, howManyHear);
