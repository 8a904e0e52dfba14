import type { Estado } from './estado.ts';

/** Each status's place on the way; the last two exclude each other. */
const places: Readonly<Record<Estado, number>> = {
  '3000': 0,
  '3001': 1,
  '3002': 2,
  '3003': 3,
  '5000': 4,
  '5001': 5,
  '5100': 6,
  '5500': 6,
};

/** What a callback is about, as whoever receives it reads it. */
export function aboutCallback(fields: Readonly<Record<string, unknown>>): {
  /** null: it is about nobody. */
  readonly id: string | null;
  readonly status: string | null;
  /** null: no status of the contract. */
  readonly place: number | null;
  readonly isTest: boolean;
} {
  const { ID, Estado: status, Prueba } = fields;
  const text = status === undefined ? null : String(status);
  return {
    id: ID === undefined || String(ID) === '0' ? null : String(ID),
    status: text,
    place: text !== null && Object.hasOwn(places, text) ? places[text as Estado] : null,
    isTest: Prueba === 'Si',
  };
}
