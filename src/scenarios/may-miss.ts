import type { RunInfo } from '../session/session.ts';
import { isComplete } from '../timeline/completeness.ts';
import { counted as ca } from '../words/ca/plural.ts';
import { counted as en } from '../words/en/plural.ts';
import { counted as es } from '../words/es/plural.ts';
import type { Text } from '../words/text.ts';

/** Why the capture of a run may miss packets; null where it holds every one. */
export function whyMayMiss(run: RunInfo | null): Text | null {
  if (isComplete(run)) return null;
  if (run === null) return NO_RUN;
  if (run.filter !== null) return FILTERED;
  if (run.dropped === null || run.interfaceDropped === null)
    return run.engine === 'cap' ? NOT_COUNTED : NO_COUNT;
  return droppedNote(run.dropped + run.interfaceDropped);
}

/** What is said where times do not tell whether a packet or a call came first. */
export const UNORDERED: Text = {
  en: 'this capture engine does not tell which packet came before which call',
  es: 'este motor de captura no dice qué paquete vino antes que qué llamada',
  ca: 'aquest motor de captura no diu quin paquet va venir abans de quina crida',
};

const NO_RUN: Text = {
  en: 'the capture is of no run',
  es: 'la captura no es de ninguna ejecución',
  ca: 'la captura no és de cap execució',
};
const FILTERED: Text = {
  en: 'the capture filter (--filter) leaves packets out',
  es: 'el filtro de captura (--filter) deja paquetes fuera',
  ca: 'el filtre de captura (--filter) deixa paquets fora',
};
const NOT_COUNTED: Text = {
  en: 'this capture engine does not count the packets that it drops, so some may be missing',
  es: 'este motor de captura no cuenta los paquetes que pierde, así que puede faltar alguno',
  ca: 'aquest motor de captura no compta els paquets que perd, així que en pot faltar algun',
};
const NO_COUNT: Text = {
  en: 'the capture ended before it said how many packets it had dropped, so some may be missing',
  es: 'la captura acabó antes de decir cuántos paquetes había perdido, así que puede faltar alguno',
  ca: 'la captura va acabar abans de dir quants paquets havia perdut, així que en pot faltar algun',
};

function droppedNote(packets: number): Text {
  return {
    en: `not every packet was captured: the kernel dropped ${en(packets, 'packet')}`,
    es: `no se han capturado todos los paquetes: el núcleo perdió ${es(packets, 'paquete')}`,
    ca: `no s’han capturat tots els paquets: el nucli va perdre ${ca(packets, 'paquet')}`,
  };
}
