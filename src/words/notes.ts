import type { Text } from './text.ts';

type Words = Exclude<Text, string>;

/**
 * What the lab tells of a run: what went wrong, and what to know of it. In all languages at once, because it is told where no
 * reader is, and kept with the session.
 */
export const notes = {
  roleEnded: (role: string, exit: number | string, why: string): Words => {
    const end = why === '' ? '' : `: ${why}`;
    return {
      en: `${role} ended with ${exit}${end}`,
      es: `${role} terminó con ${exit}${end}`,
      ca: `${role} ha acabat amb ${exit}${end}`,
    };
  },
  endedByUs: (roles: string, gone: string): Words => ({
    en: `sockscope ended ${roles} with SIGTERM, because ${gone} was gone and the run could not go on`,
    es: `sockscope terminó ${roles} con SIGTERM, porque ${gone} ya no estaba y la ejecución no podía seguir`,
    ca: `sockscope ha acabat ${roles} amb SIGTERM, perquè ${gone} ja no hi era i l’execució no podia continuar`,
  }),
  neverCalled: (role: string): Words => ({
    en: `${role} never made a call: sockscope ended it before`,
    es: `${role} no llegó a hacer ninguna llamada: sockscope lo terminó antes`,
    ca: `${role} no ha arribat a fer cap crida: sockscope l’ha acabat abans`,
  }),
  timedOut: (ms: number): Words => ({
    en: `stopped after ${ms} ms, as --timeout-run says`,
    es: `se paró a los ${ms} ms, como dice --timeout-run`,
    ca: `s’ha aturat al cap de ${ms} ms, com diu --timeout-run`,
  }),
  unusedPause: (when: string, call: string, role: string | null): Words => ({
    en: `--pause ${when} ${call} had no effect: ${role ?? 'no role'} made no such call`,
    es: `--pause ${when} ${call} no tuvo efecto: ${role === null ? 'ningún rol' : `${role} no`} hizo esa llamada`,
    ca: `--pause ${when} ${call} no ha tingut efecte: ${role ?? 'cap rol'} no ha fet aquesta crida`,
  }),
  nothingPassed: (filter: string, port: number | null): Words => ({
    en: `no packet passed the filter "${filter}"${port === null ? '' : `; the server's port in this run was ${port}`}`,
    es: `ningún paquete pasó el filtro «${filter}»${port === null ? '' : `; el puerto del servidor en esta ejecución era ${port}`}`,
    ca: `cap paquet no ha passat el filtre «${filter}»${port === null ? '' : `; el port del servidor en aquesta execució era ${port}`}`,
  }),
  captureStopped: (why: string): Words => ({
    en: `the capture stopped: ${why}`,
    es: `la captura se detuvo: ${why}`,
    ca: `la captura s’ha aturat: ${why}`,
  }),
  endUnseen: (): Words => ({
    en: 'the capture did not see its own last packet: the end of the run may be missing',
    es: 'la captura no vio su propio último paquete: puede faltar el final de la ejecución',
    ca: 'la captura no ha vist el seu propi últim paquet: hi pot faltar el final de l’execució',
  }),
  queueFull: (packets: number): Words => ({
    en: `${packets} ${packets === 1 ? 'packet' : 'packets'} did not fit into the queue of --rate: never sent, so never captured`,
    es: `${packets} ${packets === 1 ? 'paquete no cupo' : 'paquetes no cupieron'} en la cola de --rate: no se enviaron, ni se capturaron`,
    ca: `${packets} ${packets === 1 ? 'paquet no ha cabut' : 'paquets no han cabut'} a la cua de --rate: no s’han enviat, ni s’han capturat`,
  }),
  noNflog: (): Words => ({
    en: 'this kernel has no nflog: lost packets are counted, but their rows cannot be marked',
    es: 'este núcleo no tiene nflog: los paquetes perdidos se cuentan, pero no se pueden marcar sus filas',
    ca: 'aquest nucli no té nflog: els paquets perduts es compten, però no se’n poden marcar les files',
  }),
  noSockets: (): Words => ({
    en: 'the kernel does not show its sockets (sock_diag(7)): queues are those that calls found, cwnd is unknown',
    es: 'el núcleo no muestra sus sockets (sock_diag(7)): las colas son las que hallaron las llamadas; cwnd no se conoce',
    ca: 'el nucli no mostra els seus sockets (sock_diag(7)): les cues són les que han trobat les crides; cwnd no es coneix',
  }),
  stillBusy: (seconds: number): Words => ({
    en: `sockets still busy ${seconds} s after the last role ended`,
    es: `quedan sockets ocupados ${seconds} s después de terminar el último rol`,
    ca: `encara hi ha sockets ocupats ${seconds} s després d’acabar l’últim rol`,
  }),
  labDied: (
    how: { readonly signal: string } | { readonly code: number | null; readonly said: string } | null,
  ): Words => {
    if (how === null)
      return {
        en: 'the capture process ended early: it was killed',
        es: 'el proceso de captura terminó antes de tiempo: lo mataron',
        ca: 'el procés de captura ha acabat abans d’hora: l’han matat',
      };
    if ('signal' in how)
      return {
        en: `the capture process ended early: killed by ${how.signal}`,
        es: `el proceso de captura terminó antes de tiempo: lo mató ${how.signal}`,
        ca: `el procés de captura ha acabat abans d’hora: l’ha matat ${how.signal}`,
      };
    return {
      en: `the capture process ended early with exit code ${how.code}: ${how.said}`,
      es: `el proceso de captura terminó antes de tiempo con el código de salida ${how.code}: ${how.said}`,
      ca: `el procés de captura ha acabat abans d’hora amb el codi de sortida ${how.code}: ${how.said}`,
    };
  },
  /** What an engine says of itself in English; what we do not know stays as it is. */
  ofEngine: (text: string): Text => {
    const cut = /^engine cap cuts frames at (\d+) bytes$/.exec(text)?.[1];
    if (cut !== undefined)
      return {
        en: text,
        es: `el motor cap corta las tramas a los ${cut} bytes`,
        ca: `el motor cap talla les trames als ${cut} bytes`,
      };
    return ENGINES.find(({ en }) => en === text) ?? text;
  },
};

const ENGINES: readonly Words[] = [
  {
    en: 'times are arrival times: when a packet reached sockscope, not when the kernel received it',
    es: 'los tiempos son de llegada: cuándo llegó un paquete a sockscope, no cuándo lo recibió el núcleo',
    ca: 'els temps són d’arribada: quan va arribar un paquet a sockscope, no quan el va rebre el nucli',
  },
  {
    en: 'engine cap does not count dropped packets',
    es: 'el motor cap no cuenta los paquetes perdidos',
    ca: 'el motor cap no compta els paquets perduts',
  },
];
