import type { Check } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { synRetries } from '../support/attempt.ts';
import { failsWith, ICMP_ANSWERS, noPacket, RETRANSMISSIONS_COUNTED, synsSent, within } from './attempt.ts';
import { isUndisturbed, tell } from './tools.ts';

/** What is in the way, where the client connects to, and what connect says of it. */
export interface Way {
  readonly host: string;
  readonly errno: string;
  /** What makes it so in the private network. */
  readonly network: readonly string[];
}

/** Addresses of documentation (RFC 5737, RFC 3849): no machine has them. */
export function waysOf(parameters: Parameters): Way {
  const six = parameters.text('family') === 'ipv6';
  return (six ? IPV6 : IPV4)[parameters.text('how')] ?? NO_ROUTE;
}

const NO_ROUTE: Way = { host: '192.0.2.1', errno: 'ENETUNREACH', network: [] };

const IPV4: Readonly<Record<string, Way>> = {
  'no-route': NO_ROUTE,
  'no-host': {
    host: '198.51.100.2',
    errno: 'EHOSTUNREACH',
    network: [
      ...['ip link add near0 type veth peer name far0', 'ip link set near0 up', 'ip link set far0 up'],
      'ip addr add 198.51.100.1/24 dev near0',
    ],
  },
  'closed-route': {
    host: '192.0.2.1',
    errno: 'EHOSTUNREACH',
    network: ['ip route add unreachable 192.0.2.0/24'],
  },
  router: {
    host: '192.0.2.1',
    errno: 'EHOSTUNREACH',
    network: [
      // An address of this machine, for which a firewall rule answers as a router would.
      ...['ip addr add 192.0.2.1/32 dev lo', 'nft add table ip router'],
      'nft add chain ip router input { type filter hook input priority 0 ; }',
      'nft add rule ip router input ip daddr 192.0.2.1 meta l4proto tcp reject with icmp host-unreachable',
    ],
  },
  silence: {
    host: '203.0.113.1',
    errno: 'ETIMEDOUT',
    network: [
      'ip addr add 203.0.113.254/32 dev lo',
      // What is sent there comes back by lo, is for nobody here, and is thrown away.
      'ip route add 203.0.113.0/24 dev lo src 203.0.113.254',
    ],
  },
};

const IPV6: Readonly<Record<string, Way>> = {
  'no-route': { host: '2001:db8::1', errno: 'ENETUNREACH', network: [] },
  'no-host': {
    host: '2001:db8:2::2',
    errno: 'EHOSTUNREACH',
    network: [
      ...['ip link add near0 type veth peer name far0', 'ip link set near0 up', 'ip link set far0 up'],
      'ip -6 addr add 2001:db8:2::1/64 dev near0 nodad',
    ],
  },
  'closed-route': {
    host: '2001:db8::1',
    errno: 'EHOSTUNREACH',
    network: ['ip -6 route add unreachable 2001:db8::/64'],
  },
  router: {
    host: '2001:db8::1',
    errno: 'EHOSTUNREACH',
    network: [
      ...['ip -6 addr add 2001:db8::1/128 dev lo nodad', 'nft add table ip6 router'],
      'nft add chain ip6 router input { type filter hook input priority 0 ; }',
      'nft add rule ip6 router input ip6 daddr 2001:db8::1 meta l4proto tcp reject with icmpv6 addr-unreachable',
    ],
  },
  silence: {
    host: '2001:db8:3::1',
    errno: 'ETIMEDOUT',
    network: [
      // Over IPv6 such a way back would be answered by ICMP: a rule throws away what comes.
      ...['ip -6 addr add 2001:db8:3::1/128 dev lo nodad', 'nft add table ip6 silence'],
      'nft add chain ip6 silence input { type filter hook input priority 0 ; }',
      'nft add rule ip6 silence input ip6 daddr 2001:db8:3::1 meta l4proto tcp drop',
    ],
  },
};

/** What is to be seen of a connect to a host that cannot be reached. */
export function unreachableChecks(parameters: Parameters): readonly Check[] {
  const how = parameters.text('how');
  const checks: Check[] = [failsWith(waysOf(parameters).errno, WHY[how] ?? '')];
  if (how === 'router') return [...checks, ICMP_ANSWERS];
  if (how === 'silence') return [...checks, synsSent(synRetries(parameters) ?? 1), RETRANSMISSIONS_COUNTED];
  if (how === 'no-host') return [...checks, noPacket(NOT_EVEN_A_SYN)];
  return [...checks, noPacket(NOTHING_LEAVES), ...(isUndisturbed(parameters) ? [AT_ONCE] : [])];
}

const WHY: Readonly<Record<string, Check['text']>> = {
  'no-route': tell(
    'connect fails with ENETUNREACH: the own routing table has no way to that network.',
    'connect falla con ENETUNREACH: la propia tabla de rutas no tiene camino hasta esa red.',
    'connect falla amb ENETUNREACH: la mateixa taula de rutes no té camí fins a aquella xarxa.',
  ),
  'no-host': tell(
    'connect fails with EHOSTUNREACH: the network is there, and nobody in it answered for that address.',
    'connect falla con EHOSTUNREACH: la red está ahí, y nadie en ella respondió por esa dirección.',
    'connect falla amb EHOSTUNREACH: la xarxa hi és, i ningú no hi ha respost per aquella adreça.',
  ),
  'closed-route': tell(
    'connect fails with EHOSTUNREACH: the own routing table says that this way is closed.',
    'connect falla con EHOSTUNREACH: la propia tabla de rutas dice que ese camino está cerrado.',
    'connect falla amb EHOSTUNREACH: la mateixa taula de rutes diu que aquest camí és tancat.',
  ),
  router: tell(
    'connect fails with EHOSTUNREACH, because an ICMP message says so.',
    'connect falla con EHOSTUNREACH, porque lo dice un mensaje ICMP.',
    'connect falla amb EHOSTUNREACH, perquè ho diu un missatge ICMP.',
  ),
  silence: tell(
    'connect fails with ETIMEDOUT: nobody said anything, however often the SYN was sent.',
    'connect falla con ETIMEDOUT: nadie dijo nada, por más que se envió el SYN.',
    'connect falla amb ETIMEDOUT: ningú no ha dit res, per més que s’ha enviat el SYN.',
  ),
};

const NOTHING_LEAVES = tell(
  'No packet leaves: the call fails before there is one.',
  'No sale ningún paquete: la llamada falla antes de que lo haya.',
  'No surt cap paquet: la crida falla abans que n’hi hagi cap.',
);

const NOT_EVEN_A_SYN = tell(
  'No SYN leaves: first ARP (over IPv6 neighbour discovery) asks who has the address, on a device that is not captured.',
  'No sale ningún SYN: antes ARP (en IPv6 el descubrimiento de vecinos) pregunta quién tiene la dirección, en una interfaz que no se captura.',
  'No surt cap SYN: abans ARP (en IPv6 el descobriment de veïns) pregunta qui té l’adreça, en una interfície que no es captura.',
);

const AT_ONCE = within(
  500,
  tell('It takes no time at all.', 'No hay ninguna espera.', 'No hi ha cap espera.'),
);
