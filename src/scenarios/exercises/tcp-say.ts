import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import {
  ACCEPT_AFTER_HANDSHAKE,
  END_IS_ZERO_BYTES,
  FIN_EACH_WAY,
  HANDSHAKE_IN_CONNECT,
  SENDS_AND_RECVS_HAVE_SEGMENTS,
} from '../checks/stream.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { sayQuestions } from '../questions/border.ts';
import type { RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { announceServer, clientsToServe, refuseSeveral, serving } from '../support/clients.ts';
import { must, opened } from '../support/must.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { badEnds, plans, reportsOf, total } from '../support/roles.ts';
import { arrived } from '../support/stream.ts';
import { recvSize } from '../support/tune.ts';

/** Prints what each recv returns, until the client has closed. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  must(role, 'bind', s.bind(serverAddress(parameters)));
  must(role, 'listen', s.listen(5));
  announceServer(parameters, role);
  let bytes = 0;
  for (let n = 0; n < clientsToServe(parameters); n += 1) {
    const connection = arrived(s, parameters, role);
    bytes += serving(parameters, () => hear(connection, parameters, role), 0);
    connection.close();
  }
  s.close();
  role.report('bytes received', bytes);
}

/** Prints what one client says. Returns how many bytes that were. */
function hear(connection: Socket, parameters: Parameters, role: RoleContext): number {
  let bytes = 0;
  for (;;) {
    const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
    if (data.length === 0) return bytes;
    bytes += data.length;
    role.print(data.toString('utf8').trimEnd());
  }
}

/** Sends each line as it is typed; without anybody who types, the message alone. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  must(role, 'connect', s.connect(serverAddress(parameters)));
  const own = [parameters.text('message')];
  let lines = 0;
  let bytes = 0;
  for (;;) {
    const line = role.ask('say (Ctrl-D ends)') ?? (role.interactive ? undefined : own.shift());
    if (line === undefined) break;
    const data = Buffer.from(`${line}\n`);
    must(role, 'sendall', s.sendall(data));
    lines += 1;
    bytes += data.length;
  }
  s.close();
  role.report('lines sent', lines);
  role.report('bytes sent', bytes);
}

export const scenario: Scenario = {
  id: 'tcp-say',
  title: {
    en: 'Lines that you type go to a server, one send each',
    es: 'Las líneas que escribes van a un servidor, cada una con su send',
    ca: 'Les línies que escrius van a un servidor, cadascuna amb el seu send',
  },
  teaches: {
    en: 'That a program which waits for its user waits outside of the network: the server sits in recv as long as you think, and the connection stays silent.',
    es: 'Que un programa que espera a su usuario espera fuera de la red: el servidor está en recv mientras piensas, y la conexión sigue en silencio.',
    ca: 'Que un programa que espera el seu usuari espera fora de la xarxa: el servidor és a recv mentre penses, i la connexió continua en silenci.',
  },
  lookFor(parameters) {
    if (parameters.text('family') === 'unix') return [];
    const checks = [SENDS_AND_RECVS_HAVE_SEGMENTS];
    if (plays(parameters, 'server')) checks.unshift(ACCEPT_AFTER_HANDSHAKE);
    if (plays(parameters, 'client')) checks.unshift(HANDSHAKE_IN_CONNECT);
    if (plays(parameters, 'server')) checks.push(END_IS_ZERO_BYTES);
    return playsBoth(parameters) ? [...checks, FIN_EACH_WAY] : checks;
  },
  variants: [
    {
      options: '--message hola --server-recv-buffer 2',
      shows: {
        en: 'One line, several recvs: the server takes two bytes at a time.',
        es: 'Una línea, varios recv: el servidor toma dos bytes cada vez.',
        ca: 'Una línia, diversos recv: el servidor en pren dos bytes cada vegada.',
      },
    },
    {
      options: '--family ipv6',
      shows: {
        en: 'The same over IPv6.',
        es: 'Lo mismo sobre IPv6.',
        ca: 'El mateix sobre IPv6.',
      },
    },
    {
      options: '--pause client:close=200',
      shows: {
        en: 'Silence before the end: an idle connection costs no packet.',
        es: 'Silencio antes del final: una conexión ociosa no cuesta ningún paquete.',
        ca: 'Silenci abans del final: una connexió ociosa no costa cap paquet.',
      },
    },
  ],
  questions: sayQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: ['message', 'clients', 'recv-buffer', 'server-recv-buffer', 'family', 'port', 'role'],
  defaults: { message: 'hello', 'recv-buffer': 1024 },
  validate: refuseSeveral,
  roles(parameters) {
    return plans(parameters, { server: 'server', client: 'client', ready: 'listen' });
  },
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    if (parameters.text('role') !== 'both') return ends;
    const sent = total(outcome, 'client', 'bytes sent');
    const received = total(outcome, 'server', 'bytes received');
    if (reportsOf(outcome, 'client').size > 0 && sent !== received)
      return [
        ...ends,
        tell(
          `the client sent ${en(sent, 'byte')} and the server received ${received}`,
          `el cliente envió ${es(sent, 'byte')} y el servidor recibió ${received}`,
          `el client ha enviat ${ca(sent, 'byte')} i el servidor n’ha rebut ${received}`,
        ),
      ];
    return ends;
  },
};
