import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Text } from '../../words/text.ts';
import { refusedChecks } from '../checks/refused.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { refusedQuestions } from '../questions/refusal.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { must, opened } from '../support/must.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { tuneClient, tuneListener } from '../support/tune.ts';

/** Connects to a port on which nobody listens; a socket whose connect failed is thrown away, as POSIX asks. */
export function client(parameters: Parameters, role: RoleContext): void {
  for (let n = 0; n < parameters.number('attempts'); n += 1) {
    const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
    tuneClient(s, parameters, role);
    const result = s.connect(serverAddress(parameters));
    s.close();
    role.report(`connect ${n + 1}`, result.ok ? 'succeeded' : result.errno);
    role.print(`connect: ${result.ok ? 'succeeded' : result.errno}`);
  }
}

/** Long enough for every client to try. */
const BOUND_MS = 500;

/** --server bound: the port has an owner, but without listen there is nobody to connect to. */
export function boundServer(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneListener(s, parameters, role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  sleep(BOUND_MS);
  s.close();
}

export const scenario: Scenario = {
  id: 'refused',
  title: {
    en: 'connect to a port on which nobody listens',
    es: 'connect a un puerto en el que nadie escucha',
    ca: 'connect a un port on ningú no escolta',
  },
  teaches: {
    en: 'That it is the other kernel that refuses, at once and without any program: RST instead of SYN+ACK, and connect fails with ECONNREFUSED.',
    es: 'Que quien rechaza es el otro núcleo, al momento y sin ningún programa: RST en vez de SYN+ACK, y connect falla con ECONNREFUSED.',
    ca: 'Que qui refusa és l’altre nucli, de seguida i sense cap programa: RST en comptes de SYN+ACK, i connect falla amb ECONNREFUSED.',
  },
  lookFor: refusedChecks,
  questions: refusedQuestions,
  protocol: 'tcp',
  parameters: [
    'server',
    'attempts',
    'clients',
    'family',
    'port',
    'nodelay',
    'rcvbuf',
    'client-rcvbuf',
    'sndbuf',
    'role',
  ],
  defaults: { server: 'none' },
  narrow: {
    server: {
      choices: {
        none: {
          en: 'there is none: nobody has the port',
          es: 'no hay: nadie tiene el puerto',
          ca: 'no n’hi ha: ningú no té el port',
        },
        bound: {
          en: 'it has bound the port, and does not listen',
          es: 'ha hecho bind al puerto, y no escucha',
          ca: 'ha fet bind al port, i no escolta',
        },
      },
    },
  },
  variants: [
    {
      options: '--server bound',
      shows: {
        en: 'A program has bound the port, and does not listen: refused all the same.',
        es: 'Un programa ha reservado el puerto con bind, pero no escucha: se rechaza igualmente.',
        ca: 'Un programa ha reservat el port amb bind, però no escolta: es refusa igualment.',
      },
    },
    {
      options: '--attempts 3 --family ipv6',
      shows: {
        en: 'Each attempt needs a new socket, and is refused at once.',
        es: 'Cada intento necesita un socket nuevo, y se rechaza al momento.',
        ca: 'Cada intent necessita un socket nou, i es refusa de seguida.',
      },
    },
    {
      options: '--clients 3 --attempts 2',
      shows: {
        en: 'Every client is refused: nobody keeps a count.',
        es: 'A todos los clientes se les rechaza: nadie lleva la cuenta.',
        ca: 'A tots els clients se’ls refusa: ningú no porta el compte.',
      },
    },
    {
      options: '--server bound --family ipv6 --clients 2',
      shows: {
        en: 'The same over IPv6.',
        es: 'Lo mismo sobre IPv6.',
        ca: 'El mateix sobre IPv6.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'In the UNIX domain a name that nobody has is refused without any packet.',
        es: 'En el dominio UNIX, un nombre que nadie tiene se rechaza sin ningún paquete.',
        ca: 'Al domini UNIX, un nom que ningú no té es refusa sense cap paquet.',
      },
    },
  ],
  roles(parameters) {
    const server = parameters.text('server') === 'bound' ? 'boundServer' : null;
    return plans(parameters, { server, client: 'client', ready: 'bind' });
  },
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeRefusals(parameters, outcome)],
};

function judgeRefusals(parameters: Parameters, outcome: Outcome): readonly Text[] {
  const problems: Text[] = [];
  for (const [role, report] of reportsOf(outcome, 'client')) {
    for (let n = 1; n <= parameters.number('attempts'); n += 1) {
      const got = report[`connect ${n}`];
      if (got !== 'ECONNREFUSED')
        problems.push(
          tell(
            `${role}: connect should fail with ECONNREFUSED, and ${got ?? 'was not reached'}`,
            `${role}: connect debía fallar con ECONNREFUSED, y ${got === undefined ? 'no se llegó a él' : `dio ${got}`}`,
            `${role}: connect havia de fallar amb ECONNREFUSED, i ${got === undefined ? 'no s’hi ha arribat' : `ha donat ${got}`}`,
          ),
        );
    }
  }
  return problems;
}
