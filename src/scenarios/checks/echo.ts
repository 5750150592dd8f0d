import { type Check, decide, fails, holds, judging, untold } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import { UNORDERED } from '../may-miss.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import {
  ACCEPT_AFTER_HANDSHAKE,
  END_IS_ZERO_BYTES,
  FIN_EACH_WAY,
  HANDSHAKE_IN_CONNECT,
  incomplete,
  SENDS_AND_RECVS_HAVE_SEGMENTS,
  thirdStep,
} from './stream.ts';

/** What is to be seen of an echo without a mistake. */
export function echoChecks(parameters: Parameters): readonly Check[] {
  if (parameters.text('family') === 'unix') return [NEVER_ON_THE_NETWORK, ...modelChecks(parameters)];
  const resets = parameters.optionalNumber('linger') === 0;
  const once = parameters.text('serve') === 'once' && parameters.number('clients') > 1;
  const checks: Check[] = [];
  if (plays(parameters, 'client')) checks.push(HANDSHAKE_IN_CONNECT);
  if (plays(parameters, 'server')) checks.push(ACCEPT_AFTER_HANDSHAKE);
  if (!once && parameters.optionalNumber('size') !== 0) checks.push(SENDS_AND_RECVS_HAVE_SEGMENTS);
  if (plays(parameters, 'server') && !resets) checks.push(END_IS_ZERO_BYTES);
  if (playsBoth(parameters) && !resets) checks.push(FIN_EACH_WAY);
  if (playsBoth(parameters) && once) checks.push(LATER_CLIENTS_ARE_RESET);
  return [...checks, ...modelChecks(parameters)];
}

/** What is to be seen of each way to serve several clients. */
export function modelChecks(parameters: Parameters): readonly Check[] {
  if (!playsBoth(parameters)) return [];
  const clients = parameters.number('clients');
  const isTcp = parameters.text('family') !== 'unix';
  switch (parameters.text('serve')) {
    case 'iterative':
      return clients > 1 && isTcp ? [WAITS_IN_THE_BACKLOG] : [];
    case 'thread':
    case 'process':
      return [oneServantEach(clients)];
    case 'poll':
      return [ONE_FOR_ALL];
    default:
      return [];
  }
}

export const NEVER_ON_THE_NETWORK: Check = {
  text: {
    en: 'There is no packet at all: sockets of the UNIX domain never touch the network.',
    es: 'No hay ningún paquete: los sockets del dominio UNIX no pasan nunca por la red.',
    ca: 'No hi ha cap paquet: els sockets del domini UNIX no passen mai per la xarxa.',
  },
  test(run) {
    const ours = run.packets().filter(({ reason }) => reason !== 'foreign');
    if (ours.length > 0) return fails(someCame(ours.length), ours);
    if (!run.complete) return incomplete(run);
    const moved = run.calls('*', ['connect', 'accept', 'send', 'sendto']).filter(({ ok }) => ok);
    return judging(moved, () => holds(run.calls('*', ['connect', 'accept'])));
  },
};

/** A client that came when the server was free again did not have to wait: then there is nothing to tell. */
const WAITS_IN_THE_BACKLOG: Check = {
  text: {
    en: 'The next client’s handshake completes in the backlog while the server is busy, before the accept that takes it is even called.',
    es: 'La conexión del cliente siguiente se establece en la cola de listen mientras el servidor está ocupado, antes incluso de que se llame al accept que lo recoge.',
    ca: 'La connexió del client següent s’estableix a la cua de listen mentre el servidor està ocupat, abans i tot que es cridi l’accept que el recull.',
  },
  test(run) {
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    const waited = accepts.flatMap((accept, n) => {
      const third = thirdStep(run, accept.connection);
      if (n === 0 || third === undefined || run.before(third, accept) !== true) return [];
      return [accept, third];
    });
    if (waited.length > 0) return holds(waited);
    if (!run.complete) return incomplete(run);
    if (!run.ordered) return untold(UNORDERED);
    const wasBusy = accepts.some((accept, n) => {
      const syn = run.packets({ connection: accept.connection, flags: 'SYN !ACK' }).find(({ lost }) => !lost);
      return n > 0 && run.before(syn, accept) === true;
    });
    return wasBusy ? fails(NOT_IN_TIME, accepts) : untold(NOBODY_WAITED, accepts);
  },
};

