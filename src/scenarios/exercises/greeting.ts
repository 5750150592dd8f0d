import type { Text } from '../../words/text.ts';
import { greetingChecks } from '../checks/greeting.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { greetingQuestions } from '../questions/listen.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { STREAM } from '../support/parameter-lists.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { readToEnd } from '../support/until-end.ts';

/** Greets so many clients, one after the other, and ends. */
export function server(parameters: Parameters, role: RoleContext): void {
  let n = 0;
  const clients = eachConnection(parameters, role, (connection) => {
    n += 1;
    transmit(connection, greeting(parameters, n), parameters, role);
  }); // that the connection is then closed is the end of the greeting
  role.report('clients greeted', clients);
}

/** Says nothing: connects, and reads until the server has ended. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = connected(parameters, role);
  const text = readToEnd(s, parameters, role, 'client').toString();
  s.close();
  role.report('greeting', text);
  role.print(text);
}

function greeting(parameters: Parameters, number: number): Buffer {
  return Buffer.from(`${parameters.text('message')}, client ${number}`);
}

export const scenario: Scenario = {
  id: 'greeting',
  title: {
    en: 'A server that greets five clients and ends',
    es: 'Un servidor que saluda a cinco clientes y acaba',
    ca: 'Un servidor que saluda cinc clients i acaba',
  },
  teaches: {
    en: 'That accept hands out one connection after the other, in the order in which their handshakes were completed, and that here the server speaks and closes first.',
    es: 'Que accept entrega una conexión tras otra, en el orden en que quedaron establecidas, y que aquí el servidor habla y cierra primero.',
    ca: 'Que accept lliura una connexió darrere l’altra, en l’ordre en què van quedar establertes, i que aquí el servidor parla i tanca primer.',
  },
  lookFor: greetingChecks,
  questions: greetingQuestions,
  protocol: 'tcp',
  parameters: ['message', 'clients', 'send-mode', 'recv-buffer', 'client-recv-buffer', ...STREAM],
  defaults: { message: 'hello', clients: 5, 'recv-buffer': 1024 },
  variants: [
    {
      options: '--clients 1',
      shows: {
        en: 'One client, one greeting.',
        es: 'Un cliente, un saludo.',
        ca: 'Un client, una salutació.',
      },
    },
    {
      options: '--clients 3 --recv-buffer 4 --family ipv6',
      shows: {
        en: 'The greeting read four bytes at a time, over IPv6.',
        es: 'El saludo leído de cuatro en cuatro bytes, sobre IPv6.',
        ca: 'La salutació llegida de quatre en quatre bytes, sobre IPv6.',
      },
    },
    {
      options: '--pause server:close=30 --clients 3',
      shows: {
        en: 'While the server lingers with one, the others wait in the backlog.',
        es: 'Mientras el servidor se entretiene con uno, los demás esperan en la cola de listen.',
        ca: 'Mentre el servidor s’entreté amb un, els altres esperen a la cua de listen.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'The same without packets.',
        es: 'Lo mismo sin paquetes.',
        ca: 'El mateix sense paquets.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeGreetings(parameters, outcome)],
};

/** Each number once, whichever client it came to. */
function judgeGreetings(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both') return [];
  const got = [...reportsOf(outcome, 'client').values()].map((report) => String(report.greeting));
  const problems: Text[] = [];
  for (let n = 1; n <= parameters.number('clients'); n += 1) {
    const text = greeting(parameters, n).toString();
    const came = got.filter((each) => each === text).length;
    if (came !== 1)
      problems.push(
        tell(
          `“${text}” should have come to one client, and came to ${came}`,
          `«${text}» debía llegar a un cliente, y llegó a ${came}`,
          `«${text}» havia d’arribar a un client, i ha arribat a ${came}`,
        ),
      );
  }
  return problems;
}
