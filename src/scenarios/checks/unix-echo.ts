import { type Check, decide, judging } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { NEVER_ON_THE_NETWORK } from './echo.ts';
import { tell } from './tools.ts';

/** What is to be seen of an echo in the UNIX domain. */
export function unixEchoChecks(parameters: Parameters): readonly Check[] {
  switch (parameters.text('how')) {
    case 'stream':
      return [NEVER_ON_THE_NETWORK, BYTES_MOVE, PEER_IS_KNOWN, CLIENT_HAS_NO_NAME];
    case 'path':
      return [NEVER_ON_THE_NETWORK, BYTES_MOVE, PEER_IS_KNOWN, FILE_STAYS];
    case 'datagram':
      return [NEVER_ON_THE_NETWORK, BYTES_MOVE, NAME_TO_ANSWER];
    default:
      return [NEVER_ON_THE_NETWORK, BYTES_MOVE, NO_NAME_AT_ALL];
  }
}

const BYTES_MOVE: Check = {
  text: tell(
    'What the sends took the recvs give, inside the kernel.',
    'Lo que se llevaron los send lo dan los recv, dentro del núcleo.',
    'El que s’han endut els send ho donen els recv, dins del nucli.',
  ),
  test(run) {
    const sends = run.calls('*', ['send', 'sendto']).filter(({ bytes }) => bytes > 0);
    const recvs = run.calls('*', ['recv', 'recvfrom']).filter(({ bytes }) => bytes > 0);
    const total = (calls: typeof sends) => calls.reduce((sum, { bytes }) => sum + bytes, 0);
    const [sent, received] = [total(sends), total(recvs)];
    // A datagram larger than the buffer is cut.
    const holds = sends[0]?.name === 'sendto' ? received <= sent && received > 0 : received === sent;
    return judging(sends, () => decide(holds, `send: ${sent}, recv: ${received}`, sends, recvs));
  },
};

const PEER_IS_KNOWN: Check = {
  text: tell(
    'getsockopt(SO_PEERCRED) tells the server which process the client is: the kernel says it, not the client.',
    'getsockopt(SO_PEERCRED) le dice al servidor qué proceso es el cliente: lo dice el núcleo, no el cliente.',
    'getsockopt(SO_PEERCRED) diu al servidor quin procés és el client: ho diu el nucli, no el client.',
  ),
  test(run) {
    const told = run.report('server', 'the client’s process');
    const own = run.report('client', 'process');
    return decide(told === own && told !== undefined, `${told}`, run.calls('server', 'getsockopt'));
  },
};

const CLIENT_HAS_NO_NAME: Check = {
  text: tell(
    'accept gives no address: the client never bound one, and a stream does not need it.',
    'accept no da ninguna dirección: el cliente nunca hizo bind, y un flujo no la necesita.',
    'accept no dona cap adreça: el client no ha fet mai bind, i un flux no la necessita.',
  ),
  test(run) {
    const [accept] = run.calls('server', 'accept');
    const bound = run.calls('client', 'bind');
    return decide(accept?.ok === true && accept.remote === null && bound.length === 0, '', accept, bound);
  },
};

const FILE_STAYS: Check = {
  text: tell(
    'The name is a file, and stays when its socket is closed: bind fails with EADDRINUSE until the file is removed.',
    'El nombre es un fichero, y se queda cuando se cierra su socket: bind falla con EADDRINUSE hasta que se borra el fichero.',
    'El nom és un fitxer, i hi queda quan es tanca el seu socket: bind falla amb EADDRINUSE fins que s’esborra el fitxer.',
  ),
  test(run) {
    const binds = run.calls('server', 'bind');
    const got = binds.map(({ errno }) => errno ?? '0').join(', ');
    return decide(got === '0, EADDRINUSE, 0', got, binds);
  },
};

const NAME_TO_ANSWER: Check = {
  text: tell(
    'The client binds a name of its own, and recvfrom tells it to the server, which answers there.',
    'El cliente hace bind a un nombre propio, recvfrom se lo dice al servidor, y este contesta ahí.',
    'El client fa bind a un nom propi, recvfrom el diu al servidor, i aquest hi respon.',
  ),
  test(run) {
    const [bind] = run.calls('client', 'bind');
    const [recv] = run.calls('server', 'recvfrom');
    return decide(bind?.ok === true && recv?.remote === bind.local, `${recv?.remote}`, bind, recv);
  },
};

const NO_NAME_AT_ALL: Check = {
  text: tell(
    'socketpair makes both ends at once: no name, and no connect.',
    'socketpair hace los dos extremos de una vez: sin nombre y sin connect.',
    'socketpair fa els dos extrems d’un cop: sense nom i sense connect.',
  ),
  test(run) {
    const others = run.calls('*', ['bind', 'listen', 'accept', 'connect']);
    const pairs = run.calls('*', 'socketpair');
    return decide(pairs.length === 1 && others.length === 0, '', pairs, others);
  },
};
