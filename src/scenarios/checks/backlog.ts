import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { type Check, decide, judging, untold } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import { UNORDERED } from '../may-miss.ts';
import type { Parameters } from '../parameters.ts';
import { ACCEPT_IN_ORDER } from '../support/accept-order.ts';
import { playsBoth } from '../support/plays.ts';
import { incomplete, thirdStep } from './stream.ts';
import { absent, countedNote, found, isUndisturbed, isUnix, notOurs, onWire, tell } from './tools.ts';

/** A client that the machine starts late should still come before the first accept. */
const MARGIN_MS = 150;

/** What is to be seen of clients that come before the server accepts. */
export function backlogChecks(parameters: Parameters): readonly Check[] {
  const clients = parameters.number('clients');
  const room = parameters.number('backlog') + 1;
  const stagger = parameters.number('stagger');
  const allInTime = (clients - 1) * stagger + MARGIN_MS <= parameters.number('accept-after');
  const orderly = playsBoth(parameters) && isUndisturbed(parameters) && allInTime;
  if (isUnix(parameters))
    return [...onWire(parameters, []), ...(orderly && clients > room ? [CONNECT_BLOCKS] : [])];
  const checks: Check[] = [];
  if (orderly) checks.push(doneBeforeAccept(Math.min(room, clients), parameters.number('backlog')));
  // Handshakes that run at the same time may find room for the SYN, and none for the ACK.
  if (orderly && stagger >= 20) checks.push(clients > room ? SYN_IGNORED : NOBODY_WAITS);
  if (playsBoth(parameters)) checks.push(ACCEPT_IN_ORDER);
  return [...checks, OVERFLOWS_COUNTED];
}

function doneBeforeAccept(count: number, backlog: number): Check {
  return {
    text: tell(
      `The kernel completes ${en(count, 'handshake')} before the server calls accept: listen(${backlog}) lets ${backlog + 1} wait, one more than it says.`,
      `El núcleo establece ${es(count, 'conexión', 'conexiones')} antes de que el servidor llame a accept: listen(${backlog}) deja esperar ${backlog + 1}, una más de las que dice.`,
      `El nucli estableix ${ca(count, 'connexió', 'connexions')} abans que el servidor cridi accept: listen(${backlog}) en deixa esperar ${backlog + 1}, una més de les que diu.`,
    ),
    test(run) {
      const [accept] = run.calls('server', 'accept');
      const done = run
        .connections('tcp')
        .map(({ index }) => thirdStep(run, index))
        .filter((step) => step !== undefined)
        .filter((step) => accept !== undefined && step.time <= accept.entered);
      if (!run.complete) return incomplete(run);
      if (!run.ordered) return untold(UNORDERED);
      // Clients that came at the same time may all have been let in by their SYN, though not all had room at their ACK.
      const enough = run.parameters.number('stagger') === 0 ? done.length >= count : done.length === count;
      return decide(
        enough,
        tell(`here ${done.length}`, `aquí ${done.length}`, `aquí ${done.length}`),
        done,
        accept,
      );
    },
  };
}

const SYN_IGNORED: Check = {
  text: tell(
    'The next client’s SYN finds the queue full and is not answered: connect blocks, and its kernel sends the SYN again after a second, until there is room.',
    'El SYN del cliente siguiente encuentra la cola llena y no obtiene respuesta: connect se bloquea, y su núcleo repite el SYN al cabo de un segundo, hasta que hay sitio.',
    'El SYN del client següent troba la cua plena i no obté resposta: connect es bloqueja, i el seu nucli repeteix el SYN al cap d’un segon, fins que hi ha lloc.',
  ),
  test: (run) =>
    found(
      run,
      run.packets({ from: 'client', reason: 'syn-again' }),
      tell('SYNs sent again', 'SYN repetidos', 'SYN repetits'),
    ),
};

const NOBODY_WAITS: Check = {
  text: tell(
    'There is room for every client in the queue: no SYN has to be sent again.',
    'En la cola hay sitio para todos los clientes: no hay que repetir ningún SYN.',
    'A la cua hi ha lloc per a tots els clients: no cal repetir cap SYN.',
  ),
  test: (run) =>
    absent(
      run,
      run.packets({ reason: ['syn-again', 'syn-ack-again'] }),
      tell('some were', 'alguno se repitió', 'algun es va repetir'),
      run.calls('client', 'connect'),
    ),
};

const CONNECT_BLOCKS: Check = {
  text: tell(
    'In the UNIX domain, too, listen limits who may wait: the connect of the next client blocks until an accept has made room.',
    'También en el dominio UNIX listen limita cuántos pueden esperar: el connect del cliente siguiente se bloquea hasta que un accept hace sitio.',
    'També al domini UNIX listen limita quants es poden esperar: el connect del client següent es bloqueja fins que un accept fa lloc.',
  ),
  test(run) {
    const [accept] = run.calls('server', 'accept');
    const blocked = run
      .calls('client', 'connect')
      .filter(({ returned }) => returned >= (accept?.entered ?? Number.POSITIVE_INFINITY));
    return decide(blocked.length > 0, '', blocked, accept);
  },
};

/** A SYN that was not answered is an overflow, and so is each packet of a client that a full queue kept from completing its handshake. */
const OVERFLOWS_COUNTED: Check = {
  text: tell(
    'The kernel counted the SYNs and the last ACKs of handshakes that found the queue full (ListenOverflows): as many as the ladder shows.',
    'El núcleo contó los SYN y los últimos ACK de un handshake que encontraron la cola llena (ListenOverflows): tantos como muestra el diagrama.',
    'El nucli va comptar els SYN i els últims ACK d’un handshake que van trobar la cua plena (ListenOverflows): tants com mostra el diagrama.',
  ),
  test(run) {
    const unanswered = unansweredSyns(run);
    const counted = run.counter('TcpExtListenOverflows');
    if (counted === null) return untold(notOurs(run), unanswered);
    if (!run.complete) return incomplete(run);
    if (run.parameters.number('loss') > 0) return untold(LOSSY);
    const acks = run.packets({ from: 'client', flags: 'ACK !SYN' });
    const ignored = acks.filter(({ untaken }) => untaken === 'full');
    const unsure = acks.filter(({ untaken }) => untaken === 'perhaps' || untaken === 'untold').length;
    const seen = [...unanswered, ...ignored];
    const note = countedNote('ListenOverflows', counted, seen.length);
    const isSo = seen.length <= counted && counted <= seen.length + unsure;
    return judging(run.connections('tcp'), () => decide(isSo, note, seen));
  },
};

/** SYNs behind which the next packet of the connection is a SYN again. */
function unansweredSyns(run: Evidence): readonly PacketSeen[] {
  return run.connections('tcp').flatMap(({ index }) => {
    const packets = run.packets({ connection: index, flags: 'SYN' });
    return packets.filter(({ flags }, n) => flags === 'SYN' && packets[n + 1]?.flags !== 'SYN ACK');
  });
}

const LOSSY = tell(
  'a SYN that the lab drops (--loss) is not answered either',
  'un SYN que el laboratorio pierde (--loss) tampoco obtiene respuesta',
  'un SYN que el laboratori perd (--loss) tampoc no obté resposta',
);
