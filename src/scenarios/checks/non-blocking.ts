import { type Check, decide, fails, untold, type Verdict } from '../check.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { plays } from '../support/plays.ts';
import { END_IS_ZERO_BYTES } from './stream.ts';
import { found, isUndisturbed, tell, withStranger } from './tools.ts';

/** What is to be seen of a socket that never waits. */
export function nonBlockingChecks(parameters: Parameters): readonly Check[] {
  if (!plays(parameters, 'client')) return withStranger(parameters, [END_IS_ZERO_BYTES]);
  const server = parameters.text('server');
  const isBusy = server === 'busy' && isUndisturbed(parameters) && parameters.number('backlog') === 0;
  const checks: Check[] = [IN_PROGRESS];
  if (isBusy && plays(parameters, 'server')) checks.push(SYN_REPEATED, ALREADY, NOT_YET);
  if (server === 'none') return [...checks, REFUSED_LATER];
  return [...checks, POLL_WAKES, DONE_THEN_CONNECTED, RECV_TOO_EARLY];
}

/** The connect calls of the socket that was made non-blocking, and its other calls. */
function ofSocket(run: Evidence, name: string): readonly CallSeen[] {
  const socket = run.calls('client', 'fcntl').at(-1)?.socket;
  return run.calls('client', name).filter((call) => call.socket === socket);
}

const IN_PROGRESS: Check = {
  text: tell(
    'connect sends the SYN and returns at once with EINPROGRESS: the handshake goes on without the program.',
    'connect envía el SYN y vuelve enseguida con EINPROGRESS: el establecimiento de la conexión sigue sin el programa.',
    'connect envia el SYN i retorna de seguida amb EINPROGRESS: l’establiment de la connexió continua sense el programa.',
  ),
  test(run) {
    const [connect] = ofSocket(run, 'connect');
    if (connect?.errno !== 'EINPROGRESS') return fails(results(run, 'connect'), connect);
    const syns = run.packetsOf(connect, 'causes').filter(({ flags }) => flags === 'SYN');
    const verdict = found(run, syns, tell('no SYN', 'ningún SYN', 'cap SYN'));
    return { ...verdict, calls: [connect.index, ...verdict.calls] };
  },
};

const SYN_REPEATED: Check = {
  text: tell(
    'While it is in progress the SYN waits for an answer: the backlog is full, and it has to be sent again.',
    'Mientras está en curso, el SYN espera una respuesta: la cola de listen está llena, y hay que enviarlo otra vez.',
    'Mentre està en curs, el SYN espera una resposta: la cua de listen és plena, i cal tornar-lo a enviar.',
  ),
  test: (run) =>
    found(
      run,
      run.packets({ reason: 'syn-again' }),
      tell('none again', 'ninguno repetido', 'cap de repetit'),
    ),
};

const ALREADY: Check = {
  text: tell(
    'A second connect meanwhile fails with EALREADY, and sends nothing.',
    'Un segundo connect mientras tanto falla con EALREADY, y no envía nada.',
    'Un segon connect mentrestant falla amb EALREADY, i no envia res.',
  ),
  test(run) {
    const [, second] = ofSocket(run, 'connect');
    const silent = second !== undefined && run.packetsOf(second, 'causes').length === 0;
    return decide(second?.errno === 'EALREADY' && silent, results(run, 'connect'), second);
  },
};

const NOT_YET: Check = {
  text: tell(
    'recv meanwhile says EAGAIN: nothing has come, which is no failure.',
    'recv mientras tanto dice EAGAIN: no ha llegado nada, lo que no es un fallo.',
    'recv mentrestant diu EAGAIN: no ha arribat res, cosa que no és cap fallada.',
  ),
  test: (run) => isErrno(run, 'recv', 0, 'EAGAIN'),
};

const POLL_WAKES: Check = {
  text: tell(
    'poll returns when the SYN, ACK has come: the socket is writable, and SO_ERROR is 0.',
    'poll devuelve el control cuando ha llegado el SYN, ACK: se puede escribir en el socket, y SO_ERROR es 0.',
    'poll retorna quan ha arribat el SYN, ACK: es pot escriure al socket, i SO_ERROR és 0.',
  ),
  test(run) {
    const [connect] = ofSocket(run, 'connect');
    const [poll] = run.calls('client', 'poll');
    const answers = run.packets({ connection: connect?.connection ?? -1, flags: 'SYN ACK' });
    const ended = run.report('client', 'SO_ERROR') === '0' && poll?.ret === 1;
    const order = answers.length === 0 ? null : run.endsBefore(answers[0], poll);
    return decide(ended ? order : false, results(run, 'poll'), poll, answers);
  },
};

const DONE_THEN_CONNECTED: Check = {
  text: tell(
    'The next connect returns 0, for the handshake is done; the one after that fails with EISCONN.',
    'El connect siguiente devuelve 0, porque la conexión ya está establecida; el de después falla con EISCONN.',
    'El connect següent retorna 0, perquè la connexió ja està establerta; el de després falla amb EISCONN.',
  ),
  test(run) {
    const connects = ofSocket(run, 'connect');
    // Somebody else's server may have answered before the connect that is meant to come too early.
    const at = connects.findIndex(({ ret }) => ret === 0);
    const [done, ...later] = at < 0 ? [] : connects.slice(at);
    const isConnected = later.length > 0 && later.every(({ errno }) => errno === 'EISCONN');
    return decide(isConnected, results(run, 'connect'), done, later);
  },
};

const RECV_TOO_EARLY: Check = {
  text: tell(
    'recv before there is anything to read says EAGAIN; after poll has seen the reply it returns the bytes.',
    'recv, antes de que haya algo que leer, dice EAGAIN; cuando poll ha visto la respuesta devuelve los bytes.',
    'recv, abans que hi hagi res a llegir, diu EAGAIN; quan poll ha vist la resposta retorna els bytes.',
  ),
  test(run) {
    const recvs = ofSocket(run, 'recv');
    const at = recvs.findLastIndex(({ errno }) => errno === 'EAGAIN');
    const [early, late] = [recvs[at], recvs[at + 1]];
    const proven = early !== undefined && (late?.bytes ?? 0) > 0;
    return decide(proven, results(run, 'recv'), early, late);
  },
};

const REFUSED_LATER: Check = {
  text: tell(
    'The RST comes, poll wakes, and getsockopt(SO_ERROR) says what became of the connect: ECONNREFUSED.',
    'Llega el RST, poll despierta, y getsockopt(SO_ERROR) dice en qué acabó el connect: ECONNREFUSED.',
    'Arriba el RST, poll desperta, i getsockopt(SO_ERROR) diu com ha acabat el connect: ECONNREFUSED.',
  ),
  test(run) {
    const error = run.report('client', 'SO_ERROR');
    if (error !== 'ECONNREFUSED') return fails(`SO_ERROR: ${error}`, run.calls('client', 'getsockopt'));
    const resets = run.packets({ flags: 'RST' });
    const verdict = found(run, resets, tell('no RST', 'ningún RST', 'cap RST'));
    return { ...verdict, calls: run.calls('client', ['poll', 'getsockopt']).map(({ index }) => index) };
  },
};

function isErrno(run: Evidence, name: string, which: number, errno: string): Verdict {
  const call = ofSocket(run, name)[which];
  return call === undefined
    ? untold(results(run, name))
    : decide(call.errno === errno, results(run, name), call);
}

function results(run: Evidence, name: string): Check['text'] {
  const ends = ofSocket(run, name).map(({ errno, ret }) => `${errno ?? ret}`);
  return `${name}: ${ends.join(', ')}`;
}
