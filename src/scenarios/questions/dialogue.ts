import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { byCount } from '../../words/parts.ts';
import { tell } from '../checks/tools.ts';
import { type Ask, asking, choice, question, yesOrNo } from '../quiz.ts';
import { countOf, ours, RECVS } from './tools.ts';

const packetsOfSignal: Ask = (run) => {
  const broken = run.calls('server', 'accept').find(({ errno }) => errno === 'EINTR');
  if (broken === undefined) return null;
  return countOf(
    run,
    tell(
      'A signal interrupts the accept in which the server waits. How many packets have to do with that? (a number)',
      'Una señal interrumpe el accept en el que espera el servidor. ¿Cuántos paquetes tienen que ver con ello? (un número)',
      'Un senyal interromp l’accept en què espera el servidor. Quants paquets hi tenen a veure? (un número)',
    ),
    run.packetsOf(broken),
    broken,
  );
};

const peersKnown: Ask = (run) => {
  const accepts = run.calls('server', 'accept').filter(({ ok, remote }) => ok && remote !== null);
  const connects = run.calls('client', 'connect');
  if (accepts.length === 0 || connects.length === 0) return null;
  return question(
    tell(
      `The client asks for ${connects.length} calendars, each over a connection of its own. Of how many peers does accept tell the server the address? (a number)`,
      `El cliente pide ${connects.length} calendarios, cada uno por una conexión propia. ¿De cuántos clientes le da accept la dirección al servidor? (un número)`,
      `El client demana ${connects.length} calendaris, cadascun per una connexió pròpia. De quants clients li dona accept l’adreça al servidor? (un número)`,
    ),
    accepts.length,
    accepts,
  );
};

const firstConnect: Ask = (run) => {
  const connect = run.calls('client', 'connect').find(({ errno }) => errno !== null);
  if (connect === undefined) return null;
  return question(
    tell(
      'connect on a non-blocking socket cannot wait for the handshake. Which errno does it give? (a name)',
      'connect con un socket no bloqueante no puede esperar a que se establezca la conexión. ¿Qué errno da? (un nombre)',
      'connect amb un socket no bloquejant no pot esperar que s’estableixi la connexió. Quin errno dona? (un nom)',
    ),
    connect.errno ?? '',
    connect,
  );
};

const isAnswered: Ask = (run) => {
  const connect = run.calls('client', 'connect').find(({ errno }) => errno === 'EINPROGRESS');
  const [answer] = run
    .packets({ connection: connect?.connection ?? null, from: 'server' })
    .filter(({ flags }) => flags !== '');
  const isBefore = run.before(connect, answer);
  if (connect === undefined || connect.connection === null || isBefore === null) return null;
  return yesOrNo(
    tell(
      'That connect has returned. Has the other side answered its SYN by then?',
      'Ese connect ya ha devuelto el control. ¿Ha contestado para entonces el otro lado a su SYN?',
      'Aquest connect ja ha retornat. Ha contestat aleshores l’altra banda el seu SYN?',
    ),
    !isBefore,
    connect,
    answer,
  );
};

const KERNEL = tell('the kernel', 'el núcleo', 'el nucli');
const PROGRAM = tell('a program', 'un programa', 'un programa');

const whoReplies: Ask = (run) => {
  const replies = run
    .packets({ protocol: 'icmp' })
    .filter(({ icmpType }) => icmpType === 0 || icmpType === 129);
  const [reply] = replies;
  if (reply === undefined) return null;
  const causes = run.callsOf(reply, 'causes', 'carries');
  return choice(
    tell(
      'Who makes the reply to the ping?',
      '¿Quién hace la respuesta al ping?',
      'Qui fa la resposta al ping?',
    ),
    [KERNEL, PROGRAM],
    causes.length === 0 ? KERNEL : PROGRAM,
    reply,
    causes,
  );
};

const copiesOfRaw: Ask = (run) => {
  const sends = run.calls('client', 'sendto').filter(({ ok }) => ok);
  const recvs = run.calls('client', RECVS).filter(({ ok }) => ok);
  if (sends.length === 0 || recvs.length === 0) return null;
  return question(
    tell(
      `${en(sends.length, 'request')} ${byCount(sends.length, 'leaves', 'leave')} the raw socket. How many packets does its recvfrom return in all, on loopback? (a number)`,
      `Del socket crudo ${byCount(sends.length, 'sale', 'salen')} ${es(sends.length, 'petición', 'peticiones')}. ¿Cuántos paquetes devuelve su recvfrom en total, en loopback? (un número)`,
      `Del socket cru ${byCount(sends.length, 'surt', 'surten')} ${ca(sends.length, 'petició', 'peticions')}. Quants paquets retorna el seu recvfrom en total, a loopback? (un número)`,
    ),
    recvs.length,
    recvs,
    sends,
  );
};

const triedFirst: Ask = (run) => {
  const [connect] = run.calls('client', 'connect');
  if (connect === undefined) return null;
  const family = String(connect.args.address).startsWith('[') ? 'IPv6' : 'IPv4';
  return choice(
    tell(
      'Of which family is the address that the client tries first?',
      '¿De qué familia es la dirección que el cliente prueba primero?',
      'De quina família és l’adreça que el client prova primer?',
    ),
    ['IPv4', 'IPv6'],
    family,
    connect,
  );
};

