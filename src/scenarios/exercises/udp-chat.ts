import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext, Scenario } from '../scenario.ts';
import { clientName, domain, serverAddress } from '../support/address.ts';
import { must, opened } from '../support/must.ts';
import { DATAGRAM, RECV_BUFFERS } from '../support/parameter-lists.ts';
import { badEnds, plans } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { recvSize, setBuffers } from '../support/tune.ts';
import { chatChecks } from '../support/turns-checks.ts';

/** Speaks first; then listens, and speaks, by turns. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  const name = clientName(parameters, role.index);
  if (name !== null) must(role, 'bind', s.bind(name));
  const heard: string[] = [];
  for (const line of linesOf(parameters, 0)) {
    type(parameters);
    must(role, 'sendto', s.sendto(Buffer.from(line), serverAddress(parameters)));
    if (line === BYE) break;
    const { data } = must(role, 'recvfrom', s.recvfrom(recvSize(parameters, 'client')));
    heard.push(data.toString());
    if (data.toString() === BYE) break;
  }
  s.close();
  role.report('heard', heard.join('|'));
}

/** Listens first: whom to answer, only the first datagram tells. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  const heard: string[] = [];
  for (const line of linesOf(parameters, 1)) {
    const { data, from } = must(role, 'recvfrom', s.recvfrom(recvSize(parameters, 'server')));
    heard.push(data.toString());
    if (data.toString() === BYE) break;
    type(parameters);
    must(role, 'sendto', s.sendto(Buffer.from(line), from ?? ''));
    if (line === BYE) break;
  }
  s.close();
  role.report('heard', heard.join('|'));
}

const BYE = 'bye';

/** The lines of one side: every second one, and the last word is always bye. */
function linesOf(parameters: Parameters, side: 0 | 1): readonly string[] {
  const own = parameters
    .text('lines')
    .split('|')
    .filter((_, index) => index % 2 === side);
  return [...own, BYE];
}

/** Time that a person takes to type a line. */
function type(parameters: Parameters): void {
  sleep(parameters.number('think'));
}

export const scenario: Scenario = {
  id: 'udp-chat',
  title: {
    en: 'Two sides talk by turns over datagrams',
    es: 'Dos lados hablan por turnos con datagramas',
    ca: 'Dues bandes parlen per torns amb datagrames',
  },
  teaches: {
    en: 'What taking turns means for the calls: while one side types, the other is blocked in recvfrom, and what is typed out of turn waits.',
    es: 'Qué supone hablar por turnos para las llamadas: mientras un lado teclea, el otro está bloqueado en recvfrom, y lo que se teclea a destiempo espera.',
    ca: 'Què suposa parlar per torns per a les crides: mentre una banda tecleja, l’altra és bloquejada a recvfrom, i el que es tecleja fora de torn espera.',
  },
  lookFor: chatChecks,
  protocol: 'udp',
  parameters: ['lines', 'think', ...RECV_BUFFERS, ...DATAGRAM],
  defaults: { lines: 'hello|hello, who is there?|Ada|welcome, Ada', think: 50, 'recv-buffer': 1024 },
  narrow: { think: { help: 'how long a side takes to type a line' } },
  variants: [
    {
      options: '--lines hello|',
      shows: {
        en: 'One line, an empty answer, and bye.',
        es: 'Una línea, una respuesta vacía y adiós.',
        ca: 'Una línia, una resposta buida i adeu.',
      },
    },
    {
      options: '--think 0 --family ipv6',
      shows: {
        en: 'Nobody needs time to type: each line follows at once.',
        es: 'Nadie necesita tiempo para teclear: cada línea sigue enseguida.',
        ca: 'Ningú no necessita temps per teclejar: cada línia segueix de seguida.',
      },
    },
    {
      options: '--lines a|b|c|d|e|f --think 20',
      shows: {
        en: 'Six short lines, by turns.',
        es: 'Seis líneas cortas, por turnos.',
        ca: 'Sis línies curtes, per torns.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'The same in the UNIX domain, where both sides need a name.',
        es: 'Lo mismo en el dominio UNIX, donde ambos lados necesitan un nombre.',
        ca: 'El mateix al domini UNIX, on totes dues bandes necessiten un nom.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'bind' }),
  judge: (_, outcome) => badEnds(outcome),
};
