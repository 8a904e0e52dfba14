/**
 * Name parts for fictitious persons, chosen for what readers get wrong: Ñ, accents, K beside fillers, double letters, narrow
 * I, hyphens, particles, very short and very long names. Combined at random, they describe nobody.
 */

export const spanishSurnames = [
  'GARCÍA',
  'NÚÑEZ',
  'MUÑOZ',
  'IBÁÑEZ',
  'LÓPEZ',
  'PEÑA',
  'YÁÑEZ',
  'ACUÑA',
  'LLORENTE',
  'SALLÉS',
  'CARREÑO',
  'QUIÑONES',
  'FERNÁNDEZ-CANO',
  'IZAGUIRRE',
  'ETXEBERRIA',
  'GOIKOETXEA',
  'KORTABARRIA',
  'AZKUE',
  'PUIG',
  'GÜELL',
  'VILLALOBOS',
  'DE LA TORRE',
  'DEL RÍO',
  'SÁENZ DE BURUAGA',
  'ZABALLA',
  'OSSORIO',
  'CASTAÑEDA',
  'MARTÍNEZ',
  'JIMÉNEZ',
  'VICIOSO',
  'RÍOS',
  'SANZ',
  'ORTIZ',
  'LI',
  'KAISSI',
  'BELLVÍS',
] as const;

export const spanishGivenNames = {
  F: [
    'MARÍA JOSÉ',
    'BEGOÑA',
    'NÚRIA',
    'LUCÍA',
    'KÁTIA',
    'IDOIA',
    'ITZIAR',
    'MONTSERRAT',
    'ANA',
    'INÉS',
    'AINHOA MIKELE',
    'MARÍA DEL CARMEN',
    'ROCÍO',
    'ESTÍBALIZ',
  ],
  M: [
    'IKER',
    'ÓSCAR',
    'JUAN',
    'XOÁN',
    'ÍÑIGO',
    'JOSÉ MARÍA',
    'MIKEL',
    'ADRIÀ',
    'JORDI',
    'ANDRÉS',
    'FRANCISCO JAVIER',
    'KOLDO',
    'VÍCTOR MANUEL',
    'LUIS',
  ],
} as const;

type ForeignNames = {
  readonly nationality: string;
  /** Spanish, as Spanish documents print a place of birth abroad. */
  readonly country: string;
  readonly englishName: string;
  readonly surnames: readonly string[];
  readonly F: readonly string[];
  readonly M: readonly string[];
};

/** Holders from abroad; several of them carry one surname only. */
export const foreignNames: readonly ForeignNames[] = [
  {
    nationality: 'FIN',
    country: 'FINLANDIA',
    englishName: 'FINLAND',
    surnames: ['KEKKONEN', 'MIKKOLA', 'HÄKKINEN'],
    F: ['KIKKA', 'ANNIKKI'],
    M: ['PEKKA', 'ILKKA'],
  },
  {
    nationality: 'D',
    country: 'ALEMANIA',
    englishName: 'GERMANY',
    surnames: ['MÜLLER', 'GROẞMANN', 'KRACK'],
    F: ['ERIKA', 'JÖRDIS'],
    M: ['KLAUS', 'JÜRGEN'],
  },
  {
    nationality: 'IRL',
    country: 'IRLANDA',
    englishName: 'IRELAND',
    surnames: ["O'KEEFFE", 'KILKENNY'],
    F: ['AOIFE', 'SINÉAD'],
    M: ['CIARÁN', 'KILLIAN'],
  },
  {
    nationality: 'CHN',
    country: 'CHINA',
    englishName: 'CHINA',
    surnames: ['LI', 'XU', 'KONG'],
    F: ['XIAOLI', 'LING'],
    M: ['WEI', 'CHIEN-SHENG'],
  },
  {
    nationality: 'MAR',
    country: 'MARRUECOS',
    englishName: 'MOROCCO',
    surnames: ['EL KHATTABI', 'AKKAOUI', 'BEN ALI'],
    F: ['ILHAM', 'KHADIJA'],
    M: ['KARIM', 'SIDI'],
  },
  {
    nationality: 'UKR',
    country: 'UCRANIA',
    englishName: 'UKRAINE',
    surnames: ['KOVALCHUK', 'ILNYTSKA', 'LYSENKO'],
    F: ['IRYNA', 'OKSANA'],
    M: ['MYKOLA', 'ILLIA'],
  },
  {
    nationality: 'COL',
    country: 'COLOMBIA',
    englishName: 'COLOMBIA',
    surnames: ['CASTAÑO RÍOS', 'ORDÓÑEZ KLINGER'],
    F: ['LUZ ÁNGELA'],
    M: ['IVÁN DARÍO'],
  },
  {
    nationality: 'SWE',
    country: 'SUECIA',
    englishName: 'SWEDEN',
    surnames: ['ÅKESSON', 'BJÖRK'],
    F: ['KARIN'],
    M: ['ÅKE'],
  },
  {
    nationality: 'POL',
    country: 'POLONIA',
    englishName: 'POLAND',
    surnames: ['KOWALCZYK', 'ŁĄCKI'],
    F: ['KINGA'],
    M: ['ŁUKASZ'],
  },
  {
    nationality: 'LKA',
    country: 'SRI LANKA',
    englishName: 'SRI LANKA',
    surnames: ['WICKRAMASINGHE ABEYWARDENA KULATUNGE'],
    F: ['DILKI AKILA'],
    M: ['NIMALSIRI KITHSIRI'],
  },
  {
    nationality: 'IDN',
    country: 'INDONESIA',
    englishName: 'INDONESIA',
    surnames: ['SUKARTININGSIH'],
    F: [''],
    M: [''],
  },
];

export const towns = [
  { town: 'MADRID', province: 'MADRID' },
  { town: 'LOGROÑO', province: 'LA RIOJA' },
  { town: 'A CORUÑA', province: 'A CORUÑA' },
  { town: 'CÁDIZ', province: 'CÁDIZ' },
  { town: 'BILBAO', province: 'BIZKAIA' },
  { town: "L'HOSPITALET DE LLOBREGAT", province: 'BARCELONA' },
  { town: 'ALCALÁ DE HENARES', province: 'MADRID' },
  { town: 'VITORIA-GASTEIZ', province: 'ÁLAVA' },
  { town: 'PEÑARANDA', province: 'SALAMANCA' },
] as const;

export const streets = [
  'C. INVENTADA',
  'AVDA. DE LA FICCIÓN',
  'PZA. DEL ENSAYO',
  'CAMINO SIN NOMBRE',
  'TRAV. DEL MODELO',
] as const;

export const parentNames = [
  'JOSÉ',
  'MARÍA',
  'KEPA',
  'ÁNGEL',
  'PILAR',
  'IGNACIO',
  'TERESA',
  'LUIS',
  'CONCEPCIÓN',
] as const;

/** @throws RangeError for a code that no holder here has. */
export function countryOf(nationality: string): { readonly country: string; readonly englishName: string } {
  const found = foreignNames.find((from) => from.nationality === nationality);
  if (found === undefined) throw new RangeError(`no names are kept for ${nationality}`);
  return found;
}
