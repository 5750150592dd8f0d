import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { byCount } from '../../words/parts.ts';
import type { Text } from '../../words/text.ts';
import { retransmissions } from '../checks/loss.ts';
import { tell } from '../checks/tools.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import { type Ask, asking, choice, question, yesOrNo } from '../quiz.ts';
import { bytesOf, countOf } from './tools.ts';

const isWindowEverClosed =
  (reader: 'client' | 'server'): Ask =>
  (run) => {
    const told = run
      .packets({ from: reader, flags: 'ACK !SYN' })
      .filter(({ flags }) => !flags.includes('RST'));
    const [first, ...others] = told;
    if (first === undefined || !run.complete) return null;
    const least = others.reduce((before, packet) => (packet.window < before.window ? packet : before), first);
    return yesOrNo(
      tell(
        `The ${reader} reads slowly. Does its kernel ever say that there is no room at all: a window of 0?`,
        `El ${reader} lee despacio. ¿Dice alguna vez su núcleo que no queda sitio: una ventana de 0?`,
        `El ${reader} llegeix a poc a poc. Diu mai el seu nucli que no queda lloc: una finestra de 0?`,
      ),
      least.window === 0,
      least.window === 0 ? told.filter(({ window }) => window === 0) : least,
    );
  };

const isClosedWindowProbed: Ask = (run) => {
  const closed = run.packets({ from: 'server', reason: 'zero-window' });
  if (closed.length === 0 || !run.complete) return null;
  const probes = run.packets({ reason: 'zero-window-probe' });
  return yesOrNo(
    tell(
      'The window is closed. Does the client’s kernel send anything before it opens again?',
      'La ventana está cerrada. ¿Envía algo el núcleo del cliente antes de que se vuelva a abrir?',
      'La finestra és tancada. Envia res el nucli del client abans que es torni a obrir?',
    ),
    probes.length > 0,
    probes,
    closed,
  );
};

const whichCallWaits: Ask = (run) => {
  const calls = run.calls('client', ['send', 'connect', 'close']).filter(({ ok }) => ok);
  const longest = [...calls].sort((a, b) => b.took - a.took)[0];
  if (longest === undefined || longest.took < 100) return null;
  return choice(
    tell(
      'The server does not read. In which call does the client wait longest?',
      'El servidor no lee. ¿En qué llamada espera más el cliente?',
      'El servidor no llegeix. En quina crida s’espera més el client?',
    ),
    ['send', 'connect', 'close'],
    longest.name,
    longest,
  );
};

const howDoesReaderEnd: Ask = (run) => {
  const [close] = run.calls('client', 'close').filter(({ connection }) => connection !== null);
  const [end] = run
    .packets({ connection: close?.connection ?? null, from: 'client' })
    .filter(({ flags }) => /FIN|RST/.test(flags));
  if (close === undefined || close.connection === null || end === undefined || !run.complete) return null;
  return choice(
    tell(
      `The client closes while ${close.recvQueue ?? 0} bytes lie unread in its receive buffer. What does its kernel send?`,
      `El cliente cierra con ${close.recvQueue ?? 0} bytes sin leer en su búfer de recepción. ¿Qué envía su núcleo?`,
      `El client tanca amb ${close.recvQueue ?? 0} bytes sense llegir al seu buffer de recepció. Què envia el seu nucli?`,
    ),
    ['FIN', 'RST'],
    end.flags.includes('RST') ? 'RST' : 'FIN',
    end,
    close,
  );
};

const SHORT = tell('less than 20 ms', 'menos de 20 ms', 'menys de 20 ms');
const DELAYED = tell('some 40 ms', 'unos 40 ms', 'uns 40 ms');
const LONG = tell('more than 200 ms', 'más de 200 ms', 'més de 200 ms');

const howLongIsARound: Ask = (run) => {
  const longest = run.report('client', 'longest round (ms)');
  if (typeof longest !== 'number') return null;
  const cause = causeOfRound(run, longest);
  if (cause === null) return null;
  return choice(
    tell(
      'Small sends, then a reply, on a wire that needs microseconds. How long does the longest round take?',
      'Send pequeños y después una respuesta, por una red que necesita microsegundos. ¿Cuánto dura la ronda más larga?',
      'Send petits i després una resposta, per una xarxa que necessita microsegons. Quant dura la ronda més llarga?',
    ),
    [SHORT, DELAYED, LONG],
    cause.answer,
    cause.proof,
  );
};

/** Linux delays an ACK by 40 ms at least, in ticks of 4 ms or less; on a busy machine more is added to it. */
const DELAY_MS = { least: 36, most: 120 };

/** What the packets say of a round that took so many ms; null where it was the scheduler, a pause or the link. */
function causeOfRound(
  run: Evidence,
  ms: number,
): { readonly answer: Text; readonly proof: readonly PacketSeen[] } | null {
  const delayed = run.packets({ from: 'server', reason: 'ack-delayed' });
  if (ms < 20) return { answer: SHORT, proof: run.packets({ from: 'server', data: true }) };
  if (delayed.length > 0 && ms >= DELAY_MS.least && ms <= DELAY_MS.most)
    return { answer: DELAYED, proof: [...run.packets({ reason: 'data-nagle' }), ...delayed] };
  const again = retransmissions(run);
  return ms > 200 && again.length > 0 ? { answer: LONG, proof: again } : null;
}

const RETURN = tell('the send returns', 'el send devuelve el control', 'el send retorna');
const LEAVE = tell('its bytes leave', 'sus bytes salen', 'els seus bytes surten');

