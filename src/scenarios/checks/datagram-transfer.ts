import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { byCount } from '../../words/parts.ts';
import { type Check, decide, fails, holds, untold } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { NO_HANDSHAKE } from './datagram.ts';
import { incomplete } from './stream.ts';
import { notOurs } from './tools.ts';

/** What is to be seen of a file as datagrams. */
export function datagramTransferChecks(parameters: Parameters): readonly Check[] {
  const kind = parameters.text('reliability');
  const onWire = parameters.text('family') !== 'unix';
  const isPrivate = parameters.text('net') === 'private';
  const checks: Check[] = onWire ? [NO_HANDSHAKE] : [];
  if (kind === 'stop-and-wait') {
    if (plays(parameters, 'client')) checks.push(ONE_AT_A_TIME);
    if (playsBoth(parameters) && parameters.number('loss') > 0) checks.push(LOST_IS_SENT_AGAIN);
    if (playsBoth(parameters)) checks.push(NOTHING_IS_MISSING);
  } else {
    if (playsBoth(parameters) && onWire && isPrivate) checks.push(BUFFER_DROPS_ARE_COUNTED);
    if (playsBoth(parameters)) checks.push(NOTHING_IS_SENT_AGAIN);
  }
  if (plays(parameters, 'client') && parameters.number('loss') === 0) checks.push(LAST_WORD);
  return checks;
}

const ONE_AT_A_TIME: Check = {
  text: {
    en: 'One datagram is under way at a time: the next sendto comes after the acknowledgement of the last, or after the wait for it was over.',
    es: 'Solo hay un datagrama en camino cada vez: el sendto siguiente viene tras el acuse del anterior, o cuando se acabó de esperarlo.',
    ca: 'Només hi ha un datagrama en camí cada vegada: el sendto següent ve després del reconeixement de l’anterior, o quan s’ha acabat d’esperar-lo.',
  },
  test(run) {
    const calls = run.calls('client', ['sendto', 'recvfrom']);
    const sends = calls.filter(({ name }) => name === 'sendto');
    if (sends.length < 2) return fails(TOO_FEW, sends);
    const bad = calls.findIndex(({ name }, n) => name === 'sendto' && calls[n + 1]?.name === 'sendto');
    return bad < 0 ? holds(calls) : fails(TWO_AT_ONCE, calls.slice(bad, bad + 2));
  },
};

const LOST_IS_SENT_AGAIN: Check = {
  text: {
    en: 'A lost datagram is sent again after the time limit; where its acknowledgement was lost, it comes twice.',
    es: 'Un datagrama perdido se envía otra vez al acabar el plazo; si lo que se perdió fue su acuse, llega dos veces.',
    ca: 'Un datagrama perdut s’envia una altra vegada quan s’acaba el termini; si el que es va perdre va ser el seu reconeixement, arriba dues vegades.',
  },
  test(run) {
    const lost = run.packets({ protocol: 'udp' }).filter((packet) => packet.lost);
    const again = Number(run.report('client', 'sent again') ?? 0);
    const waits = run.calls('client', 'recvfrom').filter(({ errno }) => errno === 'EAGAIN');
    if (lost.length === 0) return untold(NOTHING_LOST);
    return decide(again === waits.length, sentAgain(again, lost.length), lost, waits);
  },
};

const NOTHING_IS_MISSING: Check = {
  text: {
    en: 'In the end nothing is missing: numbers, acknowledgements and repetition have mended every loss.',
    es: 'Al final no falta nada: números, acuses y repeticiones han reparado todas las pérdidas.',
    ca: 'Al final no falta res: números, reconeixements i repeticions han reparat totes les pèrdues.',
  },
  test: (run) => decide(run.report('server', 'missing') === 0, missing(run)),
};

const BUFFER_DROPS_ARE_COUNTED: Check = {
  text: {
    en: 'What arrives at a full receive buffer is lost, though it was on the wire: our count and the kernel’s (RcvbufErrors) are the same.',
    es: 'Lo que llega con el búfer de recepción lleno se pierde, aunque estuvo en la red: nuestra cuenta y la del núcleo (RcvbufErrors) coinciden.',
    ca: 'El que arriba amb el buffer de recepció ple es perd, encara que va ser a la xarxa: el nostre recompte i el del nucli (RcvbufErrors) coincideixen.',
  },
  test(run) {
    const counted = run.counter(
      run.parameters.text('family') === 'ipv6' ? 'Udp6RcvbufErrors' : 'UdpRcvbufErrors',
    );
    if (counted === null) return untold(notOurs(run));
    if (!run.complete) return incomplete(run);
    const sent = run.packets({ protocol: 'udp', from: 'client' }).filter(({ fragment }) => !fragment);
    const fragments = run.packets({ protocol: 'udp', from: 'client' }).length - sent.length;
    if (fragments > 0) return untold(FRAGMENTED);
    const arrived = sent.filter(({ lost }) => !lost);
    const read = run.calls('server', 'recvfrom').filter(({ ok }) => ok);
    const gone = arrived.length - read.length;
    const onTheWay = run.packets({ protocol: 'udp' }).filter(({ lost }) => lost);
    if (gone === 0 && counted === 0) return untold(allFitted(onTheWay.length), read, onTheWay);
    return decide(
      gone === counted,
      drops(gone, counted),
      run.findings('datagrams-full').flatMap(({ packets }) => packets.map(run.packet)),
    );
  },
};

