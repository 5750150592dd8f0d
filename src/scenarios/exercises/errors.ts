import { EXIT, UserError } from '../../../capture/user-error.ts';
import { errnoText } from '../../sockets/errno.ts';
import { errnoMeaning } from '../../words/errno-meaning.ts';
import { inEnglish, say, type Text } from '../../words/text.ts';
import { errnoChecks } from '../checks/errno.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { errorsQuestions } from '../questions/refusal.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { DOWN_DEVICE, HOST_UNKNOWN, NO_SUCH_HOST, PROGRAMS } from '../support/errno-programs.ts';
import { ERRNO_TABLE, IMPOSSIBLE } from '../support/errno-table.ts';
import { networkCommands, requirePrivate } from '../support/network.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { badEnds } from '../support/roles.ts';

/** One tiny program for each errno, one after the other, each with sockets of its own. */
export function client(parameters: Parameters, role: RoleContext): void {
  const names = wanted(parameters);
  const row = rowsFor(names);
  role.print(row('errno', say(HEADS.call), say(HEADS.packets), say(HEADS.meaning)));
  for (const name of names) {
    const entry = ERRNO_TABLE[name];
    const program = PROGRAMS[name];
    if (entry === undefined || program === undefined) continue;
    const result = program(parameters, role);
    const got = result.ok ? 'succeeded' : result.errno;
    role.report(name, got);
    if (got !== name && entry.needs !== undefined) role.report(`${name} needs`, entry.needs);
    const meaning = got === name ? errnoMeaning(name) : say(notSo(got, entry.needs));
    role.print(row(name, entry.call, say(entry.shown), meaning));
  }
  if (parameters.text('errno') !== ALL) return;
  for (const [name, why] of Object.entries(IMPOSSIBLE))
    role.print(row(name, '-', '-', `${say(HEADS.impossible)}: ${say(why)}`));
}

const ALL = 'all';

const HEADS = {
  call: tell('call', 'llamada', 'crida'),
  packets: tell('packets', 'paquetes', 'paquets'),
  meaning: tell('meaning', 'significado', 'significat'),
  impossible: tell('impossible here', 'imposible aquí', 'impossible aquí'),
};

const notSo = (got: string, privilege: string | undefined): Text =>
  privilege === undefined
    ? tell(`not so: ${got}`, `no fue así: ${got}`, `no ha estat així: ${got}`)
    : tell(
        `not so: ${got}, it takes ${privilege}`,
        `no fue así: ${got}, hace falta ${privilege}`,
        `no ha estat així: ${got}, cal ${privilege}`,
      );

/** Lines of a table of these: each column but the last is two wider than the widest that can stand in it. */
function rowsFor(
  names: readonly string[],
): (name: string, call: string, packets: string, meaning: string) => string {
  const entries = names.flatMap((name) => ERRNO_TABLE[name] ?? []);
  const width = (cells: readonly string[]) => Math.max(...cells.map(({ length }) => length)) + 2;
  const first = width(['errno', ...names, ...Object.keys(IMPOSSIBLE)]);
  const second = width([say(HEADS.call), ...entries.map(({ call }) => call)]);
  const third = width([say(HEADS.packets), ...entries.map(({ shown }) => say(shown))]);
  return (name, call, packets, meaning) =>
    `${name.padEnd(first)}${call.padEnd(second)}${packets.padEnd(third)}${meaning}`;
}

function wanted(parameters: Parameters): readonly string[] {
  const name = parameters.text('errno');
  return name === ALL ? Object.keys(ERRNO_TABLE) : [name];
}

/** A virtual device comes up only when it is told to. */
const ADD_DEVICE = `ip link add ${DOWN_DEVICE} type veth peer name down1`;

/** What the private network must have for an errno. */
const NETWORK: Readonly<Record<string, readonly string[]>> = {
  EHOSTUNREACH: [
    `ip route add unreachable ${NO_SUCH_HOST.ipv4}/32`,
    `ip -6 route add unreachable ${NO_SUCH_HOST.ipv6}/128`,
  ],
  EHOSTDOWN: [
    'nft add table ip errors',
    'nft add chain ip errors input { type filter hook input priority 0 ; }',
    // ICMP code 7: destination host unknown (RFC 1122 §3.2.2.1); nft has no name for it.
    `nft add rule ip errors input ip daddr ${HOST_UNKNOWN} meta l4proto tcp reject with icmp 7`,
  ],
  ENETDOWN: [ADD_DEVICE],
  ENOBUFS: [ADD_DEVICE],
};

