import type { IcmpWords } from '../issue-parts.ts';

/** What ICMP errors say. */
export const ICMP: IcmpWords = {
  codes4: [
    ...['xarxa inabastable', 'màquina inabastable', 'protocol inabastable', 'port inabastable'],
    ...['paquet massa gran, i no es pot fragmentar', 'la ruta d’origen ha fallat'],
    ...['xarxa desconeguda', 'màquina desconeguda', 'màquina d’origen aïllada'],
    ...['xarxa prohibida', 'màquina prohibida'],
    ...['xarxa inabastable amb aquest tipus de servei', 'màquina inabastable amb aquest tipus de servei'],
    ...['prohibit per un filtre', 'precedència no permesa', 'precedència massa baixa'],
  ],
  codes6: [
    ...['no hi ha ruta', 'prohibit per un filtre', 'fora de l’àmbit de l’adreça d’origen'],
    ...['adreça inabastable', 'port inabastable', 'adreça d’origen refusada per una política'],
    ...['ruta refusada', 'error a la ruta d’origen'],
  ],
  unreachable: 'destinació inabastable',
  code: 'codi',
  tooBig: 'paquet massa gran',
  exceeded: [
    's’ha exhaurit el temps de vida',
    'faltaven fragments quan s’ha acabat el termini per ajuntar-los',
  ],
  problem: {
    4: ['un camp de la capçalera no té sentit', 'hi falta una opció obligatòria', 'longitud incorrecta'],
    6: ['un camp de la capçalera no té sentit', 'capçalera següent desconeguda', 'opció desconeguda'],
  },
  other: (type, code) => `tipus ${type} codi ${code}`,
};
