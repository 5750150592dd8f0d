import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import { unreachableChecks, waysOf } from '../checks/unreachable.ts';
import type { Parameters } from '../parameters.ts';
import { unreachableQuestions } from '../questions/refusal.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { attempt, validateRetries } from '../support/attempt.ts';
import { networkCommands, requirePrivate } from '../support/network.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { badEnds } from '../support/roles.ts';

/** Connects to a host to which no way leads. */
export function client(parameters: Parameters, role: RoleContext): void {
  attempt([waysOf(parameters).host, parameters.number('port')], parameters, role);
}

export const scenario: Scenario = {
  id: 'unreachable',
  title: {
    en: 'connect to a host to which no way leads',
    es: 'connect a una máquina hasta la que no hay camino',
    ca: 'connect a una màquina fins a la qual no hi ha camí',
  },
  teaches: {
    en: 'Who finds out that there is no way: the own routing table at once and without a packet (ENETUNREACH), a neighbour that does not answer or a router that sends ICMP (EHOSTUNREACH), or nobody at all (ETIMEDOUT).',
    es: 'Quién se da cuenta de que no hay camino: la propia tabla de rutas, al momento y sin ningún paquete (ENETUNREACH), un vecino que no contesta o un encaminador que envía ICMP (EHOSTUNREACH), o nadie en absoluto (ETIMEDOUT).',
    ca: 'Qui se n’adona, que no hi ha camí: la mateixa taula de rutes, de seguida i sense cap paquet (ENETUNREACH), un veí que no respon o un encaminador que envia ICMP (EHOSTUNREACH), o ningú en absolut (ETIMEDOUT).',
  },
  lookFor: unreachableChecks,
  questions: unreachableQuestions,
  protocol: 'tcp',
  parameters: ['how', 'syn-retries', 'family', 'port'],
  defaults: { how: 'no-route' },
  narrow: {
    family: { choices: INTERNET },
    how: {
      choices: {
        'no-route': {
          en: 'the routing table has no way to that network',
          es: 'la tabla de rutas no tiene camino a esa red',
          ca: 'la taula de rutes no té camí cap a aquesta xarxa',
        },
        'no-host': {
          en: 'the network is there, and no machine in it has the address: nobody answers ARP',
          es: 'la red existe, y ninguna máquina suya tiene la dirección: nadie contesta a ARP',
          ca: 'la xarxa existeix, i cap màquina seva no té l’adreça: ningú no respon a ARP',
        },
        'closed-route': {
          en: 'the routing table says that this way is closed (ip route add unreachable)',
          es: 'la tabla de rutas dice que ese camino está cerrado (ip route add unreachable)',
          ca: 'la taula de rutes diu que aquest camí és tancat (ip route add unreachable)',
        },
        router: {
          en: 'the SYN leaves, and a router answers by ICMP that it knows no way to the host',
          es: 'el SYN sale, y un encaminador contesta por ICMP que no sabe llegar a la máquina',
          ca: 'el SYN surt, i un encaminador respon per ICMP que no sap arribar a la màquina',
        },
        silence: {
          en: 'the SYN leaves, and nothing ever comes back',
          es: 'el SYN sale, y nunca vuelve nada',
          ca: 'el SYN surt, i no torna mai res',
        },
      },
    },
  },
  variants: [
    {
      options: '--how no-host',
      shows: {
        en: 'EHOSTUNREACH after three seconds, in which ARP asks in vain.',
        es: 'EHOSTUNREACH tras tres segundos, en los que ARP pregunta en vano.',
        ca: 'EHOSTUNREACH després de tres segons, en què ARP pregunta debades.',
      },
    },
    {
      options: '--how router',
      shows: {
        en: 'An ICMP message from a router becomes EHOSTUNREACH.',
        es: 'Un mensaje ICMP de un encaminador se convierte en EHOSTUNREACH.',
        ca: 'Un missatge ICMP d’un encaminador es converteix en EHOSTUNREACH.',
      },
    },
    {
      options: '--how silence',
      shows: {
        en: 'The SYN leaves again and again, and connect gives up: ETIMEDOUT.',
        es: 'El SYN sale una y otra vez, y connect se rinde: ETIMEDOUT.',
        ca: 'El SYN surt una vegada i una altra, i connect es rendeix: ETIMEDOUT.',
      },
    },
    {
      options: '--how closed-route --family ipv6',
      shows: {
        en: 'A route that says “unreachable”, over IPv6: at once, and no packet.',
        es: 'Una ruta que dice «unreachable», sobre IPv6: al momento y sin ningún paquete.',
        ca: 'Una ruta que diu «unreachable», sobre IPv6: de seguida i sense cap paquet.',
      },
    },
    {
      options: '--how router --family ipv6',
      shows: {
        en: 'ICMPv6 says it: address unreachable.',
        es: 'Lo dice ICMPv6: dirección inalcanzable.',
        ca: 'Ho diu ICMPv6: adreça inabastable.',
      },
    },
  ],
  validate(parameters) {
    requirePrivate(parameters, 'unreachable');
    validateRetries(parameters);
  },
  network: (parameters) => networkCommands(waysOf(parameters).network),
  roles: () => [{ name: 'client', side: 'client', index: 0, entry: 'client', ready: null }],
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeConnect(parameters, outcome)],
};

function judgeConnect(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const got = reports.get('client')?.connect ?? 'nothing';
  const { errno } = waysOf(parameters);
  return got === errno
    ? []
    : [
        tell(
          `connect gave ${got}, not ${errno}`,
          `connect dio ${got}, no ${errno}`,
          `connect ha donat ${got}, no ${errno}`,
        ),
      ];
}
