import type * as en from '../en/all.ts';

/** What the quiz of the full screen says around its questions. */
export const quiz: typeof en.quiz = {
  title: (at, all) => `Pregunta ${at} de ${all}`,
  awaited: '  Está en marcha; cuando acabe se te pregunta qué pasó. Esc la termina.',
  shown: '  Ahora se muestra todo: sigue con cualquier tecla',
  notWhole: 'lo abierto aún no está entero',
  left: (right, all) =>
    `fin de las preguntas: se muestra todo${all === 0 ? '' : ` · ${right} de ${all} bien contestadas`}`,
};
