import { tell } from '../checks/tools.ts';
import { type Ask, asking, choice, question, yesOrNo } from '../quiz.ts';
import {
  bytesOf,
  countOf,
  howMany,
  moreRecvsOrSends,
  ours,
  whatEndReturns,
  whoSpeaksFirst,
} from './tools.ts';

/** Of the smallest and of the next larger reads. */
const recvsOfSize =
  (place: number): Ask =>
  (run) => {
    const recvs = run.calls('server', 'recv').filter(({ bytes }) => bytes > 0);
    const sizes = [...new Set(recvs.map(({ length }) => length ?? 0))].sort((a, b) => a - b);
    const size = sizes[place];
    const own = recvs.filter(({ length }) => length === size);
    const total = bytesOf(own);
    if (size === undefined || total === 0) return null;
    return question(
      tell(
        `${total} bytes come over a connection that is read with recv(${size}). How many recv return bytes? (a number)`,
        `Llegan ${total} bytes por una conexión que se lee con recv(${size}). ¿Cuántos recv devuelven bytes? (un número)`,
        `Arriben ${total} bytes per una connexió que es llegeix amb recv(${size}). Quants recv retornen bytes? (un número)`,
      ),
      own.length,
      own,
    );
  };

const ALL = tell('all of them', 'todos', 'tots');
const FEWER = tell('fewer', 'menos', 'menys');

const doesSendTakeAll: Ask = (run) => {
  const [send] = run.calls('client', 'send').filter(({ ok }) => ok);
  if (send === undefined || send.length === null) return null;
  return choice(
    tell(
      `The first send is given ${send.length} bytes. How many does it take?`,
      `Al primer send se le dan ${send.length} bytes. ¿Cuántos toma?`,
      `Al primer send se li donen ${send.length} bytes. Quants en pren?`,
    ),
    [ALL, FEWER],
    send.bytes < send.length ? FEWER : ALL,
    send,
  );
};

const isRestSentLater: Ask = (run) => {
  const [send] = run.calls('client', 'send').filter(({ ok }) => ok);
  const length = send?.length ?? 0;
  if (send === undefined || send.bytes === length) return null;
  const onSame = (calls: readonly { connection: number | null; bytes: number }[]): number =>
    calls
      .filter(({ connection }) => connection === send.connection)
      .reduce((sum, { bytes }) => sum + bytes, 0);
  const recvs = run.calls('server', 'recv').filter(({ connection }) => connection === send.connection);
  if (send.connection === null || recvs.length === 0) return null;
  return yesOrNo(
    tell(
      `The first send took ${send.bytes} of its ${length} bytes. Do the others reach the server over this connection?`,
      `El primer send tomó ${send.bytes} de sus ${length} bytes. ¿Llegan los demás al servidor por esta conexión?`,
      `El primer send va prendre ${send.bytes} dels seus ${length} bytes. Arriben els altres al servidor per aquesta connexió?`,
    ),
    onSame(recvs) >= length,
    send,
    recvs,
  );
};

const segmentsOfASend: Ask = (run) => {
  const send = run.calls('client', 'send').find(({ bytes }) => bytes > 1460);
  if (send === undefined) return null;
  return countOf(
    run,
    tell(
      `A send takes ${send.bytes} bytes. In how many segments are they found, repetitions counted? (a number)`,
      `Un send toma ${send.bytes} bytes. ¿En cuántos segmentos se encuentran, contando las repeticiones? (un número)`,
      `Un send pren ${send.bytes} bytes. En quants segments es troben, comptant les repeticions? (un número)`,
    ),
    run.packetsOf(send, 'carries'),
    send,
  );
};

const isSentReceived: Ask = (run) => {
  const send = run
    .calls('client', 'send')
    .filter(({ bytes }) => bytes > 0)
    .at(-1);
  const recv = run
    .calls('server', 'recv')
    .filter(({ bytes, connection }) => bytes > 0 && connection === send?.connection)
    .at(-1);
  if (send === undefined || recv === undefined) return null;
  return yesOrNo(
    tell(
      'The client’s last send returns. Has the server read all bytes by then?',
      'El último send del cliente devuelve el control. ¿Ha leído ya el servidor todos los bytes?',
      'L’últim send del client retorna. Ha llegit ja el servidor tots els bytes?',
    ),
    recv.returned <= send.returned,
    send,
    recv,
  );
};

const firstRecv: Ask = (run) => {
  const [recv] = run.calls('server', 'recv').filter(({ bytes }) => bytes > 0);
  const [send] = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  if (recv === undefined || send === undefined) return null;
  return question(
    tell(
      `The client’s first send takes ${send.bytes} bytes, and the server’s first recv asks for ${recv.length}. How many does it return? (a number)`,
      `El primer send del cliente toma ${send.bytes} bytes, y el primer recv del servidor pide ${recv.length}. ¿Cuántos devuelve? (un número)`,
      `El primer send del client pren ${send.bytes} bytes, i el primer recv del servidor en demana ${recv.length}. Quants en retorna? (un número)`,
    ),
    recv.bytes,
    recv,
    send,
  );
};

