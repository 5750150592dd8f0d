import type { CallResult, Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { resetChecks } from '../checks/reset.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { resetQuestions } from '../questions/refusal.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { refuseEmpty } from '../support/empty-message.ts';
import { must } from '../support/must.ts';
import { INTERNET, RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { receiveMessage, transmit } from '../support/transmit.ts';
import { recvSize } from '../support/tune.ts';
import { awaitArrival, readToEnd } from '../support/until-end.ts';

/** unread: sends, and learns from its recv that the server did not want it. */
export function unreadClient(parameters: Parameters, role: RoleContext): void {
  const s = connected(parameters, role);
  sendMessage(s, parameters, role);
  told(role, 'recv', s.recv(recvSize(parameters, 'client')));
  told(role, 'second recv', s.recv(recvSize(parameters, 'client')));
  s.close();
}

/** unread: closes although bytes lie in its receive buffer: RST, not FIN (RFC 2525 section 2.17). */
export function unreadServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  awaitArrival(connection, role);
  connection.close();
  listener.close();
}

/** linger: SO_LINGER with a time of 0 makes close throw the connection away. */
export function lingerClient(parameters: Parameters, role: RoleContext): void {
  const s = connected(parameters, role);
  must(role, 'setsockopt SO_LINGER', s.setLinger(0));
  sendMessage(s, parameters, role);
  const answer = must(role, 'recv', s.recv(recvSize(parameters, 'client')));
  role.report('answered', answer.length);
  s.close();
}

/** linger: reads the message and answers, waits for more, and gets the reset instead. */
export function lingerServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  const data = receiveMessage(connection, parameters, role);
  must(role, 'send', connection.send(data.subarray(0, 1)));
  told(role, 'recv', connection.recv(recvSize(parameters, 'server')));
  connection.close();
  listener.close();
}

/** write-after-close: reads the end of the stream, and goes on sending all the same. */
export function stubbornClient(parameters: Parameters, role: RoleContext): void {
  const s = connected(parameters, role);
  readToEnd(s, parameters, role, 'client');
  const message = payloadOf(parameters);
  told(role, 'first send', s.send(message.slice(0, message.length)));
  // Its answer, the RST, has come before send returned or comes at once; the next call tells.
  awaitArrival(s, role);
  told(role, 'second send', s.send(message.slice(0, message.length)));
  s.close();
}

/** write-after-close: has nothing to say, and closes. */
export function briefServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  accepted(listener, parameters, role).close();
  listener.close();
}

function sendMessage(s: Socket, parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters);
  transmit(s, Buffer.from(message.slice(0, message.length)), parameters, role);
}

/** A call that may fail: what became of it. */
function told(role: RoleContext, call: string, result: CallResult<number | Buffer>): void {
  const text = result.ok
    ? `${typeof result.value === 'number' ? result.value : result.value.length}`
    : result.errno;
  role.report(call, text);
  role.print(`${call}: ${text}`);
}

