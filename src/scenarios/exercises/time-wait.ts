import { SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { expectedBinds, isRestarted, timeWaitChecks } from '../checks/time-wait.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { timeWaitQuestions } from '../questions/refusal.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { awaitState, socketsOn } from '../support/kernel-table.ts';
import { must, opened } from '../support/must.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { badEnds, plans } from '../support/roles.ts';
import { connected } from '../support/stream.ts';
import { readToEnd } from '../support/until-end.ts';

/** Longer than a close on loopback takes, however busy the machine is. */
const PATIENCE_MS = 3000;

/** Serves one client, ends, and is started again: first without SO_REUSEADDR, then with it. */
export function server(parameters: Parameters, role: RoleContext): void {
  const how = parameters.text('how');
  const listener = bound(parameters, role, parameters.text('first') === 'reuseaddr');
  if (listener === null) return;
  must(role, 'listen', listener.listen(5));
  const connection = opened(role, 'accept', listener.accept());
  listener.close(); // the server ends; what it had accepted goes on for now
  if (how === 'reset') must(role, 'setsockopt SO_LINGER', connection.setLinger(0));
  if (how === 'client') readToEnd(connection, parameters, role, 'server');
  if (how === 'open')
    must(role, 'recv', connection.recv(1)); // the client is there, and stays
  else connection.close();
  if (how === 'server') awaitState(parameters.number('port'), 'TIME-WAIT', 1, PATIENCE_MS);

  // Started again.
  const again = bound(parameters, role, false) ?? bound(parameters, role, true);
  if (again !== null) serveAgain(again, parameters, role);
  if (how === 'open') connection.close();
}

/** socket, perhaps SO_REUSEADDR, and bind. null when the address is in use: then it says which socket has it. */
function bound(parameters: Parameters, role: RoleContext, reuse: boolean): Socket | null {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  if (reuse) must(role, 'setsockopt SO_REUSEADDR', s.setsockopt(SOL_SOCKET, SO_REUSEADDR, true));
  const result = s.bind(serverAddress(parameters));
  role.print(`bind ${reuse ? 'with' : 'without'} SO_REUSEADDR: ${result.ok ? '0' : result.errno}`);
  if (result.ok) return s;
  const blockers = socketsOn(parameters.number('port'));
  const text = blockers.map(({ local, remote, state }) => `${local} - ${remote} ${state}`).join(', ');
  role.report(`in the way ${reuse ? 'with' : 'without'} SO_REUSEADDR`, text);
  role.print(`in the way: ${text}`);
  s.close();
  return null;
}

function serveAgain(listener: Socket, parameters: Parameters, role: RoleContext): void {
  must(role, 'listen', listener.listen(5));
  const connection = opened(role, 'accept', listener.accept());
  listener.close();
  readToEnd(connection, parameters, role, 'server');
  connection.close();
  role.report('served again', true);
}

/** Is the first client, and the first one after the restart. */
export function client(parameters: Parameters, role: RoleContext): void {
  const how = parameters.text('how');
  const port = parameters.number('port');
  const first = connected(parameters, role);
  awaitState(port, 'LISTEN', 0, PATIENCE_MS); // the next one to listen is the server started again
  if (how === 'open') must(role, 'send', first.send(Buffer.from('!')));
  if (how === 'server') readToEnd(first, parameters, role, 'client');
  if (how === 'reset') first.recv(1); // ECONNRESET
  if (how !== 'open') first.close();
  if (isRestarted(parameters)) {
    awaitState(port, 'LISTEN', 1, PATIENCE_MS + PATIENCE_MS);
    connected(parameters, role).close();
  } else if (how === 'open') {
    readToEnd(first, parameters, role, 'client'); // the server gives up
  }
  if (how === 'open') first.close();
}

export const scenario: Scenario = {
  id: 'time-wait',
  title: {
    en: 'A server that is started again: “Address already in use”',
    es: 'Un servidor que se vuelve a arrancar: «Address already in use»',
    ca: 'Un servidor que es torna a engegar: «Address already in use»',
  },
  teaches: {
    en: 'Which socket is in the way when bind says EADDRINUSE: who closes first stays in TIME-WAIT for a minute, without any program. SO_REUSEADDR allows it, and on Linux the server before must have set it too.',
    es: 'Qué socket estorba cuando bind dice EADDRINUSE: quien cierra primero se queda en TIME-WAIT un minuto, sin ningún programa. SO_REUSEADDR lo permite, y en Linux el servidor de antes también tiene que haberla puesto.',
    ca: 'Quin socket fa nosa quan bind diu EADDRINUSE: qui tanca primer es queda en TIME-WAIT un minut, sense cap programa. SO_REUSEADDR ho permet, i a Linux el servidor d’abans també l’ha d’haver posada.',
  },
  lookFor: timeWaitChecks,
  questions: timeWaitQuestions,
  protocol: 'tcp',
  parameters: ['how', 'first', 'family', 'port', 'recv-buffer', 'sndbuf', 'rcvbuf', 'nodelay'],
  defaults: { how: 'server', 'recv-buffer': 1024 },
  narrow: {
    family: { choices: INTERNET },
    first: {
      choices: {
        reuseaddr: {
          en: 'it had: then the option helps the second',
          es: 'la había puesto: entonces la opción ayuda al segundo',
          ca: 'l’havia posat: llavors l’opció ajuda el segon',
        },
        plain: {
          en: 'it had not: then nothing helps but to wait',
          es: 'no la había puesto: entonces solo queda esperar',
          ca: 'no l’havia posat: llavors només queda esperar',
        },
      },
    },
    how: {
      choices: {
        server: {
          en: 'the server closes first: TIME-WAIT has the server’s port',
          es: 'el servidor cierra primero: TIME-WAIT tiene el puerto del servidor',
          ca: 'el servidor tanca primer: TIME-WAIT té el port del servidor',
        },
        client: {
          en: 'the client closes first: TIME-WAIT has the client’s port',
          es: 'el cliente cierra primero: TIME-WAIT tiene el puerto del cliente',
          ca: 'el client tanca primer: TIME-WAIT té el port del client',
        },
        open: {
          en: 'the connection is still open when the server is started again',
          es: 'la conexión sigue abierta cuando se arranca otra vez el servidor',
          ca: 'la connexió encara és oberta quan es torna a engegar el servidor',
        },
        reset: {
          en: 'the server closes with SO_LINGER 0: RST, and no TIME-WAIT',
          es: 'el servidor cierra con SO_LINGER 0: RST, sin TIME-WAIT',
          ca: 'el servidor tanca amb SO_LINGER 0: RST, sense TIME-WAIT',
        },
      },
    },
  },
  variants: [
    {
      options: '--first plain',
      shows: {
        en: 'Without the option in the first server the second is refused even with it.',
        es: 'Sin la opción en el primer servidor, al segundo se le rechaza incluso con ella.',
        ca: 'Sense l’opció en el primer servidor, el segon és refusat fins i tot amb l’opció activada.',
      },
    },
    {
      options: '--how client',
      shows: {
        en: 'The client closes first: its own port waits, and the server’s is free at once.',
        es: 'El cliente cierra primero: espera su propio puerto, y el del servidor queda libre enseguida.',
        ca: 'El client tanca primer: s’espera el seu propi port, i el del servidor queda lliure de seguida.',
      },
    },
    {
      options: '--how open --family ipv6',
      shows: {
        en: 'A connection that is still open is in the way too.',
        es: 'Una conexión que sigue abierta también estorba.',
        ca: 'Una connexió que continua oberta també fa nosa.',
      },
    },
    {
      options: '--how reset',
      shows: {
        en: 'A reset leaves nothing behind, and throws away what was under way.',
        es: 'Un RST no deja nada detrás, y tira lo que estaba en camino.',
        ca: 'Un RST no deixa res al darrere, i llença el que era de camí.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeRestart(parameters, outcome)],
};

function judgeRestart(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const served = reports.get('server')?.['served again'] === true;
  const should = expectedBinds(parameters).at(-1) === '0';
  if (served === should) return [];
  return [
    should
      ? tell(
          'the server could not be started again',
          'no se pudo arrancar otra vez el servidor',
          'no s’ha pogut tornar a engegar el servidor',
        )
      : tell(
          'the server could be started again',
          'se pudo arrancar otra vez el servidor',
          's’ha pogut tornar a engegar el servidor',
        ),
  ];
}
