import type * as en from '../en/all.ts';
import { byCount } from '../parts.ts';

/** What the last line of the full screen says came of a key, a file or a run. */
export const status: typeof en.status = {
  noWaiting: (which) =>
    which === null ? 'nadie espera' : `ningún ${which === 'client' ? 'cliente' : 'servidor'} espera`,
  notPlayed: 'no se reproduce nada: Espacio reproduce',
  theEnd: 'fin',
  noAsking: 'ningún rol pide una línea',
  noRole: 'ningún rol está en marcha',
  noData: 'ninguna llamada que espera envía datos propios',
  noReturn: 'no hay ningún salto del que volver',
  notRunning: 'no hay nada en marcha',
  ending: 'terminando la ejecución…',
  theme: (name) => `tema: ${name}`,
  noTheme: (name, names) => `ningún tema se llama ${name}: ${names}`,
  notOnHome: (title, key) => `esto es para lo que está abierto: ${key} muestra ${title}`,
  mouse: {
    on: 'ratón activado: con Mayús y arrastrar se sigue seleccionando texto',
    off: 'ratón desactivado',
  },
  soFar: (packets, shown) => `cargando: ${packets} paquetes hasta ahora, se muestran los primeros ${shown}`,
  loadingEnded: 'carga terminada',
  alreadyRuns: (key) => `ya hay una ejecución en marcha; ${key} la termina`,
  noScenario: (key) => `esto no es la ejecución de un escenario; ${key} va a los escenarios`,
  noCopy: 'aquí no hay nada que copiar',
  copied: { row: 'fila copiada', view: 'vista copiada', bytes: 'bytes copiados' },
  noClipboard: 'este terminal no admite copias; E escribe un fichero',
  notOpen: 'aún no hay nada abierto: ejecuta un escenario o abre un fichero',
  noSearch: 'no se busca nada: / busca',
  notFound: (text) => `no encontrado: ${text}`,
  searching: 'buscando…',
  hit: (at, all, isDone, isAround) =>
    `coincidencia ${at} de ${all}${isDone ? '' : ' hasta ahora'}${isAround ? ', dando la vuelta' : ''}`,
  hits: (count, isDone) => `${count}${isDone ? '' : '+'} ${count === 1 ? 'coincidencia' : 'coincidencias'}`,
  hitKeys: (hits, next, before) => `${hits} · ${next} siguiente, ${before} anterior`,
  lookingYet: 'aún se examinan los paquetes: vuelve a probar en un momento',
  nothingFound: (isDone) => `no se ha encontrado nada fuera de lo común${isDone ? '' : ' hasta ahora'}`,
  noFinding: (isDown, isDone) =>
    isDown
      ? `no hay más hallazgos hacia abajo${isDone ? '' : ' hasta ahora'}`
      : 'no hay más hallazgos hacia arriba',
  marked: (letter) => `marcada como ${letter}; '${letter} vuelve aquí`,
  noMark: (letter) => `no hay marca ${letter}`,
  noConnection: 'esta fila no es de ninguna conexión',
  deleted: (name) => `borrado $${name}`,
  savedFilter: (name, path) => `guardado como $${name} en ${path}`,
  columnsKept: (path) => `columnas guardadas en ${path}`,
  hexPairs: 'hex: lleva parejas de cifras, como en hex:68656c6c6f',
  openFirst: 'abre antes una captura; o elige aquí un fichero y pulsa otra vez la tecla',
  markedFile: 'marcado: elige otro fichero y pulsa otra vez la tecla',
  unmarked: 'ya no está marcado',
  comparing: 'comparando…',
  notComplete: 'aún no está completa: compárala cuando haya terminado',
  notCompared: 'no se compara nada: la orden compare lo hace',
  areSums: 'estas son las sumas; las filas están en la siguiente vuelta de esta vista',
  noDifference: (isBelow) =>
    isBelow ? 'no hay más diferencias hacia abajo' : 'no hay más diferencias hacia arriba',
  oneRun: 'solo hay una ejecución: la orden compare abre otra',
  otherRun: (isLeft, title) => `ejecución ${isLeft ? 'izquierda' : 'derecha'}: ${title}`,
  notAPlace: (text) => `no es un número (#12) ni un tiempo (3.5ms, 2s): ${text}`,
  nothingToSave: 'no hay nada que guardar',
  notReadYet: 'aún no se ha leído hasta el final',
  savedAs: (path) => `guardado como ${path}`,
  nothingToWrite: 'no hay nada que escribir',
  writtenTo: (path) => `escrito en ${path}`,
  isThere: (path, key) => `${path} ya existe y se queda como está: otra vez ${key}, con otro nombre`,
  firstOf: (shown, all) => `terminado: los primeros ${shown} de ${all} paquetes`,
  opened: (name, packets, calls) =>
    `abierto ${name}: ${packets} ${byCount(Number(packets), 'paquete', 'paquetes')}${calls === null ? '' : `, ${calls} ${byCount(Number(calls), 'llamada', 'llamadas')}`}`,
  damagedAt: (what, offset) => `${what} (en el byte ${offset})`,
  notSo: (check) => `no es así: ${check}`,
  starting: (scenario) => `iniciando ${scenario}…`,
  live: (device) => `en vivo ${device}`,
  packetsSaid: (packets, dropped) =>
    `${packets} ${byCount(Number(packets), 'paquete', 'paquetes')}${dropped === null ? '' : `, ${dropped} perdidos por el núcleo`}`,
  standardInput: 'entrada estándar',
};
