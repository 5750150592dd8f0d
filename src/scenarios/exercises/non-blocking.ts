import { POLLIN, POLLOUT, SO_ERROR, SOCK_STREAM, SOL_SOCKET } from '../../sockets/constants.ts';
import { errnoName } from '../../sockets/errno.ts';
import { poll } from '../../sockets/poll.ts';
import { socket } from '../../sockets/socket.ts';
import type { CallResult, Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { nonBlockingChecks } from '../checks/non-blocking.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { nonBlockingQuestions } from '../questions/dialogue.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { refuseEmpty } from '../support/empty-message.ts';
import { must, opened } from '../support/must.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { playsBoth } from '../support/plays.ts';
import { badEnds, plans } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { receiveMessage } from '../support/transmit.ts';
import { tuneClient } from '../support/tune.ts';
import { readToEnd } from '../support/until-end.ts';

/** A repeated SYN comes every second at first (tcp_syn_linear_timeouts, ip-sysctl). */
const PATIENCE_MS = 8000;

/** No call of this socket waits but poll. */
export function client(parameters: Parameters, role: RoleContext): void {
  // --server busy: this connection fills the backlog, and the SYN of the next is not answered.
  const first = parameters.text('server') === 'busy' ? connected(parameters, role) : null;
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneClient(s, parameters, role);
  must(role, 'fcntl O_NONBLOCK', s.setblocking(false));
  told(role, 'connect', s.connect(serverAddress(parameters)));
  if (first !== null) {
    told(role, 'connect again', s.connect(serverAddress(parameters)));
    told(role, 'recv while connecting', s.recv(1));
  }
  const patience = PATIENCE_MS + parameters.number('accept-after');
  must(role, 'poll', poll([{ socket: s, events: POLLOUT }], patience));
  const error = must(role, 'getsockopt SO_ERROR', s.getsockopt(SOL_SOCKET, SO_ERROR));
  role.report('SO_ERROR', error === 0 ? '0' : errnoName(error));
  if (error === 0) converse(s, parameters, role);
  s.close();
  first?.close();
}

/** On the connected socket: connect, and recv before there is anything. */
function converse(s: Socket, parameters: Parameters, role: RoleContext): void {
  // The first call after the handshake finds it done; the one after that finds the socket connected.
  told(role, 'connect when done', s.connect(serverAddress(parameters)));
  told(role, 'connect when connected', s.connect(serverAddress(parameters)));
  told(role, 'recv too early', s.recv(parameters.number('recv-buffer')));
  const message = payloadOf(parameters);
  must(role, 'send', s.send(message.slice(0, message.length)));
  // A server that is somebody else's program may send back less; its first bytes are its answer.
  const wanted = playsBoth(parameters) ? message.length : 1;
  let back = 0;
  while (back < wanted) {
    must(role, 'poll', poll([{ socket: s, events: POLLIN }], PATIENCE_MS));
    const reply = must(role, 'recv', s.recv(parameters.number('recv-buffer')));
    if (reply.length === 0) break;
    back += reply.length;
  }
  role.report('bytes back', back);
}

/** --server busy: does not accept for a while; one connection fills its backlog. */
export function busyServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  sleep(parameters.number('accept-after'));
  const first = accepted(listener, parameters, role);
  echoOnce(listener, parameters, role);
  first.close();
  listener.close();
}

/** --server echo: answers at once. */
export function echoServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  echoOnce(listener, parameters, role);
  listener.close();
}

function echoOnce(listener: Socket, parameters: Parameters, role: RoleContext): void {
  const connection = accepted(listener, parameters, role);
  const data = receiveMessage(connection, parameters, role);
  must(role, 'send', connection.send(Buffer.from(data)));
  readToEnd(connection, parameters, role, 'server');
  connection.close();
}

/** A call that may fail: what became of it. */
function told(role: RoleContext, call: string, result: CallResult<unknown>): void {
  const text = result.ok ? '0' : result.errno;
  role.report(call, text);
  role.print(`${call}: ${text}`);
}

const SERVERS: Readonly<Record<string, string | null>> = {
  busy: 'busyServer',
  echo: 'echoServer',
  none: null,
};

