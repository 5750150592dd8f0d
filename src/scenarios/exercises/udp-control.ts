import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import { controlChecks } from '../checks/turns.ts';
import type { Parameters } from '../parameters.ts';
import { controlQuestions } from '../questions/datagram.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientName, domain, serverAddress } from '../support/address.ts';
import { runCommand } from '../support/commands.ts';
import { must, opened } from '../support/must.ts';
import { DATAGRAM, RECV_BUFFERS } from '../support/parameter-lists.ts';
import { mayLose, nextDatagram, setPatience } from '../support/patience.ts';
import { badEnds, plans } from '../support/roles.ts';
import { setBuffers } from '../support/tune.ts';

/** Does what a datagram says: 'run:NAME' runs a command and returns its exit status, 'end' ends this process. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  if (mayLose(parameters)) setPatience(s, parameters, role, 2);
  let ended = false;
  let done = 0;
  while (!ended) {
    const got = nextDatagram(s, parameters, role, 'server');
    if (got === null) break; // the last request may have been lost
    const { data, from } = got;
    const [word, name = ''] = data.toString().split(':');
    ended = word === 'end';
    const reply = ended ? 'ending' : word === 'run' ? runCommand(name, parameters) : 'what?';
    must(role, 'sendto', s.sendto(Buffer.from(reply), from ?? ''));
    done += 1;
  }
  s.close();
  role.report('requests', done);
}

/** Sends each request and waits for its reply; the last one ends the server. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  const name = clientName(parameters, role.index);
  if (name !== null) must(role, 'bind', s.bind(name));
  setPatience(s, parameters, role);
  for (const request of requestsOf(parameters)) {
    const reply = ask(s, request, parameters, role);
    role.report(request, reply);
    role.print(`${request}: ${reply}`);
  }
  s.close();
}

function ask(s: Socket, request: string, parameters: Parameters, role: RoleContext): string {
  must(role, 'sendto', s.sendto(Buffer.from(request), serverAddress(parameters)));
  return nextDatagram(s, parameters, role, 'client')?.data.toString() ?? 'no reply';
}

/** Without an end the server would run for ever. */
function requestsOf(parameters: Parameters): readonly string[] {
  const requests = parameters.text('requests').split('|');
  return requests.at(-1) === 'end' ? requests : [...requests, 'end'];
}

export const scenario: Scenario = {
  id: 'udp-control',
  title: {
    en: 'Datagrams that make a server run a command, and end',
    es: 'Datagramas que hacen que un servidor ejecute una orden, y que acabe',
    ca: 'Datagrames que fan que un servidor executi una ordre, i que acabi',
  },
  teaches: {
    en: 'That a datagram can be a request: the server does what it says and answers, and one of the requests ends its process.',
    es: 'Que un datagrama puede ser una petición: el servidor hace lo que dice y contesta, y una de las peticiones acaba con su proceso.',
    ca: 'Que un datagrama pot ser una petició: el servidor fa el que diu i respon, i una de les peticions acaba el seu procés.',
  },
  lookFor: controlChecks,
  questions: controlQuestions,
  protocol: 'udp',
  parameters: ['requests', 'allow-any-command', ...RECV_BUFFERS, ...DATAGRAM],
  defaults: { requests: 'run:true|run:false|end', 'recv-buffer': 1024, timeout: 2000 },
  narrow: {
    // A request or a reply that is cut off would be another one.
    'recv-buffer': { min: 64 },
    'client-recv-buffer': { min: 64 },
    'server-recv-buffer': { min: 64 },
    timeout: {
      help: {
        en: 'how long the client waits for a reply',
        es: 'cuánto espera el cliente una respuesta',
        ca: 'quant espera el client una resposta',
      },
    },
  },
  variants: [
    {
      options: '--requests end',
      shows: {
        en: 'Only the request that ends the server.',
        es: 'Solo la petición que hace terminar al servidor.',
        ca: 'Només la petició que fa acabar el servidor.',
      },
    },
    {
      options: '--requests run:date|dance --family ipv6',
      shows: {
        en: 'A command, and a request that the server does not understand.',
        es: 'Una orden, y una petición que el servidor no entiende.',
        ca: 'Una ordre, i una petició que el servidor no entén.',
      },
    },
    {
      options: '--requests run:rm',
      shows: {
        en: 'A command that is not on the list is not run.',
        es: 'Una orden que no está en la lista no se ejecuta.',
        ca: 'Una ordre que no és a la llista no s’executa.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'The same in the UNIX domain.',
        es: 'Lo mismo en el dominio UNIX.',
        ca: 'El mateix al domini UNIX.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeReplies(parameters, outcome)],
};

function judgeReplies(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both' || mayLose(parameters)) return [];
  const client = reports.get('client');
  const requests = requestsOf(parameters);
  const problems = requests
    .filter((request) => client?.[request] === undefined)
    .map((request) =>
      tell(`no reply to “${request}”`, `sin respuesta a «${request}»`, `sense resposta a «${request}»`),
    );
  const done = reports.get('server')?.requests;
  if (done !== requests.length)
    problems.push(
      tell(
        `the server did ${done ?? 'none'} of ${requests.length} requests`,
        `el servidor hizo ${done ?? 0} de ${requests.length} peticiones`,
        `el servidor ha fet ${done ?? 0} de ${requests.length} peticions`,
      ),
    );
  return problems;
}
