import type { Text } from '../../words/text.ts';
import { expectedErrno, filteredChecks } from '../checks/filtered.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { filteredQuestions } from '../questions/refusal.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { serverAddress } from '../support/address.ts';
import { attempt, synRetries, unansweredMs, validateRetries } from '../support/attempt.ts';
import { must } from '../support/must.ts';
import { networkCommands } from '../support/network.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { badEnds, plans } from '../support/roles.ts';
import { listening } from '../support/stream.ts';

/** How long the server waits beyond the client's attempts. */
const PATIENCE_MS = 1500;

/** Connects to a port that has a server, with a firewall between them. */
export function client(parameters: Parameters, role: RoleContext): void {
  attempt(serverAddress(parameters), parameters, role);
}

/** Listens for as long as the client tries, never hears of it, and gives up. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const retries = synRetries(parameters);
  const tryingMs = retries === null ? 0 : unansweredMs(retries);
  must(role, 'setsockopt SO_RCVTIMEO', listener.setReceiveTimeout(tryingMs + PATIENCE_MS));
  const connection = listener.accept();
  role.report('accept', connection.errno ?? 'a client');
  if (connection.errno === null) connection.close();
  listener.close();
}

const RULES: Readonly<Record<string, string>> = {
  drop: 'drop',
  reject: 'reject with icmpx admin-prohibited',
  reset: 'reject with tcp reset',
};

export const scenario: Scenario = {
  id: 'filtered',
  title: {
    en: 'connect through a firewall that drops, rejects or resets',
    es: 'connect a través de un cortafuegos que descarta, rechaza o responde con RST',
    ca: 'connect a través d’un tallafoc que descarta, rebutja o respon amb RST',
  },
  teaches: {
    en: 'How a firewall looks from outside: with silence connect waits long (ETIMEDOUT), with ICMP it learns of a prohibition, with RST it looks as if nobody listened. The server is there all the while and hears nothing.',
    es: 'Cómo se ve un cortafuegos desde fuera: con el silencio connect espera mucho (ETIMEDOUT), con ICMP se entera de una prohibición, con RST parece que nadie escucha. El servidor está ahí todo el tiempo y no oye nada.',
    ca: 'Com es veu un tallafoc des de fora: amb el silenci connect s’espera molt (ETIMEDOUT), amb ICMP s’assabenta d’una prohibició, amb RST sembla que ningú no escolta. El servidor hi és tota l’estona i no sent res.',
  },
  lookFor: filteredChecks,
  questions: filteredQuestions,
  protocol: 'tcp',
  parameters: ['how', 'syn-retries', 'family', 'port', 'backlog'],
  defaults: { how: 'drop' },
  narrow: {
    family: { choices: INTERNET },
    how: {
      choices: {
        drop: { en: 'the SYN disappears', es: 'el SYN desaparece', ca: 'el SYN desapareix' },
        reject: {
          en: 'ICMP says that it is administratively prohibited',
          es: 'ICMP dice que está prohibido por el administrador',
          ca: 'ICMP diu que ho ha prohibit l’administrador',
        },
        reset: {
          en: 'the firewall itself answers with RST',
          es: 'el propio cortafuegos contesta con RST',
          ca: 'el mateix tallafoc respon amb RST',
        },
      },
    },
  },
  variants: [
    {
      options: '--how reject',
      shows: {
        en: 'An ICMP message: connect fails with EHOSTUNREACH.',
        es: 'Un mensaje ICMP: connect falla con EHOSTUNREACH.',
        ca: 'Un missatge ICMP: connect falla amb EHOSTUNREACH.',
      },
    },
    {
      options: '--how reset',
      shows: {
        en: 'RST: ECONNREFUSED, as if nobody listened on the port.',
        es: 'RST: ECONNREFUSED, como si nadie escuchara en el puerto.',
        ca: 'RST: ECONNREFUSED, com si ningú no escoltés al port.',
      },
    },
    {
      options: '--how reject --family ipv6',
      shows: {
        en: 'The same prohibition over IPv6 is told as EACCES.',
        es: 'La misma prohibición sobre IPv6 se dice con EACCES.',
        ca: 'La mateixa prohibició sobre IPv6 es diu amb EACCES.',
      },
    },
    {
      options: '--how drop --syn-retries 2 --family ipv6',
      shows: {
        en: 'More repetitions: connect gives up later.',
        es: 'Más repeticiones: connect se rinde más tarde.',
        ca: 'Més repeticions: connect es rendeix més tard.',
      },
    },
  ],
  validate: validateRetries,
  network: (parameters) =>
    networkCommands([
      'nft add table inet filtered',
      'nft add chain inet filtered input { type filter hook input priority 0 ; }',
      `nft add rule inet filtered input tcp dport ${parameters.number('port')} ${RULES[parameters.text('how')]}`,
    ]),
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeConnect(parameters, outcome)],
};

function judgeConnect(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const got = reports.get('client')?.connect ?? 'nothing';
  const wanted = expectedErrno(parameters);
  return got === wanted
    ? []
    : [
        tell(
          `connect gave ${got}, not ${wanted}`,
          `connect dio ${got}, no ${wanted}`,
          `connect ha donat ${got}, no ${wanted}`,
        ),
      ];
}