export const scenario: Scenario = {
  id: 'non-blocking',
  title: {
    en: 'A socket that never waits: EINPROGRESS, EALREADY, EISCONN, EAGAIN and poll',
    es: 'Un socket que nunca espera: EINPROGRESS, EALREADY, EISCONN, EAGAIN y poll',
    ca: 'Un socket que mai no s’espera: EINPROGRESS, EALREADY, EISCONN, EAGAIN i poll',
  },
  teaches: {
    en: 'That with O_NONBLOCK connect only starts the handshake and recv only looks: what is not ready is told by an errno that is no failure, and poll says when to ask again.',
    es: 'Que con O_NONBLOCK connect solo inicia el establecimiento de la conexión y recv solo mira: lo que no está listo lo dice un errno que no es un fallo, y poll avisa de cuándo preguntar otra vez.',
    ca: 'Que amb O_NONBLOCK connect només comença l’establiment de la connexió i recv només mira: el que no està a punt ho diu un errno que no és cap fallada, i poll avisa de quan cal tornar a preguntar.',
  },
  lookFor: nonBlockingChecks,
  questions: nonBlockingQuestions,
  protocol: 'tcp',
  parameters: [
    ...['server', 'accept-after', 'message', 'size', 'recv-buffer', 'family', 'port', 'backlog'],
    ...['reuseaddr', 'nodelay', 'sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf', 'role'],
  ],
  defaults: { server: 'busy', message: 'hello', backlog: 0, 'accept-after': 300, 'recv-buffer': 1024 },
  narrow: {
    family: { choices: INTERNET },
    size: { min: 1, max: 1024 },
    'accept-after': { max: 30_000 },
    'recv-buffer': { max: 1 << 20 },
    server: {
      choices: {
        busy: {
          en: 'its backlog is full: the SYN is answered only after it has accepted, so that there is time to look',
          es: 'su cola está llena: el SYN solo se contesta cuando ha aceptado, y así da tiempo a mirar',
          ca: 'la seva cua és plena: el SYN només es respon quan ha acceptat, i així hi ha temps de mirar',
        },
        echo: { en: 'it answers at once', es: 'contesta enseguida', ca: 'respon de seguida' },
        none: {
          en: 'there is none: the connect fails later',
          es: 'no hay: el connect falla después',
          ca: 'no n’hi ha: el connect falla després',
        },
      },
    },
  },
  variants: [
    {
      options: '--server echo',
      shows: {
        en: 'Even where the answer comes at once, connect does not wait for it: EINPROGRESS.',
        es: 'Aunque la respuesta llegue al momento, connect no la espera: EINPROGRESS.',
        ca: 'Encara que la resposta arribi de seguida, connect no l’espera: EINPROGRESS.',
      },
    },
    {
      options: '--server none',
      shows: {
        en: 'The refusal comes after connect has returned: poll wakes, and SO_ERROR says ECONNREFUSED.',
        es: 'El rechazo llega cuando connect ya ha devuelto el control: poll despierta, y SO_ERROR dice ECONNREFUSED.',
        ca: 'El refús arriba quan connect ja ha retornat: poll desperta, i SO_ERROR diu ECONNREFUSED.',
      },
    },
    {
      options: '--server busy --accept-after 1200 --family ipv6',
      shows: {
        en: 'Over IPv6, and the first repetition of the SYN still finds no room.',
        es: 'Sobre IPv6, y la primera repetición del SYN aún no encuentra sitio.',
        ca: 'Sobre IPv6, i la primera repetició del SYN encara no troba lloc.',
      },
    },
    {
      options: '--server none --family ipv6',
      shows: {
        en: 'The late refusal over IPv6.',
        es: 'El rechazo tardío sobre IPv6.',
        ca: 'El refús tardà sobre IPv6.',
      },
    },
  ],
  validate(parameters) {
    if (SERVERS[parameters.text('server')] !== null)
      refuseEmpty(payloadOf(parameters), 'there would be no reply for poll to wait for');
  },
  roles: (parameters) =>
    plans(parameters, {
      server: SERVERS[parameters.text('server')] ?? null,
      client: 'client',
      ready: 'listen',
    }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeEnd(parameters, outcome)] : ends;
  },
};

function judgeEnd(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const { SO_ERROR: error, 'bytes back': back } = reports.get('client') ?? {};
  const wanted = parameters.text('server') === 'none' ? 'ECONNREFUSED' : '0';
  if (error !== wanted)
    return [
      tell(
        `SO_ERROR was ${error ?? 'never asked'}, not ${wanted}`,
        `SO_ERROR fue ${error ?? 'nunca consultado'}, no ${wanted}`,
        `SO_ERROR ha estat ${error ?? 'no consultat mai'}, no ${wanted}`,
      ),
    ];
  const { length } = payloadOf(parameters);
  return wanted === '0' && back !== length
    ? [
        tell(
          `${back ?? 'no'} bytes came back of ${length}`,
          `volvieron ${back ?? 0} bytes de ${length}`,
          `han tornat ${back ?? 0} bytes de ${length}`,
        ),
      ]
    : [];
}