const isTextWhole: Ask = (run) => {
  const sent = run.report('client', 'text sha256');
  const got = run.report('server', 'text sha256');
  if (sent === undefined || got === undefined) return null;
  return yesOrNo(
    tell(
      'The client sends a text and then an image. Does the server get the text as it was sent, and no more?',
      'El cliente envía un texto y después una imagen. ¿Recibe el servidor el texto tal como se envió, y nada más?',
      'El client envia un text i després una imatge. Rep el servidor el text tal com es va enviar, i res més?',
    ),
    sent === got,
    run.calls('client', 'send'),
    run.calls('server', 'recv'),
  );
};

const bytesOfValue: Ask = (run) => {
  const [send] = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  const sends = run.calls('client', 'send').filter(({ connection }) => connection === send?.connection);
  const value = run.report('client', 'value');
  if (value === undefined || sends.length === 0 || String(value).length > 100) return null;
  return question(
    tell(
      `${value} goes over the wire as UTF-8 text with a line end. How many bytes are that? (a number)`,
      `${value} va por la red como texto UTF-8 con un fin de línea. ¿Cuántos bytes son? (un número)`,
      `${value} va per la xarxa com a text UTF-8 amb un final de línia. Quants bytes són? (un número)`,
    ),
    bytesOf(sends),
    sends,
  );
};

const bytesBeforeObject: Ask = (run) => {
  const sends = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  const object = run.report('client', 'bytes');
  if (typeof object !== 'number' || sends.length === 0) return null;
  return question(
    tell(
      `The object is ${object} bytes when it is serialised. How many more does the client send, so that the server knows where it ends? (a number)`,
      `El objeto serializado son ${object} bytes. ¿Cuántos más envía el cliente, para que el servidor sepa dónde acaba? (un número)`,
      `L’objecte serialitzat són ${object} bytes. Quants més n’envia el client, perquè el servidor sàpiga on acaba? (un número)`,
    ),
    bytesOf(sends) - object,
    sends,
  );
};

const bytesOfALine: Ask = (run) => {
  const [send] = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  const text = Buffer.from(send?.data ?? []).toString();
  if (send === undefined || send.data?.length !== send.bytes || !text.endsWith('\n')) return null;
  return question(
    tell(
      `A line of ${[...text].length - 1} characters is typed. How many bytes does its send take? (a number)`,
      `Se teclea una línea de ${[...text].length - 1} caracteres. ¿Cuántos bytes toma su send? (un número)`,
      `Es tecleja una línia de ${[...text].length - 1} caràcters. Quants bytes pren el seu send? (un número)`,
    ),
    send.bytes,
    send,
    run.packetsOf(send, 'carries'),
  );
};

const bytesBack: Ask = (run) => {
  const back = ours(run, { from: 'server', data: true });
  if (!run.complete) return null;
  const bytes = back.reduce((sum, packet) => sum + packet.bytes, 0);
  return question(
    tell(
      'How many bytes of data does the server send? (a number)',
      '¿Cuántos bytes de datos envía el servidor? (un número)',
      'Quants bytes de dades envia el servidor? (un número)',
    ),
    bytes,
    back,
  );
};

const serversPackets = howMany(
  tell(
    'And how many packets come from its side all the same? (a number)',
    '¿Y cuántos paquetes salen de su lado aun así? (un número)',
    'I quants paquets surten de la seva banda tanmateix? (un número)',
  ),
  { from: 'server' },
);

const packetsOfService: Ask = (run) =>
  countOf(
    run,
    tell(
      `The echo service over ${run.parameters.text('protocol').toUpperCase()}: how many packets does it take in all? (a number)`,
      `El servicio de eco por ${run.parameters.text('protocol').toUpperCase()}: ¿cuántos paquetes son en total? (un número)`,
      `El servei d’eco per ${run.parameters.text('protocol').toUpperCase()}: quants paquets són en total? (un número)`,
    ),
    ours(run),
  );

export const recvSizesQuestions = asking(recvsOfSize(0), recvsOfSize(1));
export const sendQuestions = asking(doesSendTakeAll, isRestSentLater);
export const transferQuestions = asking(segmentsOfASend, isSentReceived, moreRecvsOrSends);
export const framingQuestions = asking(firstRecv, isTextWhole);
export const jsonQuestions = asking(bytesOfValue, moreRecvsOrSends);
export const objectQuestions = asking(bytesBeforeObject, moreRecvsOrSends);
export const psQuestions = asking(moreRecvsOrSends, whatEndReturns);
export const sayQuestions = asking(bytesOfALine, whatEndReturns);
export const discardQuestions = asking(bytesBack, serversPackets);
export const echoServiceQuestions = asking(packetsOfService, whoSpeaksFirst);
export const daytimeQuestions = asking(whoSpeaksFirst, (run) => {
  const sends = run.calls('client', ['send', 'sendto']).filter(({ ok }) => ok);
  return question(
    tell(
      'How many bytes do the clients send to ask for the time? (a number)',
      '¿Cuántos bytes envían los clientes para pedir la hora? (un número)',
      'Quants bytes envien els clients per demanar l’hora? (un número)',
    ),
    bytesOf(sends),
    sends,
  );
});
