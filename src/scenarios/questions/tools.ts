import type { Text } from '../../words/text.ts';
import type { Proof } from '../check.ts';
import { thirdStep } from '../checks/stream.ts';
import { tell } from '../checks/tools.ts';
import type { CallSeen, Evidence, PacketQuery, PacketSeen } from '../evidence.ts';
import { APART_MS, type Ask, choice, question, yesOrNo } from '../quiz.ts';

/** Questions that fit several exercises. Which of them a scenario asks is for the scenario to say. */

/** A number of packets; none where not every packet was captured. */
export function countOf(
  run: Evidence,
  text: Text,
  packets: readonly PacketSeen[],
  ...more: readonly Proof[]
): ReturnType<Ask> {
  return run.complete ? question(text, packets.length, packets, ...more) : null;
}

/** How many packets of a kind there are in all. */
export function howMany(text: Text, which: PacketQuery): Ask {
  return (run) => countOf(run, text, ours(run, which));
}

/** Packets that belong to the run. */
export function ours(run: Evidence, which: PacketQuery = {}): readonly PacketSeen[] {
  return run.packets(which).filter(({ reason }) => reason !== 'foreign');
}

/** Calls that move data to the socket, and from it; `sendall` is made of sends. */
export const SENDS = ['send', 'sendto', 'sendmsg'];
export const RECVS = ['recv', 'recvfrom', 'recvmsg'];

export function bytesOf(calls: readonly CallSeen[]): number {
  return calls.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Who waited for accept: asked of the connection that was accepted last. */
export const lastHandshakeFirst: Ask = (run) => {
  const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
  const accept = accepts.at(-1);
  const third = thirdStep(run, accept?.connection ?? null);
  const isFirst = run.before(third, accept);
  if (accept === undefined || accept.connection === null || isFirst === null) return null;
  // Of one client without a pause, chance decides.
  if (accepts.length === 1 && Math.abs(accept.entered - (third?.time ?? 0)) < APART_MS) return null;
  return yesOrNo(
    tell(
      `${accepts.length === 1 ? 'Of the client' : 'Of the client that is accepted last'}: is its handshake over before the accept that takes it is even called?`,
      `${accepts.length === 1 ? 'Del cliente' : 'Del cliente que se acepta el último'}: ¿está establecida su conexión antes incluso de que se llame al accept que lo recoge?`,
      `${accepts.length === 1 ? 'Del client' : 'Del client que s’accepta l’últim'}: està establerta la seva connexió abans i tot que es cridi l’accept que el recull?`,
    ),
    isFirst,
    third,
    accept,
  );
};

const SYN_ACK = 'SYN, ACK';
const NOTHING = tell('nothing', 'nada', 'res');

/** What comes back to the first SYN; null where none was sent. */
export const whatAnswersSyn: Ask = (run) => {
  const [syn] = run.packets({ flags: 'SYN !ACK' });
  if (syn === undefined || !run.complete) return null;
  const { connection } = syn;
  const back = run
    .packets()
    .find(
      ({ time, protocol, flags, from, connection: of }) =>
        time > syn.time && (protocol === 'icmp' || (of === connection && from === 'server' && flags !== '')),
    );
  const answer =
    back === undefined
      ? NOTHING
      : back.protocol === 'icmp'
        ? 'ICMP'
        : back.flags.startsWith('SYN')
          ? SYN_ACK
          : 'RST';
  const text = tell(
    'What comes back to the first SYN?',
    '¿Qué vuelve como respuesta al primer SYN?',
    'Què torna com a resposta al primer SYN?',
  );
  return choice(text, [SYN_ACK, 'RST', 'ICMP', NOTHING], answer, syn, back);
};

/** How often a SYN is sent, of the connection whose handshake took longest. */
export const howManySyns: Ask = (run) => {
  const connect = [...run.calls('client', 'connect')].sort((a, b) => b.took - a.took)[0];
  if (connect === undefined || connect.connection === null) return null;
  const syns = run.packets({ connection: connect.connection, from: 'client', flags: 'SYN !ACK' });
  const text = tell(
    `One connect of ${connect.role} takes longest. How often is its SYN sent, the first time counted? (a number)`,
    `Un connect de ${connect.role} es el que más tarda. ¿Cuántas veces se envía su SYN, contando la primera? (un número)`,
    `Un connect de ${connect.role} és el que triga més. Quants cops s’envia el seu SYN, comptant el primer? (un número)`,
  );
  return syns.length === 0 ? null : countOf(run, text, syns, connect);
};

/** Whose program sends first, whatever the handshake does. */
export const whoSpeaksFirst: Ask = (run) => {
  const [client] = run.calls('client', SENDS).filter(({ ok }) => ok);
  const [server] = run.calls('server', SENDS).filter(({ ok }) => ok);
  const first = server === undefined || (client?.entered ?? Infinity) < server.entered ? client : server;
  if (first === undefined) return null;
  const text = tell(
    'Which program is the first to send something?',
    '¿Qué programa es el primero en enviar algo?',
    'Quin programa és el primer d’enviar alguna cosa?',
  );
  return choice(text, ['client', 'server'], first === client ? 'client' : 'server', first);
};

const FEWER = tell('fewer', 'menos', 'menys');
const AS_MANY = tell('as many', 'los mismos', 'els mateixos');
const MORE = tell('more', 'más', 'més');

/** Sends of the clients against recvs of the servers: a stream has no borders. */
export const moreRecvsOrSends: Ask = (run) => {
  const sends = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  const recvs = run.calls('server', 'recv').filter(({ bytes }) => bytes > 0);
  if (sends.length === 0 || recvs.length === 0 || bytesOf(sends) !== bytesOf(recvs)) return null;
  const text = tell(
    `The bytes of the clients take ${sends.length} send. How many recv bring them to the server?`,
    `Los bytes de los clientes necesitan ${sends.length} send. ¿Cuántos recv se los dan al servidor?`,
    `Els bytes dels clients necessiten ${sends.length} send. Quants recv els donen al servidor?`,
  );
  const answer = recvs.length < sends.length ? FEWER : recvs.length > sends.length ? MORE : AS_MANY;
  return choice(text, [FEWER, AS_MANY, MORE], answer, recvs, sends);
};

/** What the recv returns that learns of the end of the stream. */
export const whatEndReturns: Ask = (run) => {
  const fin = run.packets({ from: 'client', flags: 'FIN' })[0];
  const [last] = run
    .calls('server', 'recv')
    .filter(({ connection, length }) => connection === fin?.connection && length !== 0)
    .slice(-1);
  if (fin === undefined || last === undefined || last.ret === null || last.bytes > 0) return null;
  const text = tell(
    'The client ends its side of the connection. What does the server’s last recv return? (a number)',
    'El cliente acaba su lado de la conexión. ¿Qué devuelve el último recv del servidor? (un número)',
    'El client acaba la seva banda de la connexió. Què retorna l’últim recv del servidor? (un número)',
  );
  return question(text, last.ret, last, fin);
};
