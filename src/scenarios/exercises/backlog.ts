import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import type { Text } from '../../words/text.ts';
import { backlogChecks } from '../checks/backlog.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { backlogQuestions } from '../questions/listen.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { must, opened } from '../support/must.ts';
import { STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { connected, listening } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { limited } from '../support/tune.ts';
import { readToEnd } from '../support/until-end.ts';

/** Longer than the SYNs that were not answered take to come again (tcp_syn_linear_timeouts, ip-sysctl). */
const PATIENCE_MS = 5000;

/** Listens, does something else for --accept-after, and only then serves, one client after the other. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const pause = parameters.number('accept-after');
  sleep(pause); // the kernel completes handshakes meanwhile, as many as the backlog holds
  // A client whose ACK found no room believes that it is connected, and may never come.
  must(role, 'setsockopt SO_RCVTIMEO', listener.setReceiveTimeout(PATIENCE_MS + pause));
  let served = 0;
  for (; served < parameters.number('clients'); served += 1) {
    const connection = listener.accept();
    if (connection.errno === 'EAGAIN') break;
    opened(role, 'accept', connection);
    readToEnd(limited(connection, parameters, role), parameters, role, 'server');
    connection.close();
  }
  listener.close();
  role.report('clients served', served);
}

/** Connects --stagger after the client before it, says what it has to say, and ends. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters, role.index);
  sleep(role.index * parameters.number('stagger'));
  const start = performance.now();
  const s = connected(parameters, role);
  role.report('connect took (ms)', Math.round(performance.now() - start));
  transmit(s, Buffer.from(message.slice(0, message.length)), parameters, role);
  s.close();
}

export const scenario: Scenario = {
  id: 'backlog',
  title: {
    en: 'listen(1), three clients, and a server that does not accept',
    es: 'listen(1), tres clientes y un servidor que no acepta',
    ca: 'listen(1), tres clients i un servidor que no accepta',
  },
  teaches: {
    en: 'What the argument of listen means: how many finished connections may wait for accept. Linux takes one more than that, and does not answer the SYN of the next.',
    es: 'Qué significa el argumento de listen: cuántas conexiones ya hechas pueden esperar a accept. Linux admite una más, y no contesta al SYN de la siguiente.',
    ca: 'Què significa l’argument de listen: quantes connexions ja fetes poden esperar accept. Linux n’admet una més, i no respon al SYN de la següent.',
  },
  lookFor: backlogChecks,
  questions: backlogQuestions,
  protocol: 'tcp',
  parameters: [
    'message',
    'size',
    'send-mode',
    'clients',
    'accept-after',
    'stagger',
    'recv-buffer',
    'server-recv-buffer',
    ...STREAM,
  ],
  defaults: {
    ...{ message: 'hello', 'recv-buffer': 1024, backlog: 1, clients: 3 },
    ...{ 'accept-after': 500, stagger: 50 },
  },
  narrow: { size: { max: 1 << 16 } },
  variants: [
    {
      options: '--backlog 0 --clients 2',
      shows: {
        en: 'listen(0) lets one client wait all the same.',
        es: 'Aun así, listen(0) deja esperar a un cliente.',
        ca: 'Així i tot, listen(0) deixa esperar un client.',
      },
    },
    {
      options: '--backlog 5',
      shows: {
        en: 'Room for everybody: no SYN is sent again.',
        es: 'Sitio para todos: no se repite ningún SYN.',
        ca: 'Lloc per a tothom: no es repeteix cap SYN.',
      },
    },
    {
      options: '--backlog 1 --clients 5 --family ipv6',
      shows: {
        en: 'Three of five clients have to send their SYN again.',
        es: 'Tres de los cinco clientes tienen que repetir su SYN.',
        ca: 'Tres dels cinc clients han de repetir el seu SYN.',
      },
    },
    {
      options: '--stagger 0 --clients 4',
      shows: {
        en: 'All at the same moment: some may find room for the SYN and none for the ACK.',
        es: 'Todos a la vez: alguno puede encontrar sitio para el SYN y no para el ACK.',
        ca: 'Tots alhora: algun pot trobar lloc per al SYN i no per a l’ACK.',
      },
    },
    {
      options: '--accept-after 1200 --backlog 0',
      shows: {
        en: 'The first repetition of a SYN finds the queue still full.',
        es: 'La primera repetición de un SYN encuentra la cola aún llena.',
        ca: 'La primera repetició d’un SYN troba la cua encara plena.',
      },
    },
    {
      options: '--family unix --clients 4',
      shows: {
        en: 'Without packets: the connect of the next client blocks.',
        es: 'Sin paquetes: se bloquea el connect del cliente siguiente.',
        ca: 'Sense paquets: es bloqueja el connect del client següent.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeServed(parameters, outcome)] : ends;
  },
};

function judgeServed(parameters: Parameters, outcome: Outcome): readonly Text[] {
  const connected = [...reportsOf(outcome, 'client').values()].filter(
    (report) => report['connect took (ms)'] !== undefined,
  ).length;
  const clients = parameters.number('clients');
  return connected === clients
    ? []
    : [
        tell(
          `${connected} of ${en(clients, 'client')} ${connected === 1 ? 'was' : 'were'} connected`,
          `se ${connected === 1 ? 'conectó' : 'conectaron'} ${connected} de ${es(clients, 'cliente')}`,
          `s’${connected === 1 ? 'ha' : 'han'} connectat ${connected} de ${ca(clients, 'client')}`,
        ),
      ];
}