const firstByteOfPort: Ask = (run) => {
  const bytes = String(run.report('client', 'sockaddr 1') ?? '').split(' ');
  const port = run.parameters.number('port');
  const [high, low] = [port >> 8, port & 0xff].map((byte) => byte.toString(16).padStart(2, '0'));
  const first = bytes[2];
  if (first === undefined || high === undefined || low === undefined || high === low) return null;
  return choice(
    tell(
      `The port ${port} is 0x${high}${low}. Which of its bytes stands first in the address that connect gets?`,
      `El puerto ${port} es 0x${high}${low}. ¿Cuál de sus bytes va primero en la dirección que recibe connect?`,
      `El port ${port} és 0x${high}${low}. Quin dels seus bytes va primer a l’adreça que rep connect?`,
    ),
    [`0x${low}`, `0x${high}`],
    `0x${first}`,
    run.calls('client', 'connect').slice(0, 1),
  );
};

const packetsOfUnix: Ask = (run) =>
  countOf(
    run,
    tell(
      'How many packets does this echo make on the network? (a number)',
      '¿Cuántos paquetes hace este eco en la red? (un número)',
      'Quants paquets fa aquest eco a la xarxa? (un número)',
    ),
    ours(run),
    run.calls('*', ['connect', 'accept', 'socketpair']),
  );

const doesKernelKnow: Ask = (run) => {
  const asked = run.calls('server', 'getsockopt').find(({ args }) => args.name === 'SO_PEERCRED');
  const told = run.report('server', 'the client’s process');
  if (asked === undefined || told === undefined) return null;
  return yesOrNo(
    tell(
      'The client never says who it is. Can the server ask the kernel which process it is?',
      'El cliente no dice nunca quién es. ¿Puede el servidor preguntarle al núcleo qué proceso es?',
      'El client no diu mai qui és. Pot el servidor preguntar al nucli quin procés és?',
    ),
    asked.ok,
    asked,
  );
};

const lastByte: Ask = (run) => {
  const answer = run.calls('server', 'send').find(({ bytes }) => bytes > 0);
  const sends = run.calls('server', 'send').filter(({ connection }) => connection === answer?.connection);
  const last = sends.filter(({ bytes, data }) => bytes > 0 && data?.length === bytes).at(-1);
  const byte = last?.data?.at(-1);
  if (last === undefined || byte === undefined || last !== sends.at(-1)) return null;
  return question(
    tell(
      'The connection stays open behind an answer. With which byte does the answer end, so that the client knows? (its number)',
      'Tras una respuesta la conexión sigue abierta. ¿Con qué byte acaba la respuesta, para que el cliente lo sepa? (su número)',
      'Després d’una resposta la connexió continua oberta. Amb quin byte acaba la resposta, perquè el client ho sàpiga? (el seu número)',
    ),
    byte,
    last,
  );
};

const connectionsOfCommands: Ask = (run) => {
  const clients = new Set(run.calls('client', 'connect').map(({ role }) => role));
  const made = run.calls('client', 'connect').filter(({ ok }) => ok);
  const commands = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  if (clients.size === 0 || commands.length === 0) return null;
  return question(
    tell(
      `Clients: ${clients.size}; commands in all: ${commands.length}. How many connections are made? (a number)`,
      `Clientes: ${clients.size}; órdenes en total: ${commands.length}. ¿Cuántas conexiones se hacen? (un número)`,
      `Clients: ${clients.size}; ordres en total: ${commands.length}. Quantes connexions es fan? (un número)`,
    ),
    made.length,
    made,
    commands,
  );
};

const needsTheEnd: Ask = (run) => {
  const recvs = run.calls('client', 'recv').filter(({ ok }) => ok);
  const end = recvs.find(({ ret, length }) => ret === 0 && length !== 0);
  if (recvs.length === 0) return null;
  return yesOrNo(
    tell(
      'Does the client wait for the end of the connection (a recv of 0) before it takes the page as complete?',
      '¿Espera el cliente al final de la conexión (un recv de 0) antes de dar la página por completa?',
      'Espera el client el final de la connexió (un recv de 0) abans de donar la pàgina per completa?',
    ),
    end !== undefined,
    end ?? recvs,
  );
};

const whichStatus: Ask = (run) => {
  const status = run.report('client', 'status');
  if (status === undefined) return null;
  const path = run.parameters.text('path');
  return question(
    tell(
      `GET ${path}: which status does the server answer with? (a number)`,
      `GET ${path}: ¿con qué estado contesta el servidor? (un número)`,
      `GET ${path}: amb quin estat contesta el servidor? (un número)`,
    ),
    String(status),
    run.calls('client', 'recv').slice(0, 1),
  );
};

export const calendarQuestions = asking(packetsOfSignal, peersKnown);
export const nonBlockingQuestions = asking(firstConnect, isAnswered);
export const rawPingQuestions = asking(whoReplies, copiesOfRaw);
export const nameQuestions = asking(triedFirst, firstByteOfPort);
export const unixQuestions = asking(packetsOfUnix, doesKernelKnow);
export const telnetQuestions = asking(lastByte, connectionsOfCommands);
export const httpQuestions = asking(needsTheEnd, whichStatus);