/** Of a send whose bytes Nagle's algorithm held back; where there is none, of the second. */
const doesSendWait: Ask = (run) => {
  const sends = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  const [held] = run.packets({ from: 'client', reason: 'data-nagle' });
  const kept = held === undefined ? undefined : run.callsOf(held, 'carries')[0]?.index;
  const at = Math.max(
    1,
    sends.findIndex(({ index }) => index === kept),
  );
  const send = sends[at];
  if (send === undefined) return null;
  const [segment] = run.packetsOf(send, 'carries');
  const isLater = run.before(send, segment);
  if (segment === undefined || isLater === null) return null;
  return choice(
    tell(
      `The client’s send number ${at + 1} follows another at once. What happens first?`,
      `El send número ${at + 1} del cliente sigue a otro enseguida. ¿Qué pasa antes?`,
      `El send número ${at + 1} del client segueix un altre de seguida. Què passa abans?`,
    ),
    [RETURN, LEAVE],
    isLater ? RETURN : LEAVE,
    send,
    segment,
  );
};

const howManyAgain: Ask = (run) => {
  const lost = run.packets().filter((packet) => packet.lost);
  if (lost.length === 0) return null;
  return countOf(
    run,
    tell(
      `${en(lost.length, 'packet')} ${byCount(lost.length, 'is', 'are')} lost on the way. How many segments are sent again? (a number)`,
      `${byCount(lost.length, 'Se pierde', 'Se pierden')} ${es(lost.length, 'paquete')} por el camino. ¿Cuántos segmentos se envían de nuevo? (un número)`,
      `${byCount(lost.length, 'Es perd', 'Es perden')} ${ca(lost.length, 'paquet')} pel camí. Quants segments es tornen a enviar? (un número)`,
    ),
    retransmissions(run),
  );
};

const doesProgramNotice: Ask = (run) => {
  const lost = run.packets().filter((packet) => packet.lost);
  if (lost.length === 0) return null;
  const failed = run.calls('*').filter(({ errno }) => errno !== null);
  return yesOrNo(
    tell(
      'Does any call of the programs fail because of that?',
      '¿Falla por eso alguna llamada de los programas?',
      'Falla per això cap crida dels programes?',
    ),
    failed.length > 0,
    failed.length > 0 ? failed : lost,
  );
};

const dataAfterFin: Ask = (run) => {
  const [fin] = run.packets({ from: 'client', flags: 'FIN' });
  if (fin === undefined || !run.complete) return null;
  const after = run
    .packets({ connection: fin.connection, from: 'server', data: true })
    .filter(({ time }) => time > fin.time);
  return question(
    tell(
      'The client’s FIN has gone. How many segments with data still come from the server? (a number)',
      'El FIN del cliente ya ha salido. ¿Cuántos segmentos con datos llegan todavía del servidor? (un número)',
      'El FIN del client ja ha sortit. Quants segments amb dades arriben encara del servidor? (un número)',
    ),
    after.length,
    after,
    fin,
  );
};

const whoseFin: Ask = (run) => {
  const [fin] = run.packets({ from: 'client', flags: 'FIN' });
  const shutdown = run.calls('client', 'shutdown').find(({ ok }) => ok);
  const close = run.calls('client', 'close').find(({ connection }) => connection === fin?.connection);
  const cause =
    fin === undefined ? undefined : [shutdown, close].find((call) => run.during(fin, call) === true);
  if (shutdown === undefined || cause === undefined) return null;
  return choice(
    tell(
      'Which call of the client sends its FIN?',
      '¿Qué llamada del cliente envía su FIN?',
      'Quina crida del client envia el seu FIN?',
    ),
    ['shutdown', 'close'],
    cause.name,
    cause,
    fin,
  );
};

const isOob = ({ args }: { readonly args: Readonly<Record<string, unknown>> }): boolean =>
  String(args.flags).includes('MSG_OOB');

const bytesInStream: Ask = (run) => {
  const sends = run.calls('client', 'send').filter(({ bytes }) => bytes > 0);
  const recvs = run.calls('server', 'recv').filter((call) => call.bytes > 0 && !isOob(call));
  if (!sends.some(isOob) || recvs.length === 0) return null;
  return question(
    tell(
      `The client sends ${bytesOf(sends)} bytes, one of them with MSG_OOB. How many do the ordinary recv of the server return together? (a number)`,
      `El cliente envía ${bytesOf(sends)} bytes, uno de ellos con MSG_OOB. ¿Cuántos devuelven en total los recv normales del servidor? (un número)`,
      `El client envia ${bytesOf(sends)} bytes, un d’ells amb MSG_OOB. Quants en retornen en total els recv normals del servidor? (un número)`,
    ),
    bytesOf(recvs),
    recvs,
    sends.filter(isOob),
  );
};

const piecesOfStream: Ask = (run) => {
  const recvs = run.calls('server', 'recv').filter((call) => call.bytes > 0 && !isOob(call));
  const [first] = recvs;
  if (first === undefined) return null;
  return question(
    tell(
      `All is there when the server’s first recv asks for ${first.length} bytes. How many does it return? (a number)`,
      `Todo está ya cuando el primer recv del servidor pide ${first.length} bytes. ¿Cuántos devuelve? (un número)`,
      `Tot hi és ja quan el primer recv del servidor demana ${first.length} bytes. Quants en retorna? (un número)`,
    ),
    first.bytes,
    first,
    run.packets({ flags: 'URG' }),
  );
};

export const slowReaderQuestions = asking(isWindowEverClosed('server'), whichCallWaits, isClosedWindowProbed);
export const chargenQuestions = asking(isWindowEverClosed('client'), howDoesReaderEnd);
export const nagleQuestions = asking(howLongIsARound, doesSendWait);
export const lossQuestions = asking(howManyAgain, doesProgramNotice);
export const halfCloseQuestions = asking(whoseFin, dataAfterFin);
export const urgentQuestions = asking(bytesInStream, piecesOfStream);
