import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Received } from '../../sockets/types.ts';
import { chatChecks } from '../checks/turns.ts';
import type { Parameters } from '../parameters.ts';
import { chatQuestions } from '../questions/datagram.ts';
import type { RoleContext, Scenario } from '../scenario.ts';
import { clientName, domain, serverAddress } from '../support/address.ts';
import { must, opened } from '../support/must.ts';
import { DATAGRAM, RECV_BUFFERS } from '../support/parameter-lists.ts';
import { nextDatagram, setPatience } from '../support/patience.ts';
import { badEnds, plans } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { setBuffers } from '../support/tune.ts';

/** Speaks first; then listens, and speaks, by turns. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  const name = clientName(parameters, role.index);
  if (name !== null) must(role, 'bind', s.bind(name));
  setPatience(s, parameters, role);
  const script = linesOf(parameters, 0);
  for (let text = ''; text !== BYE; ) {
    text = nextLine(script, parameters, role);
    must(role, 'sendto', s.sendto(Buffer.from(text), serverAddress(parameters)));
    if (text !== BYE) text = hear(nextDatagram(s, parameters, role, 'client'), role);
  }
  s.close();
}

/** Listens first: whom to answer, only a datagram tells. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  setPatience(s, parameters, role, 2);
  const script = linesOf(parameters, 1);
  for (let text = ''; text !== BYE; ) {
    const got = nextDatagram(s, parameters, role, 'server');
    text = hear(got, role);
    if (text === BYE) break;
    text = nextLine(script, parameters, role);
    must(role, 'sendto', s.sendto(Buffer.from(text), got?.from ?? ''));
  }
  s.close();
}

const BYE = 'bye';

/** What the other side said; silence, where its words may have been lost, is taken for bye. */
function hear(got: Received | null, role: RoleContext): string {
  const text = got === null ? BYE : got.data.toString();
  role.print(got === null ? 'silence' : `heard: ${text}`);
  return text;
}

/** What this side says: typed, or where nobody types the next line of its script; bye when there is no more. */
function nextLine(script: string[], parameters: Parameters, role: RoleContext): string {
  const typed = role.ask('say (bye ends)');
  if (typed !== null || role.interactive) return typed ?? BYE;
  sleep(parameters.number('think')); // as long as a person takes to type it
  return script.shift() ?? BYE;
}

/** The lines of one side: every second one. */
function linesOf(parameters: Parameters, side: 0 | 1): string[] {
  return parameters
    .text('lines')
    .split('|')
    .filter((_, index) => index % 2 === side);
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
  questions: chatQuestions,
  protocol: 'udp',
  parameters: ['lines', 'think', ...RECV_BUFFERS, ...DATAGRAM],
  defaults: { lines: 'hello|hello, who is there?|Ada|welcome, Ada', think: 50, 'recv-buffer': 1024 },
  narrow: {
    // 'bye' has to arrive whole: nothing else ends the run.
    'recv-buffer': { min: 3 },
    'client-recv-buffer': { min: 3 },
    'server-recv-buffer': { min: 3 },
    think: {
      help: {
        en: 'how long a side takes to type a line of the script',
        es: 'cuánto tarda un lado en escribir una línea del guion',
        ca: 'quant triga una banda a escriure una línia del guió',
      },
    },
    lines: {
      help: {
        en: 'what is said where nobody types, by turns, with | between the lines',
        es: 'lo que se dice cuando nadie escribe, por turnos, con | entre las líneas',
        ca: 'el que es diu quan ningú no escriu, per torns, amb | entre les línies',
      },
    },
    timeout: {
      help: {
        en: 'how long a side waits for the other (for ever when not given)',
        es: 'cuánto espera un lado al otro (siempre si no se dice)',
        ca: 'quant espera una banda l’altra (sempre si no es diu)',
      },
    },
  },
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
