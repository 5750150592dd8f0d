import { type Check, decide, fails, judging } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { incomplete } from './stream.ts';
import { tell } from './tools.ts';

/** Whom a client finds at an address, by address; empty where every server may be the one. */
export function expectedAnswers(parameters: Parameters): Readonly<Record<string, string>> {
  switch (parameters.text('how')) {
    case 'addresses':
      return { '127.0.0.1': '127.0.0.1', '127.0.0.2': 'any address' };
    case 'v6only':
      return { '127.0.0.1': 'IPv4', '::1': 'IPv6' };
    case 'dual':
      return { '127.0.0.1': 'IPv6', '::1': 'IPv6' };
    default:
      return {};
  }
}

/** What is to be seen of sockets with one port number. */
export function portSharingChecks(parameters: Parameters): readonly Check[] {
  switch (parameters.text('how')) {
    case 'reuseport':
      return [binds(['0', '0'], SHARED), EACH_ONCE, ANSWERED_BY_ITS_OWNER];
    case 'tcp-udp':
      return [binds(['0', '0'], BOTH_PROTOCOLS), EACH_PROTOCOL];
    case 'addresses':
      return [binds(['0', 'EADDRINUSE', '0'], ANY_CONFLICTS), answers(parameters, EXACT_WINS)];
    case 'v6only':
      return [binds(['0', '0'], FAMILIES_APART), answers(parameters, EACH_FAMILY)];
    default:
      return [binds(['0', 'EADDRINUSE'], DUAL_TAKES_BOTH), answers(parameters, ONE_FOR_BOTH), MAPPED];
  }
}

function binds(expected: readonly string[], text: Check['text']): Check {
  return {
    text,
    test(run) {
      const calls = run.calls('server', 'bind');
      const got = calls.map(({ errno }) => errno ?? '0');
      return decide(got.join(' ') === expected.join(' '), `bind: ${got.join(', ')}`, calls);
    },
  };
}

function answers(parameters: Parameters, text: Check['text']): Check {
  const expected = Object.entries(expectedAnswers(parameters));
  return {
    text,
    test(run) {
      const got = expected.map(([host]) => `${host}: ${run.report('client', `who at ${host}`) ?? '?'}`);
      const wanted = expected.map(([host, name]) => `${host}: ${name}`);
      return decide(got.join() === wanted.join(), got.join('; '), run.calls('client', ['connect', 'recv']));
    },
  };
}

const SHARED = tell(
  'Both servers bind the same address and port: each has set SO_REUSEPORT before.',
  'Los dos servidores hacen bind a la misma dirección y puerto: cada uno puso antes SO_REUSEPORT.',
  'Tots dos servidors fan bind a la mateixa adreça i port: cadascun ha posat abans SO_REUSEPORT.',
);
const BOTH_PROTOCOLS = tell(
  'Both binds succeed: the port of TCP and the port of UDP are two, though they have one number.',
  'Los dos bind tienen éxito: el puerto de TCP y el de UDP son dos, aunque tengan un mismo número.',
  'Tots dos bind tenen èxit: el port de TCP i el d’UDP són dos, encara que tinguin un mateix número.',
);
const ANY_CONFLICTS = tell(
  'Any address takes in 127.0.0.1: bind fails with EADDRINUSE, unless both sockets have SO_REUSEPORT.',
  'Cualquier dirección incluye 127.0.0.1: bind falla con EADDRINUSE, salvo que ambos sockets tengan SO_REUSEPORT.',
  'Qualsevol adreça inclou 127.0.0.1: bind falla amb EADDRINUSE, tret que tots dos sockets tinguin SO_REUSEPORT.',
);
const EXACT_WINS = tell(
  'Who connects to 127.0.0.1 gets the socket that is bound to it; who connects to 127.0.0.2 the one for any address.',
  'Quien conecta a 127.0.0.1 da con el socket ligado a ella; quien conecta a 127.0.0.2, con el de cualquier dirección.',
  'Qui connecta a 127.0.0.1 troba el socket que hi està lligat; qui connecta a 127.0.0.2, el de qualsevol adreça.',
);
const FAMILIES_APART = tell(
  'With IPV6_V6ONLY both binds succeed: each family has the port for itself.',
  'Con IPV6_V6ONLY los dos bind tienen éxito: cada familia tiene el puerto para ella.',
  'Amb IPV6_V6ONLY tots dos bind tenen èxit: cada família té el port per a ella.',
);
const EACH_FAMILY = tell(
  'The IPv4 client gets the IPv4 socket, the IPv6 client the IPv6 one.',
  'El cliente IPv4 da con el socket IPv4, y el cliente IPv6 con el IPv6.',
  'El client IPv4 troba el socket IPv4, i el client IPv6 l’IPv6.',
);
const DUAL_TAKES_BOTH = tell(
  'Without IPV6_V6ONLY the IPv6 socket has the port in IPv4 too: the bind of an IPv4 socket fails with EADDRINUSE.',
  'Sin IPV6_V6ONLY el socket IPv6 tiene el puerto también en IPv4: el bind de un socket IPv4 falla con EADDRINUSE.',
  'Sense IPV6_V6ONLY el socket IPv6 té el port també en IPv4: el bind d’un socket IPv4 falla amb EADDRINUSE.',
);
const ONE_FOR_BOTH = tell(
  'The IPv6 socket answers both clients.',
  'El socket IPv6 contesta a los dos clientes.',
  'El socket IPv6 respon a tots dos clients.',
);

