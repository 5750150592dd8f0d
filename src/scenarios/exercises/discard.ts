import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import type { Text } from '../../words/text.ts';
import { inetdChecks, SERVER_IS_SILENT } from '../checks/inetd.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { discardQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { serverAddress } from '../support/address.ts';
import { clientsToServe } from '../support/clients.ts';
import { datagramClient, eachDatagram, isTcp, refuseCutting } from '../support/inetd.ts';
import { must } from '../support/must.ts';
import { INETD, INTERNET } from '../support/parameter-lists.ts';
import { mayLose } from '../support/patience.ts';
import { payloadOf } from '../support/payload.ts';
import { plays } from '../support/plays.ts';
import { badEnds, plans, total } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { readToEnd } from '../support/until-end.ts';

/** Reads, forgets, and never answers (RFC 863). */
export function server(parameters: Parameters, role: RoleContext): void {
  let bytes = 0;
  if (isTcp(parameters))
    eachConnection(parameters, role, (connection) => {
      bytes += readToEnd(connection, parameters, role, 'server').length;
    });
  else
    eachDatagram(clientsToServe(parameters) * pieces(parameters), parameters, role, (_, { data }) => {
      bytes += data.length;
    });
  role.report('bytes discarded', bytes);
}

/** Sends piece by piece, and never learns what became of it. */
export function client(parameters: Parameters, role: RoleContext): void {
  const payload = payloadOf(parameters, role.index);
  const size = parameters.number('chunk');
  const s = isTcp(parameters) ? connected(parameters, role) : datagramClient(parameters, role);
  for (let at = 0; at < payload.length; at += size) {
    const piece = payload.slice(at, size);
    if (isTcp(parameters)) must(role, 'sendall', s.sendall(piece));
    else must(role, 'sendto', s.sendto(piece, serverAddress(parameters)));
  }
  s.close();
  role.report('bytes sent', payload.length);
}

function pieces(parameters: Parameters): number {
  return Math.ceil(payloadOf(parameters).length / parameters.number('chunk'));
}

export const scenario: Scenario = {
  id: 'discard',
  title: tell(
    'The discard service (port 9): whatever is sent is thrown away',
    'El servicio discard (puerto 9): lo que se envía se tira',
    'El servei discard (port 9): el que s’envia es llença',
  ),
  teaches: tell(
    'What the network does without an answer of the program: TCP acknowledges every byte though the server never speaks, UDP says nothing at all.',
    'Qué hace la red sin respuesta del programa: TCP confirma cada byte aunque el servidor no hable nunca, UDP no dice absolutamente nada.',
    'Què fa la xarxa sense resposta del programa: TCP confirma cada byte encara que el servidor no parli mai, UDP no diu absolutament res.',
  ),
  lookFor: (parameters) =>
    plays(parameters, 'server')
      ? [...inetdChecks(parameters, 'client'), SERVER_IS_SILENT]
      : inetdChecks(parameters, 'client'),
  questions: discardQuestions,
  protocol: 'both',
  servesUntilEnded: true,
  parameters: ['message', 'size', 'chunk', ...INETD],
  defaults: { port: 9, message: 'nobody reads this', chunk: 1000, 'recv-buffer': 65_536 },
  narrow: {
    family: { choices: INTERNET },
    size: { max: 60_000 },
    chunk: { max: 60_000 },
    'recv-buffer': { min: 1000 },
  },
  variants: [
    {
      options: '--protocol udp --size 3000',
      shows: tell(
        'Three datagrams one way, and silence the other.',
        'Tres datagramas en un sentido, y silencio en el otro.',
        'Tres datagrames en un sentit, i silenci en l’altre.',
      ),
    },
    {
      options: '--size 20000 --chunk 5000 --clients 2',
      shows: tell(
        'The server’s kernel acknowledges what its program throws away.',
        'El núcleo del servidor confirma lo que su programa tira.',
        'El nucli del servidor confirma el que el seu programa llença.',
      ),
    },
    {
      options: '--protocol udp --clients 2 --family ipv6',
      shows: tell(
        'Two clients and one socket, over IPv6.',
        'Dos clientes y un socket, sobre IPv6.',
        'Dos clients i un socket, sobre IPv6.',
      ),
    },
    {
      options: '--family ipv6 --server-recv-buffer 7',
      shows: tell(
        'The stream thrown away seven bytes at a time.',
        'El flujo tirado de siete en siete bytes.',
        'El flux llençat de set en set bytes.',
      ),
    },
  ],
  validate: (parameters) =>
    refuseCutting(Math.min(parameters.number('chunk'), payloadOf(parameters).length), parameters),
  roles: (parameters) =>
    plans(parameters, { server: 'server', client: 'client', ready: isTcp(parameters) ? 'listen' : 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeBytes(parameters, outcome)],
};

function judgeBytes(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both' || (mayLose(parameters) && !isTcp(parameters))) return [];
  const sent = total(outcome, 'client', 'bytes sent');
  const discarded = total(outcome, 'server', 'bytes discarded');
  return sent === discarded
    ? []
    : [
        tell(
          `${en(sent, 'byte')} sent, and ${discarded} discarded`,
          `enviados: ${es(sent, 'byte')}; descartados: ${discarded}`,
          `enviats: ${ca(sent, 'byte')}; descartats: ${discarded}`,
        ),
      ];
}