interface Way {
  readonly text: Text;
  readonly client: string;
  readonly server: string;
  /** By role and call: what it has to say. */
  readonly expected: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const WAYS: Readonly<Record<string, Way>> = {
  unread: {
    text: {
      en: 'the server closes with unread data in its receive buffer',
      es: 'el servidor cierra con datos sin leer en su búfer de recepción',
      ca: 'el servidor tanca amb dades sense llegir al buffer de recepció',
    },
    client: 'unreadClient',
    server: 'unreadServer',
    expected: { client: { recv: 'ECONNRESET', 'second recv': '0' } },
  },
  linger: {
    text: {
      en: 'the client closes with SO_LINGER and a time of 0',
      es: 'el cliente cierra con SO_LINGER y un tiempo de 0',
      ca: 'el client tanca amb SO_LINGER i un temps de 0',
    },
    client: 'lingerClient',
    server: 'lingerServer',
    expected: { server: { recv: 'ECONNRESET' } },
  },
  'write-after-close': {
    text: {
      en: 'the client sends to a server that has closed: the first send succeeds, the second gets EPIPE',
      es: 'el cliente envía a un servidor que ya ha cerrado: el primer send va bien, el segundo recibe EPIPE',
      ca: 'el client envia a un servidor que ja ha tancat: el primer send va bé, el segon rep EPIPE',
    },
    client: 'stubbornClient',
    server: 'briefServer',
    expected: { client: { 'second send': 'EPIPE' } },
  },
};

export const scenario: Scenario = {
  id: 'reset',
  title: {
    en: 'A connection that ends with RST instead of FIN',
    es: 'Una conexión que acaba con RST en vez de FIN',
    ca: 'Una connexió que acaba amb RST en comptes de FIN',
  },
  teaches: {
    en: 'What makes a kernel reset a connection, and which call of the other side finds out: ECONNRESET for who reads, EPIPE for who goes on writing.',
    es: 'Qué hace que un núcleo corte una conexión con un RST, y qué llamada del otro lado se entera: ECONNRESET para quien lee, EPIPE para quien sigue escribiendo.',
    ca: 'Què fa que un nucli talli una connexió amb un RST, i quina crida de l’altra banda se n’assabenta: ECONNRESET per a qui llegeix, EPIPE per a qui continua escrivint.',
  },
  lookFor: resetChecks,
  questions: resetQuestions,
  protocol: 'tcp',
  parameters: ['how', 'message', 'size', ...RECV_BUFFERS, ...STREAM],
  defaults: { how: 'unread', message: 'hello', 'recv-buffer': 1024 },
  narrow: {
    family: { choices: INTERNET },
    how: { choices: Object.fromEntries(Object.entries(WAYS).map(([name, { text }]) => [name, text])) },
    size: { min: 1, max: 4096 },
  },
  variants: [
    {
      options: '--how linger',
      shows: {
        en: 'SO_LINGER 0: close throws the connection away.',
        es: 'SO_LINGER 0: close tira la conexión.',
        ca: 'SO_LINGER 0: close llença la connexió.',
      },
    },
    {
      options: '--how write-after-close',
      shows: {
        en: 'Writing to who has closed: the first send succeeds, the second gets EPIPE.',
        es: 'Escribir a quien ha cerrado: el primer send tiene éxito, el segundo recibe EPIPE.',
        ca: 'Escriure a qui ha tancat: el primer send té èxit, el segon rep EPIPE.',
      },
    },
    {
      options: '--how unread --size 3000 --family ipv6',
      shows: {
        en: 'More unread bytes, over IPv6: the same RST.',
        es: 'Más bytes sin leer, sobre IPv6: el mismo RST.',
        ca: 'Més bytes sense llegir, sobre IPv6: el mateix RST.',
      },
    },
    {
      options: '--how linger --family ipv6',
      shows: {
        en: 'The same over IPv6.',
        es: 'Lo mismo sobre IPv6.',
        ca: 'El mateix sobre IPv6.',
      },
    },
    {
      options: '--how linger --size 3000 --recv-buffer 1000',
      shows: {
        en: 'A message of several recv calls: the reset comes to the one that waits for more.',
        es: 'Un mensaje que pide varios recv: el RST le llega al que espera más.',
        ca: 'Un missatge que demana més d’un recv: l’RST arriba al que n’espera més.',
      },
    },
    {
      options: '--how write-after-close --timeout 2000',
      shows: {
        en: 'With a time limit poll looks first: it tells of the error before send does.',
        es: 'Con un límite de tiempo poll mira primero: avisa del error antes que send.',
        ca: 'Amb un límit de temps poll mira primer: avisa de l’error abans que send.',
      },
    },
  ],
  validate: (parameters) =>
    refuseEmpty(payloadOf(parameters), 'it takes a byte for a reset to be caused, or noticed'),
  roles(parameters) {
    const way = WAYS[parameters.text('how')];
    return plans(parameters, {
      server: way?.server ?? 'unreadServer',
      client: way?.client ?? 'unreadClient',
      ready: 'listen',
    });
  },
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeErrors(parameters, outcome)],
};

function judgeErrors(parameters: Parameters, { reports, exits }: Outcome): readonly Text[] {
  const expected = WAYS[parameters.text('how')]?.expected ?? {};
  const problems: Text[] = [];
  for (const [role, calls] of Object.entries(expected)) {
    if (!exits.has(role)) continue;
    for (const [call, wanted] of Object.entries(calls)) {
      const got = reports.get(role)?.[call];
      if (got !== wanted)
        problems.push(
          tell(
            `${role}: ${call} should have said ${wanted}, and said ${got ?? 'nothing'}`,
            `${role}: ${call} debía decir ${wanted}, y dijo ${got ?? 'nada'}`,
            `${role}: ${call} havia de dir ${wanted}, i ha dit ${got ?? 'res'}`,
          ),
        );
    }
  }
  return problems;
}
