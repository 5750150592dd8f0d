import type { Language } from '../words/language.ts';
import type { Text } from '../words/text.ts';
import type { Scenario } from './scenario.ts';
import { LISTED_COMMANDS } from './support/commands.ts';

/** Which commands a network peer may have run. */
export interface PeerRule {
  readonly text: Exclude<Text, string>;
  /** Any command: to be seen, not only to be found. */
  readonly isWarning: boolean;
}

type Values = Readonly<Record<string, string | number | boolean | null>>;

/** The rule that a run's parameters set for the commands of a peer; null where no peer can ask for one. */
export function peerRule(values: Values): PeerRule | null {
  const any = values['allow-any-command'];
  if (any === undefined) return null;
  const list = LISTED_COMMANDS.join(', ');
  if (any !== true || values.net !== 'private')
    return {
      isWarning: false,
      text: {
        en: `commands of a peer: never as root, only from the fixed list (${list})`,
        es: `órdenes del otro lado: nunca como root, solo las de la lista fija (${list})`,
        ca: `ordres de l’altra banda: mai com a root, només les de la llista fixa (${list})`,
      },
    };
  return {
    isWarning: true,
    text: {
      en: 'warning: a peer may have any command run (--allow-any-command), never as root, and cut off in the private network',
      es: 'aviso: el otro lado puede ejecutar cualquier orden (--allow-any-command), nunca como root, y aislada en la red privada',
      ca: 'avís: l’altra banda pot executar qualsevol ordre (--allow-any-command), mai com a root, i aïllada a la xarxa privada',
    },
  };
}

/** The same for the description of a scenario, with how the rule can be changed; null where a peer can ask for no command. */
export function peerRuleHelp(scenario: Scenario): Text | null {
  if (!scenario.parameters.includes('allow-any-command')) return null;
  const rule = peerRule({ 'allow-any-command': false, net: 'private' })?.text;
  if (rule === undefined) return null;
  const both = (language: Language, more: string): string => `${rule[language]}. ${more}`;
  return {
    en: both(
      'en',
      '--allow-any-command lifts the list, in the private network only; with --net host it is refused.',
    ),
    es: both('es', '--allow-any-command quita la lista, solo en la red privada; con --net host se rechaza.'),
    ca: both(
      'ca',
      '--allow-any-command treu la llista, només a la xarxa privada; amb --net host es rebutja.',
    ),
  };
}
