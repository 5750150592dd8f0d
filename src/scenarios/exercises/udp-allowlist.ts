import { EXIT, UserError } from '../../../capture/user-error.ts';
import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Address } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { allowlistChecks } from '../checks/allowlist.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { allowlistQuestions } from '../questions/datagram.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { announceServer, clientsToServe } from '../support/clients.ts';
import { must, opened } from '../support/must.ts';
import { mayLose, nextDatagram, setPatience } from '../support/patience.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { recvSize, setBuffers } from '../support/tune.ts';

/** Reads every datagram, and answers those whose sender it knows. */
export function server(parameters: Parameters, role: RoleContext): void {
  const allowed = allowedBy(parameters);
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  announceServer(parameters, role);
  if (mayLose(parameters)) setPatience(s, parameters, role, 2);
  let ignored = 0;
  for (let n = 0; n < clientsToServe(parameters); n += 1) {
    const got = nextDatagram(s, parameters, role, 'server');
    if (got === null) break;
    const { data, from } = got;
    const known = allowed.includes(hostOf(from));
    role.print(`${hostOf(from)}: ${known ? 'answered' : 'not on the list'}`);
    if (known) must(role, 'sendto', s.sendto(data, from ?? ''));
    else ignored += 1; // nothing goes back: the client cannot tell this from a lost datagram
  }
  s.close();
  role.report('ignored', ignored);
}

/** Each client has an address of its own: 127.0.0.1, 127.0.0.2… the whole of 127.0.0.0/8 is this machine. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters, role.index);
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  must(role, 'bind', s.bind([addressOf(role.index), 0]));
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(parameters.number('timeout')));
  must(role, 'sendto', s.sendto(message.slice(0, message.length), serverAddress(parameters)));
  const got = s.recvfrom(recvSize(parameters, 'client'));
  s.close();
  role.report('answer', got.ok ? `${got.value.data.length} bytes` : got.errno);
  role.print(`${addressOf(role.index)}: ${got.ok ? 'answered' : `no answer (${got.errno})`}`);
}

function addressesOf(parameters: Parameters): readonly string[] {
  return Array.from({ length: parameters.number('clients') }, (_, index) => addressOf(index));
}

function addressOf(index: number): string {
  return `127.0.0.${index + 1}`;
}

function hostOf(address: Address | null): string {
  return typeof address === 'object' ? (address?.[0] ?? '') : address;
}

function allowedBy(parameters: Parameters): readonly string[] {
  return parameters.text('allow').split(',');
}

function refuseAddresses(text: string): void {
  if (text.split(',').every((word) => /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(word))) return;
  throw new UserError(`--allow ${text}: not a list of loopback addresses`, {
    hint: 'give addresses of 127.0.0.0/8 with commas between, for example 127.0.0.1,127.0.0.3',
    exitCode: EXIT.usage,
  });
}

export const scenario: Scenario = {
  id: 'udp-allowlist',
  title: {
    en: 'A UDP server that answers only the client addresses that it knows',
    es: 'Un servidor UDP que solo contesta a las direcciones que conoce',
    ca: 'Un servidor UDP que només respon a les adreces que coneix',
  },
  teaches: {
    en: 'That a datagram is delivered whoever sent it: the program decides whether it answers, and to be ignored looks to the client as if the datagram had been lost.',
    es: 'Que un datagrama se entrega lo envíe quien lo envíe: el programa decide si contesta, y para el cliente ser ignorado es como si el datagrama se hubiera perdido.',
    ca: 'Que un datagrama es lliura l’enviï qui l’enviï: el programa decideix si respon, i per al client ser ignorat és com si el datagrama s’hagués perdut.',
  },
  lookFor: (parameters) => allowlistChecks(parameters, addressesOf(parameters)),
  questions: allowlistQuestions,
  protocol: 'udp',
  servesUntilEnded: true,
  parameters: [
    ...['message', 'size', 'recv-buffer', 'client-recv-buffer', 'server-recv-buffer', 'allow', 'clients'],
    ...['port', 'sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf', 'timeout', 'role'],
  ],
  defaults: { message: 'hello', 'recv-buffer': 1024, clients: 3, allow: '127.0.0.1,127.0.0.3', timeout: 300 },
  narrow: {
    size: { max: 65_507 },
    timeout: {
      help: {
        en: 'how long a client waits for its answer',
        es: 'cuánto espera un cliente su respuesta',
        ca: 'quant espera un client la seva resposta',
      },
    },
    clients: {
      help: {
        en: 'clients at the same time; the n-th has the address 127.0.0.n',
        es: 'clientes a la vez; el n-ésimo tiene la dirección 127.0.0.n',
        ca: 'clients alhora; l’enèsim té l’adreça 127.0.0.n',
      },
    },
  },
  variants: [
    {
      options: '--allow 127.0.0.9',
      shows: {
        en: 'Nobody is on the list: three datagrams in, none out.',
        es: 'Nadie está en la lista: entran tres datagramas y no sale ninguno.',
        ca: 'Ningú no és a la llista: hi entren tres datagrames i no en surt cap.',
      },
    },
    {
      options: '--clients 1',
      shows: {
        en: 'One client, which is known.',
        es: 'Un cliente, que es conocido.',
        ca: 'Un client, que és conegut.',
      },
    },
    {
      options: '--clients 5 --allow 127.0.0.2,127.0.0.4 --size 3000 --recv-buffer 4096',
      shows: {
        en: 'Five clients with datagrams in fragments: three ignored.',
        es: 'Cinco clientes con datagramas en fragmentos: tres ignorados.',
        ca: 'Cinc clients amb datagrames en fragments: tres d’ignorats.',
      },
    },
    {
      options: '--clients 2 --pause server:recvfrom:after=20',
      shows: {
        en: 'A server that takes its time.',
        es: 'Un servidor que se toma su tiempo.',
        ca: 'Un servidor que s’ho pren amb calma.',
      },
    },
  ],
  validate: (parameters) => refuseAddresses(parameters.text('allow')),
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeAnswers(parameters, outcome)],
};

function judgeAnswers(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both' || mayLose(parameters)) return [];
  const problems: Text[] = [];
  const allowed = allowedBy(parameters);
  for (const [index, [role, { answer }]] of [...reportsOf(outcome, 'client')].entries()) {
    const place = Number(role.split(' ')[1] ?? index + 1) - 1;
    const known = allowed.includes(addressOf(place));
    if (known === (answer === 'EAGAIN'))
      problems.push(
        tell(
          `${addressOf(place)} is ${known ? '' : 'not '}on the list, and got ${answer}`,
          `${addressOf(place)} ${known ? 'está' : 'no está'} en la lista, y recibió ${answer}`,
          `${addressOf(place)} ${known ? 'és' : 'no és'} a la llista, i ha rebut ${answer}`,
        ),
      );
  }
  return problems;
}