const NOTHING_IS_SENT_AGAIN: Check = {
  text: {
    en: 'Nobody sends a datagram of the file a second time, whatever became of the first.',
    es: 'Nadie envía por segunda vez un datagrama del fichero, sea lo que sea del primero.',
    ca: 'Ningú no envia per segona vegada un datagrama del fitxer, passi el que passi amb el primer.',
  },
  test(run) {
    const { size, chunk } = {
      size: Number(run.report('client', 'bytes')),
      chunk: run.parameters.number('chunk'),
    };
    const sends = run.calls('client', 'sendto').filter(({ ok }) => ok);
    const pieces = Math.ceil(size / chunk);
    const ofFile = sends.slice(0, pieces).reduce((sum, { bytes }) => sum + bytes, 0);
    const head = run.parameters.text('reliability') === 'numbered' ? 4 * pieces : 0;
    return decide(ofFile === size + head, bytesOf(ofFile - head, size), sends);
  },
};

const LAST_WORD: Check = {
  text: {
    en: 'The last message of all cannot be acknowledged: it is the client’s bye, and nobody answers it.',
    es: 'El último mensaje de todos no puede tener acuse: es la despedida del cliente, y nadie la contesta.',
    ca: 'L’últim missatge de tots no pot tenir reconeixement: és el comiat del client, i ningú no el contesta.',
  },
  test(run) {
    const last = run.calls('client', 'sendto').at(-1);
    const after = run.calls('client', 'recvfrom').filter((recv) => recv.entered > (last?.entered ?? 0));
    return last === undefined ? fails(TOO_FEW) : decide(after.length === 0, '', last, after);
  },
};

function missing(run: Evidence): Check['text'] {
  const count = String(run.report('server', 'missing') ?? '?');
  return { en: `missing: ${count}`, es: `faltan: ${count}`, ca: `en falten: ${count}` };
}

function sentAgain(again: number, lost: number): Check['text'] {
  return {
    en: `lost: ${lost}, sent again: ${again}`,
    es: `perdidos: ${lost}, reenviados: ${again}`,
    ca: `perduts: ${lost}, reenviats: ${again}`,
  };
}

function drops(ours: number, kernel: number): Check['text'] {
  return {
    en: `arrived and never read: ${ours}, RcvbufErrors: ${kernel}`,
    es: `llegados y nunca leídos: ${ours}, RcvbufErrors: ${kernel}`,
    ca: `arribats i mai llegits: ${ours}, RcvbufErrors: ${kernel}`,
  };
}

function bytesOf(sent: number, size: number): Check['text'] {
  return { en: `${sent} of ${size} bytes`, es: `${sent} de ${size} bytes`, ca: `${sent} de ${size} bytes` };
}

const TOO_FEW: Check['text'] = {
  en: 'too few datagrams were sent to tell',
  es: 'se enviaron demasiado pocos datagramas para saberlo',
  ca: 'es van enviar massa pocs datagrames per saber-ho',
};
const TWO_AT_ONCE: Check['text'] = {
  en: 'two datagrams were sent without a wait between them',
  es: 'se enviaron dos datagramas sin esperar entre ellos',
  ca: 'es van enviar dos datagrames sense esperar entre ells',
};
const NOTHING_LOST: Check['text'] = {
  en: 'nothing was lost in this run',
  es: 'en esta ejecución no se perdió nada',
  ca: 'en aquesta execució no es va perdre res',
};
/** `onTheWay`: what the lab dropped, which never came to the buffer. */
function allFitted(onTheWay: number): Check['text'] {
  const lost = (words: string): string => (onTheWay === 0 ? '' : `; ${words}`);
  return {
    en: `nothing was lost in the receive buffer: the server read fast enough, or the whole burst fitted into it${lost(`${en(onTheWay, 'datagram')} ${byCount(onTheWay, 'was', 'were')} lost on the way`)}; --size 1M or a small --server-rcvbuf shows the loss in the buffer`,
    es: `no se perdió nada en el búfer de recepción: el servidor leyó lo bastante deprisa, o la ráfaga entera cupo en él${lost(`por el camino ${byCount(onTheWay, 'se perdió', 'se perdieron')} ${es(onTheWay, 'datagrama')}`)}; --size 1M o un --server-rcvbuf pequeño muestran la pérdida en el búfer`,
    ca: `no es va perdre res al buffer de recepció: el servidor va llegir prou de pressa, o la ràfega sencera hi va cabre${lost(`pel camí ${byCount(onTheWay, 'es va perdre', 'es van perdre')} ${ca(onTheWay, 'datagrama')}`)}; --size 1M o un --server-rcvbuf petit mostren la pèrdua al buffer`,
  };
}
const FRAGMENTED: Check['text'] = {
  en: 'the datagrams went in fragments',
  es: 'los datagramas fueron en fragmentos',
  ca: 'els datagrames van anar en fragments',
};