const LATER_CLIENTS_ARE_RESET: Check = {
  text: {
    en: 'Only the first client is accepted: the kernel has connected the others all the same, and resets them when the server closes its listening socket.',
    es: 'Solo se acepta al primer cliente: a los demás el núcleo los ha conectado igualmente, y los corta con un RST cuando el servidor cierra el socket de escucha.',
    ca: 'Només s’accepta el primer client: els altres el nucli els ha connectat igualment, i els talla amb un RST quan el servidor tanca el socket d’escolta.',
  },
  test(run) {
    const taken = new Set(run.calls('server', 'accept').map(({ connection }) => connection));
    const turnedAway = run.connections('tcp').filter(({ index }) => !taken.has(index));
    const resets: PacketSeen[] = [];
    for (const { index } of turnedAway) {
      const [reset] = run.packets({ connection: index, from: 'server', flags: 'RST' });
      if (reset === undefined) return run.complete ? fails(NO_RESET) : incomplete(run);
      resets.push(reset);
    }
    if (turnedAway.length === 0) return run.complete ? fails(NO_RESET) : incomplete(run);
    return holds(run.calls('server', 'accept'), resets, run.calls('server', 'close'));
  },
};

function oneServantEach(clients: number): Check {
  return {
    text: {
      en: `Each of the connections (${clients}) is served by a thread or process of its own: the first only accepts.`,
      es: `Cada conexión (${clients}) la atiende un hilo o proceso propio: el primero solo acepta.`,
      ca: `Cada connexió (${clients}) l’atén un fil o procés propi: el primer només accepta.`,
    },
    test(run) {
      const recvs = run.calls('server', 'recv');
      const roles = new Set(recvs.map(({ role }) => role));
      const acceptors = new Set(run.calls('server', 'accept').map(({ role }) => role));
      const apart = [...roles].every((role) => !acceptors.has(role));
      return decide(roles.size === clients && apart, served(roles.size), firstOfEach(run, roles));
    },
  };
}

const ONE_FOR_ALL: Check = {
  text: {
    en: 'One thread serves everybody: poll tells it which socket has something, so no accept and no recv has to wait.',
    es: 'Un solo hilo atiende a todos: poll le dice qué socket tiene algo, así que ningún accept ni recv tiene que esperar.',
    ca: 'Un sol fil els atén tots: poll li diu quin socket té alguna cosa, de manera que cap accept ni cap recv no ha d’esperar.',
  },
  test(run) {
    const calls = run.calls('server', ['poll', 'accept', 'recv']);
    const roles = new Set(calls.map(({ role }) => role));
    let hasPolled = false;
    for (const call of calls) {
      if (call.name === 'poll') hasPolled = true;
      else if (!hasPolled) return fails(NO_POLL, call);
    }
    return decide(roles.size === 1, served(roles.size), calls);
  },
};

function firstOfEach(run: Evidence, roles: ReadonlySet<string>) {
  return [...roles].flatMap((role) => run.calls(role, 'recv').slice(0, 1));
}

function served(count: number): Check['text'] {
  return {
    en: `served by ${count}`,
    es: `atienden ${count}`,
    ca: `n’atenen ${count}`,
  };
}

function someCame(count: number): Check['text'] {
  return {
    en: `packets captured: ${count}`,
    es: `paquetes capturados: ${count}`,
    ca: `paquets capturats: ${count}`,
  };
}

const NOT_IN_TIME: Check['text'] = {
  en: 'a client had to wait, and yet its handshake was not over before accept was called',
  es: 'un cliente tuvo que esperar, y aun así su conexión no estaba establecida cuando se llamó a accept',
  ca: 'un client va haver d’esperar, i tot i així la seva connexió no estava establerta quan es va cridar accept',
};
const NOBODY_WAITED: Check['text'] = {
  en: 'no client came while the server was busy',
  es: 'ningún cliente llegó mientras el servidor estaba ocupado',
  ca: 'cap client va arribar mentre el servidor estava ocupat',
};
const NO_RESET: Check['text'] = {
  en: 'a client that was not accepted got no reset',
  es: 'un cliente no aceptado no recibió ningún RST',
  ca: 'un client no acceptat no va rebre cap RST',
};
const NO_POLL: Check['text'] = {
  en: 'it was called before any poll',
  es: 'se llamó antes de ningún poll',
  ca: 's’ha cridat abans de cap poll',
};
