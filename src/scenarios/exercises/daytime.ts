import type { Text } from '../../words/text.ts';
import { inetdChecks } from '../checks/inetd.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { daytimeQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientsToServe } from '../support/clients.ts';
import { askDatagram, datagramClient, eachDatagram, isTcp } from '../support/inetd.ts';
import { must } from '../support/must.ts';
import { INETD, INTERNET } from '../support/parameter-lists.ts';
import { mayLose } from '../support/patience.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { readToEnd } from '../support/until-end.ts';

/** Over TCP it speaks first and closes; over UDP any datagram, even an empty one, is answered by the time (RFC 867). */
export function server(parameters: Parameters, role: RoleContext): void {
  if (isTcp(parameters))
    eachConnection(parameters, role, (connection) => {
      must(role, 'sendall', connection.sendall(now()));
    });
  else
    eachDatagram(clientsToServe(parameters), parameters, role, (s, { from }) => {
      must(role, 'sendto', s.sendto(now(), from ?? ''));
    });
}

/** Over TCP it says nothing: it connects, and reads until the server has ended. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = isTcp(parameters) ? connected(parameters, role) : datagramClient(parameters, role);
  const time = isTcp(parameters)
    ? readToEnd(s, parameters, role, 'client')
    : askDatagram(s, Buffer.alloc(0), parameters, role);
  s.close();
  const text = time === null ? 'no answer' : time.toString('latin1').trimEnd();
  role.report('time', text);
  role.print(text);
}

/** One line of ASCII: Thursday, July 29, 2027 10:00:00-UTC */
function now(): Buffer {
  const options = {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    year: 'numeric',
    timeZone: 'UTC',
  } as const;
  const time = new Date();
  return Buffer.from(
    `${time.toLocaleDateString('en-US', options)} ${time.toISOString().slice(11, 19)}-UTC\r\n`,
  );
}

export const scenario: Scenario = {
  id: 'daytime',
  title: tell(
    'The daytime service (port 13): the server tells the time and closes',
    'El servicio daytime (puerto 13): el servidor dice la hora y cierra',
    'El servei daytime (port 13): el servidor diu l’hora i tanca',
  ),
  teaches: tell(
    'That a server may speak first: over TCP the connection itself is the request and its end the end of the answer; over UDP there has to be a datagram first, even an empty one.',
    'Que un servidor puede hablar primero: en TCP la propia conexión es la petición y su final el de la respuesta; en UDP hace falta antes un datagrama, aunque esté vacío.',
    'Que un servidor pot parlar primer: en TCP la mateixa connexió és la petició i el seu final el de la resposta; en UDP cal abans un datagrama, encara que sigui buit.',
  ),
  lookFor: (parameters) => inetdChecks(parameters, 'server'),
  questions: daytimeQuestions,
  protocol: 'both',
  servesUntilEnded: true,
  parameters: INETD,
  defaults: { port: 13, 'recv-buffer': 1024 },
  narrow: { family: { choices: INTERNET } },
  variants: [
    {
      options: '--protocol udp',
      shows: tell(
        'An empty datagram asks, another answers.',
        'Un datagrama vacío pregunta, otro contesta.',
        'Un datagrama buit pregunta, un altre respon.',
      ),
    },
    {
      options: '--clients 3 --client-recv-buffer 8',
      shows: tell(
        'Three clients, each served and closed in turn; the line is read in pieces of 8 bytes.',
        'Tres clientes, atendidos y cerrados uno tras otro; la línea se lee en trozos de 8 bytes.',
        'Tres clients, atesos i tancats un darrere l’altre; la línia es llegeix a trossos de 8 bytes.',
      ),
    },
    {
      options: '--family ipv6 --port 1313',
      shows: tell(
        'Over IPv6, on a port that anybody may bind.',
        'Sobre IPv6, en un puerto que cualquiera puede usar.',
        'Sobre IPv6, en un port que pot fer servir tothom.',
      ),
    },
    {
      options: '--protocol udp --family ipv6 --clients 2',
      shows: tell(
        'Two clients ask one socket over IPv6.',
        'Dos clientes preguntan a un socket sobre IPv6.',
        'Dos clients pregunten a un socket sobre IPv6.',
      ),
    },
  ],
  roles: (parameters) =>
    plans(parameters, { server: 'server', client: 'client', ready: isTcp(parameters) ? 'listen' : 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeTimes(parameters, outcome)],
};

function judgeTimes(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both' || (mayLose(parameters) && !isTcp(parameters))) return [];
  return [...reportsOf(outcome, 'client')]
    .filter(([, { time }]) => !/^\w+day, \w+ \d+, \d{4} [\d:]{8}-UTC$/.test(String(time)))
    .map(([name, { time }]) =>
      tell(
        `${name} got no time, but “${time}”`,
        `${name} no recibió una hora, sino «${time}»`,
        `${name} no ha rebut una hora, sinó «${time}»`,
      ),
    );
}
