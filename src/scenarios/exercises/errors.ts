import { EXIT, UserError } from '../../../capture/user-error.ts';
import { errnoText } from '../../sockets/errno.ts';
import { inEnglish } from '../../words/text.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { errnoChecks } from '../support/errno-checks.ts';
import { DOWN_DEVICE, HOST_UNKNOWN, NO_SUCH_HOST, PROGRAMS } from '../support/errno-programs.ts';
import { ERRNO_TABLE, IMPOSSIBLE } from '../support/errno-table.ts';
import { networkCommands, requirePrivate } from '../support/network.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { errorsQuestions } from '../support/refusal-questions.ts';
import { badEnds } from '../support/roles.ts';

/** One tiny program for each errno, one after the other, each with sockets of its own. */
export function client(parameters: Parameters, role: RoleContext): void {
  role.print(row('errno', 'call', 'packets', 'meaning'));
  for (const name of wanted(parameters)) {
    const entry = ERRNO_TABLE[name];
    const program = PROGRAMS[name];
    if (entry === undefined || program === undefined) continue;
    const result = program(parameters, role);
    const got = result.ok ? 'succeeded' : result.errno;
    role.report(name, got);
    if (got !== name && entry.needs !== undefined) role.report(`${name} needs`, entry.needs);
    const meaning = got === name ? errnoText(name) : `not so: ${got}${needs(entry.needs)}`;
    role.print(row(name, entry.call, inEnglish(entry.shown), meaning));
  }
  if (parameters.text('errno') !== ALL) return;
  for (const [name, why] of Object.entries(IMPOSSIBLE))
    role.print(row(name, '-', '-', `impossible here: ${inEnglish(why)}`));
}

const ALL = 'all';

const needs = (privilege: string | undefined): string =>
  privilege === undefined ? '' : `, it takes ${privilege}`;

function row(name: string, call: string, packets: string, meaning: string): string {
  return `${name.padEnd(14)}${call.padEnd(12)}${packets.padEnd(20)}${meaning}`;
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
        [ALL]: 'every one, in the order of the alphabet',
        ...Object.fromEntries(Object.keys(ERRNO_TABLE).map((name) => [name, errnoText(name)])),
        ...Object.fromEntries(Object.keys(IMPOSSIBLE).map((name) => [name, 'impossible on Linux'])),
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

function judgeErrnos(parameters: Parameters, { reports }: Outcome): readonly string[] {
  const report = reports.get('client') ?? {};
  return wanted(parameters).flatMap((name) => {
    const got = report[name] ?? 'nothing';
    // What a missing privilege made impossible was said.
    return got === name || report[`${name} needs`] !== undefined ? [] : [`${name}: the call gave ${got}`];
  });
}
