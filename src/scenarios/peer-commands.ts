import type { Text } from '../words/text.ts';
import { LISTED_COMMANDS } from './support/commands.ts';

/** Which commands a network peer may have run. */
export interface PeerRule {
  readonly text: Text;
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
        en: `commands of a peer: only the fixed list (${list})`,
        es: `órdenes del otro lado: solo las de la lista fija (${list})`,
        ca: `ordres de l’altra banda: només les de la llista fixa (${list})`,
      },
    };
  return {
    isWarning: true,
    text: {
      en: 'warning: a peer may have any command run (--allow-any-command), as your user and in the private network',
      es: 'aviso: el otro lado puede ejecutar cualquier orden (--allow-any-command), como tu usuario y en la red privada',
      ca: 'avís: l’altra banda pot executar qualsevol ordre (--allow-any-command), com el teu usuari i a la xarxa privada',
    },
  };
}