export const scenario: Scenario = {
  id: 'errors',
  title: {
    en: 'Every errno of the socket calls, provoked for real',
    es: 'Todos los errno de las llamadas de sockets, provocados de verdad',
    ca: 'Tots els errno de les crides de sockets, provocats de debò',
  },
  teaches: {
    en: 'What each errno means, which call gives it, what usually causes it, and whether any packet has to do with it: most come from the own kernel without any.',
    es: 'Qué significa cada errno, qué llamada lo da, cuál suele ser la causa, y si algún paquete tiene que ver: la mayoría los da el propio núcleo sin ninguno.',
    ca: 'Què significa cada errno, quina crida el dona, quina n’acostuma a ser la causa, i si hi té res a veure cap paquet: la majoria els dona el mateix nucli sense cap.',
  },
  lookFor: (parameters) => errnoChecks(wanted(parameters)),
  questions: errorsQuestions,
  protocol: 'both',
  parameters: ['errno', 'family', 'port'],
  defaults: {},
  narrow: {
    family: { choices: INTERNET },
    errno: {
      choices: {
        [ALL]: {
          en: 'every one, in the order of the alphabet',
          es: 'todos, por orden alfabético',
          ca: 'tots, per ordre alfabètic',
        },
        ...Object.fromEntries(
          Object.entries(ERRNO_TABLE).map(([name, { cause }]) => [name, { ...cause, en: errnoText(name) }]),
        ),
        ...Object.fromEntries(
          Object.keys(IMPOSSIBLE).map((name) => [
            name,
            tell('impossible on Linux', 'imposible en Linux', 'impossible a Linux'),
          ]),
        ),
      },
    },
  },
  variants: [
    {
      options: '--errno ECONNREFUSED',
      shows: {
        en: 'One of them alone: a SYN, answered by RST.',
        es: 'Uno solo: un SYN, contestado con RST.',
        ca: 'Un de sol: un SYN, respost amb RST.',
      },
    },
    {
      options: '--errno ETIMEDOUT',
      shows: {
        en: 'A SYN that nobody answers, and comes again.',
        es: 'Un SYN que nadie contesta y que se repite.',
        ca: 'Un SYN que ningú no respon i que es repeteix.',
      },
    },
    {
      options: '--errno EHOSTDOWN',
      shows: {
        en: 'An ICMP message becomes the errno of a connect.',
        es: 'Un mensaje ICMP se convierte en el errno de un connect.',
        ca: 'Un missatge ICMP es converteix en l’errno d’un connect.',
      },
    },
    {
      options: '--family ipv6',
      shows: {
        en: 'The same over IPv6, where it has the same cause.',
        es: 'Lo mismo sobre IPv6, donde la causa es la misma.',
        ca: 'El mateix sobre IPv6, on la causa és la mateixa.',
      },
    },
  ],
  validate(parameters) {
    requirePrivate(parameters, 'errors');
    const name = parameters.text('errno');
    const why = IMPOSSIBLE[name];
    if (why === undefined) return;
    throw new UserError(`${name} cannot be provoked on Linux: ${inEnglish(why)}`, {
      hint: 'choose another errno, or leave --errno out for all of them',
      exitCode: EXIT.cannotCapture,
    });
  },
  network(parameters) {
    const lines = wanted(parameters).flatMap((name) => NETWORK[name] ?? []);
    return networkCommands([...new Set(lines)]);
  },
  roles: () => [{ name: 'client', side: 'client', index: 0, entry: 'client', ready: null }],
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeErrnos(parameters, outcome)],
};

function judgeErrnos(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const report = reports.get('client') ?? {};
  return wanted(parameters).flatMap((name) => {
    const got = report[name] ?? 'nothing';
    // What a missing privilege made impossible was said.
    return got === name || report[`${name} needs`] !== undefined
      ? []
      : [
          tell(
            `${name}: the call gave ${got}`,
            `${name}: la llamada dio ${got}`,
            `${name}: la crida ha donat ${got}`,
          ),
        ];
  });
}
