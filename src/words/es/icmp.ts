import type { IcmpWords } from '../issue-parts.ts';

/** What ICMP errors say. */
export const ICMP: IcmpWords = {
  codes4: [
    ...['red inalcanzable', 'máquina inalcanzable', 'protocolo inalcanzable', 'puerto inalcanzable'],
    ...['paquete demasiado grande, y no se puede fragmentar', 'falló la ruta de origen'],
    ...['red desconocida', 'máquina desconocida', 'máquina de origen aislada'],
    ...['red prohibida', 'máquina prohibida'],
    ...['red inalcanzable con este tipo de servicio', 'máquina inalcanzable con este tipo de servicio'],
    ...['prohibido por un filtro', 'precedencia no permitida', 'precedencia demasiado baja'],
  ],
  codes6: [
    ...['no hay ruta', 'prohibido por un filtro', 'fuera del ámbito de la dirección de origen'],
    ...['dirección inalcanzable', 'puerto inalcanzable', 'dirección de origen rechazada por una política'],
    ...['ruta rechazada', 'error en la ruta de origen'],
  ],
  unreachable: 'destino inalcanzable',
  code: 'código',
  tooBig: 'paquete demasiado grande',
  exceeded: ['se agotó el tiempo de vida', 'faltaban fragmentos cuando acabó el plazo para juntarlos'],
  problem: {
    4: ['un campo de la cabecera no tiene sentido', 'falta una opción obligatoria', 'longitud incorrecta'],
    6: ['un campo de la cabecera no tiene sentido', 'cabecera siguiente desconocida', 'opción desconocida'],
  },
  other: (type, code) => `tipo ${type} código ${code}`,
};
