import { type Check, decide, fails, untold } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { plays } from '../support/plays.ts';
import { ACCEPT_AFTER_HANDSHAKE, HANDSHAKE_IN_CONNECT, SENDS_AND_RECVS_HAVE_SEGMENTS } from './stream.ts';
import { found, tell } from './tools.ts';

/** What is to be seen of a client that tries one address after the other. */
export function nameChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [];
  if (plays(parameters, 'client')) checks.push(LOOKUP_FIRST, IN_ORDER, REFUSED_IS_A_RESET, NETWORK_ORDER);
  if (plays(parameters, 'client')) checks.push(HANDSHAKE_IN_CONNECT);
  if (plays(parameters, 'server')) checks.push(ACCEPT_AFTER_HANDSHAKE);
  return [...checks, SENDS_AND_RECVS_HAVE_SEGMENTS];
}

const LOOKUP_FIRST: Check = {
  text: tell(
    'getaddrinfo makes no packet here: localhost stands in a file, and the first packet is the SYN of a connect.',
    'getaddrinfo no hace aquí ningún paquete: localhost está en un fichero, y el primer paquete es el SYN de un connect.',
    'getaddrinfo no fa aquí cap paquet: localhost és en un fitxer, i el primer paquet és el SYN d’un connect.',
  ),
  test(run) {
    const lookups = run.calls('client', 'getaddrinfo');
    const datagrams = run.packets({ protocol: 'udp' }).filter(({ reason }) => reason !== 'foreign');
    if (datagrams.length > 0) return fails('', datagrams);
    const [first] = run.packets({ protocol: 'tcp' });
    return decide(lookups.length > 0, '', lookups, first);
  },
};

const IN_ORDER: Check = {
  text: tell(
    'The addresses are tried in the order in which getaddrinfo gave them, each with a socket of its own family, until one accepts.',
    'Las direcciones se prueban en el orden en que las dio getaddrinfo, cada una con un socket de su familia, hasta que una acepta.',
    'Les adreces es proven en l’ordre en què les va donar getaddrinfo, cadascuna amb un socket de la seva família, fins que una accepta.',
  ),
  test(run) {
    const lookup = run.calls('client', 'getaddrinfo').at(-1);
    const connects = run.calls('client', 'connect');
    const results = String(lookup?.args.result ?? '').split(', ');
    const tried = connects.map(({ args }) => String(args.address));
    const note = tell(tried.join(', '), tried.join(', '), tried.join(', '));
    const inOrder = tried.length > 0 && tried.every((address, n) => address === results[n]);
    const stops = connects.every(({ ok }, n) => ok === (n === connects.length - 1));
    return decide(inOrder && stops, note, lookup, connects);
  },
};

const REFUSED_IS_A_RESET: Check = {
  text: tell(
    'An address at which nobody listens costs one RST, and the client goes on to the next.',
    'Una dirección en la que nadie escucha cuesta un RST, y el cliente pasa a la siguiente.',
    'Una adreça on ningú no escolta costa un RST, i el client passa a la següent.',
  ),
  test(run) {
    const refused = run.calls('client', 'connect').filter(({ errno }) => errno === 'ECONNREFUSED');
    if (refused.length === 0) return untold(NONE_REFUSED, run.calls('client', 'connect'));
    return found(run, run.packets({ flags: 'RST' }), '');
  },
};

const NETWORK_ORDER: Check = {
  text: tell(
    'In the address that connect gets, the port stands with its high byte first: network byte order.',
    'En la dirección que recibe connect, el puerto va con el byte alto primero: orden de bytes de la red.',
    'En l’adreça que rep connect, el port va amb el byte alt primer: ordre de bytes de la xarxa.',
  ),
  test(run) {
    const bytes = String(run.report('client', 'sockaddr 1')).split(' ');
    const [connect] = run.calls('client', 'connect');
    const port = Number(/:(\d+)$/.exec(String(connect?.args.address))?.[1]);
    const text = `${port} = ${bytes.slice(2, 4).join(' ')}`;
    const read = Number.parseInt(bytes.slice(2, 4).join(''), 16);
    return decide(read === port, tell(text, text, text), connect);
  },
};

const NONE_REFUSED = tell(
  'the first address accepted',
  'la primera dirección aceptó',
  'la primera adreça va acceptar',
);