const MAPPED: Check = {
  text: tell(
    'The packets of the first client are IPv4; accept shows its address to the IPv6 socket as ::ffff:127.0.0.1.',
    'Los paquetes del primer cliente son IPv4; accept se la muestra al socket IPv6 como ::ffff:127.0.0.1.',
    'Els paquets del primer client són IPv4; accept la mostra al socket IPv6 com a ::ffff:127.0.0.1.',
  ),
  test(run) {
    const mapped = run.calls('server', 'accept').filter(({ remote }) => remote?.includes('::ffff:127.0.0.1'));
    return decide(mapped.length === 1, '', mapped);
  },
};

const EACH_ONCE: Check = {
  text: tell(
    'Each connection is given to one of the servers, by a hash of addresses and ports: the servers do not choose.',
    'Cada conexión se entrega a uno de los servidores, según un hash de direcciones y puertos: los servidores no eligen.',
    'Cada connexió es dona a un dels servidors, segons un hash d’adreces i ports: els servidors no trien.',
  ),
  test(run) {
    const connects = run.calls('client', 'connect').filter(({ ok }) => ok);
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    const shares = ['server 1', 'server 2'].map((name) => accepts.filter(({ role }) => role === name).length);
    const note = `server 1: ${shares[0]}, server 2: ${shares[1]}`;
    return judging(connects, () => decide(connects.length === accepts.length, note, accepts));
  },
};

const ANSWERED_BY_ITS_OWNER: Check = {
  text: tell(
    'Who accepted a connection is who answers on it.',
    'Quien aceptó una conexión es quien contesta en ella.',
    'Qui ha acceptat una connexió és qui hi respon.',
  ),
  test(run) {
    const connections = run.connections('tcp');
    if (connections.length === 0) return run.complete ? fails('') : incomplete(run);
    const said = connections.map((_, index) => run.report('client', `client ${index + 1}`));
    const owners = connections.map(({ server }) => server);
    return decide(said.join() === owners.join(), owners.join(', '), run.calls('server', 'send'));
  },
};

const EACH_PROTOCOL: Check = {
  text: tell(
    'A SYN to the port finds the listening socket, a datagram to the same number finds the other.',
    'Un SYN al puerto da con el socket que escucha, un datagrama al mismo número da con el otro.',
    'Un SYN al port troba el socket que escolta, un datagrama al mateix número troba l’altre.',
  ),
  test(run) {
    const got = ['TCP', 'UDP'].map((name) => run.report('client', `who by ${name}`));
    const calls = run.calls('server', ['accept', 'recvfrom']);
    return decide(got.join() === 'TCP,UDP', got.join(', '), calls);
  },
};
