import type { Text } from '../../words/text.ts';
import { inetdChecks } from '../checks/inetd.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { echoServiceQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientsToServe } from '../support/clients.ts';
import { askDatagram, datagramClient, eachDatagram, isTcp, refuseCutting } from '../support/inetd.ts';
import { must } from '../support/must.ts';
import { INETD, INTERNET } from '../support/parameter-lists.ts';
import { mayLose } from '../support/patience.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { receive } from '../support/transmit.ts';
import { recvSize } from '../support/tune.ts';

/** Whatever comes goes back: over TCP until the client ends, over UDP one datagram for one (RFC 862). */
export function server(parameters: Parameters, role: RoleContext): void {
  if (isTcp(parameters))
    eachConnection(parameters, role, (connection) => {
      for (;;) {
        const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
        if (data.length === 0) break;
        must(role, 'sendall', connection.sendall(data));
      }
    });
  else
    eachDatagram(
      clientsToServe(parameters) * parameters.number('rounds'),
      parameters,
      role,
      (s, { data, from }) => {
        must(role, 'sendto', s.sendto(data, from ?? ''));
      },
    );
}

/** Sends its message --rounds times, and reads each echo before it goes on. */
export function client(parameters: Parameters, role: RoleContext): void {
  const payload = payloadOf(parameters, role.index);
  const message = Buffer.from(payload.slice(0, payload.length));
  const s = isTcp(parameters) ? connected(parameters, role) : datagramClient(parameters, role);
  let good = 0;
  for (let n = 0; n < parameters.number('rounds'); n += 1) {
    const echo = isTcp(parameters)
      ? streamEcho(s, message, parameters, role)
      : askDatagram(s, message, parameters, role);
    if (echo?.equals(message)) good += 1;
  }
  s.close();
  role.report('good echoes', good);
}

function streamEcho(
  s: ReturnType<typeof connected>,
  message: Buffer,
  parameters: Parameters,
  role: RoleContext,
): Buffer {
  must(role, 'sendall', s.sendall(message));
  return receive(s, message.length, parameters, role, 'client');
}

export const scenario: Scenario = {
  id: 'echo',
  title: tell(
    'The echo service (port 7): whatever is sent comes back',
    'El servicio echo (puerto 7): lo que se envía vuelve',
    'El servei echo (port 7): el que s’envia torna',
  ),
  teaches: tell(
    'The same service in both protocols: a stream that ends, and datagrams that each stand alone; and that a port below 1024 needs a privilege.',
    'El mismo servicio en los dos protocolos: un flujo que se acaba, y datagramas cada uno por su cuenta; y que un puerto menor que 1024 exige un privilegio.',
    'El mateix servei en tots dos protocols: un flux que s’acaba, i datagrames cadascun pel seu compte; i que un port menor que 1024 exigeix un privilegi.',
  ),
  lookFor: (parameters) => inetdChecks(parameters, 'client'),
  questions: echoServiceQuestions,
  protocol: 'both',
  servesUntilEnded: true,
  parameters: ['message', 'size', 'rounds', ...INETD],
  defaults: { port: 7, message: 'hello, echo', 'recv-buffer': 2048 },
  narrow: {
    family: { choices: INTERNET },
    message: { min: 1 },
    // More might fill the buffers of both ways while each side waits for the other to read.
    size: {
      min: 1,
      max: 2048,
      help: {
        en: 'send this many pseudo-random bytes at a time (see --seed)',
        es: 'enviar cada vez tantos bytes pseudoaleatorios (véase --seed)',
        ca: 'enviar cada cop tants bytes pseudoaleatoris (vegeu --seed)',
      },
    },
    'recv-buffer': { min: 2048 },
  },
  variants: [
    {
      options: '--protocol udp --rounds 3',
      shows: tell(
        'Three datagrams, three echoes; nothing before and nothing after.',
        'Tres datagramas, tres ecos; nada antes y nada después.',
        'Tres datagrames, tres ecos; res abans i res després.',
      ),
    },
    {
      options: '--clients 2 --size 2000 --client-recv-buffer 500',
      shows: tell(
        'Two segments a message, and an echo read in pieces.',
        'Dos segmentos por mensaje, y un eco leído a trozos.',
        'Dos segments per missatge, i un eco llegit a trossos.',
      ),
    },
    {
      options: '--family ipv6 --rounds 5',
      shows: tell(
        'Five questions and answers over one IPv6 connection.',
        'Cinco preguntas y respuestas por una conexión IPv6.',
        'Cinc preguntes i respostes per una connexió IPv6.',
      ),
    },
    {
      options: '--protocol udp --size 2000 --clients 2',
      shows: tell(
        'A datagram larger than the MTU travels in fragments, and is one recvfrom all the same.',
        'Un datagrama mayor que la MTU viaja en fragmentos, y aun así es un solo recvfrom.',
        'Un datagrama més gran que l’MTU viatja en fragments, i tot i així és un sol recvfrom.',
      ),
    },
  ],
  validate: (parameters) => refuseCutting(payloadOf(parameters).length, parameters),
  roles: (parameters) =>
    plans(parameters, { server: 'server', client: 'client', ready: isTcp(parameters) ? 'listen' : 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeEchoes(parameters, outcome)],
};

function judgeEchoes(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (mayLose(parameters) && !isTcp(parameters)) return [];
  const rounds = parameters.number('rounds');
  return [...reportsOf(outcome, 'client')]
    .filter(([, report]) => report['good echoes'] !== rounds)
    .map(([name, report]) =>
      tell(
        `${name} got ${report['good echoes'] ?? 0} good echoes of ${rounds}`,
        `${name} recibió ${report['good echoes'] ?? 0} ecos buenos de ${rounds}`,
        `${name} ha rebut ${report['good echoes'] ?? 0} ecos bons de ${rounds}`,
      ),
    );
}
