import type { Assessment, AttributeAnswer, DocumentFacts, ReasonSlug } from '../verification/assessment.ts';

type SiNo = 'Si' | 'No';
type SiNoNoAplica = SiNo | 'N/A';

/**
 * The contract's `Result`: its keys, its spelling (`ProcesoRelizadoMismaPersona` included), its order, its value shapes.
 * What is not known is an empty string, or `N/A` where the contract has that word.
 */
export type Resultado = {
  readonly Resultado: number;
  readonly DNIAnverso: string;
  readonly DNIReverso: string;
  readonly AnversoReversoCoinciden: SiNoNoAplica;
  readonly DNISolicitado: string;
  readonly DNISolicitadoCoincide: SiNoNoAplica;
  readonly DNI: {
    readonly Edad: number | '';
    readonly FechaNacimiento: string;
    readonly DNI: string;
    readonly Nacionalidad: string;
    readonly Pais: string;
    readonly Nombre: string;
    readonly NumeroSerie: string;
    readonly TipoDocumento: string;
    readonly Sexo: string;
    readonly FechaExpira: string;
    readonly Caducado: SiNo | '';
  };
  readonly ProcesoRelizadoMismaPersona: SiNoNoAplica;
  readonly Barba: SiNoNoAplica;
  readonly Bigote: SiNoNoAplica;
  readonly GafasLectura: SiNoNoAplica;
  readonly GafasSol: SiNoNoAplica;
  readonly Sexo: string;
  readonly RangoAparenteEdad: string;
  readonly Dispositivo: string;
  readonly ParecidoPersonaDNI: number | '';
  readonly PruebaDeVida: SiNo;
};

/** The contract's failure codes in the order in which the first that applies is answered (reading 28). */
const PRECEDENCE = [-7, -6, -4, -8, -3, -9, -5, -2, -1] as const;
export type CodigoResultado = (typeof PRECEDENCE)[number];

/** Every reason has its code; a new reason does not compile until it has one. */
const codeOf = {
  'evidence-missing': -7,
  'evidence-unusable': -7,
  'face-not-found': -6,
  'several-faces': -6,
  'face-covered': -6,
  'face-too-small': -6,
  'eyes-closed': -6,
  'presentation-attack': -6,
  'presentation-attack-suspected': -6,
  'challenge-failed': -6,
  'challenge-inconclusive': -6,
  'recording-looped': -6,
  'flash-failed': -6,
  'different-persons-in-video': -4,
  'portrait-not-found': -8,
  'portrait-very-different': -8,
  'similarity-low': -1,
  'document-unreadable': -8,
  'document-not-valid': -8,
  'document-specimen': -8,
  'document-inconsistent': -8,
  'document-expired': -5,
  'front-and-back-differ': -3,
  'number-not-the-requested': -9,
  'applicant-minor': -2,
  // Not a failure of anything the contract has a code for: a person has to look, which is what -1 asks for.
  'reading-uncertain': -1,
} satisfies Record<ReasonSlug, CodigoResultado>;

/** The code of the first failure, or the similarity when there is none. */
export function resultadoOf(assessment: Pick<Assessment, 'reasons' | 'similarityPercent'>): number {
  const codes = new Set<number>(assessment.reasons.map(({ slug }) => codeOf[slug]));
  const first = PRECEDENCE.find((code) => codes.has(code));
  return first ?? assessment.similarityPercent ?? -1;
}

/**
 * The wire's `Result` of an assessment.
 * @param deviceSummary as in `Android.v11-Chrome.v92.0.4515.131`; empty when no device took part.
 */
export function resultOf(assessment: Assessment, deviceSummary = ''): Resultado {
  const { document, attributes, similarityPercent } = assessment;
  return {
    Resultado: resultadoOf(assessment),
    DNIAnverso: document?.numberOnFront ?? '',
    DNIReverso: document?.numberOnBack ?? '',
    AnversoReversoCoinciden: siNoNoAplica(document?.sidesAgree ?? null),
    DNISolicitado: document?.requestedNumber ?? '',
    DNISolicitadoCoincide: siNoNoAplica(document?.isRequestedNumber ?? null),
    DNI: documentOf(document),
    ProcesoRelizadoMismaPersona: siNoNoAplica(assessment.samePersonThroughout),
    Barba: answerOf(attributes.beard),
    Bigote: answerOf(attributes.moustache),
    GafasLectura: answerOf(attributes.readingGlasses),
    GafasSol: answerOf(attributes.sunglasses),
    Sexo: sexOf(attributes.sex),
    RangoAparenteEdad:
      attributes.ageRange === null ? 'N/A' : `${attributes.ageRange.fromYears}-${attributes.ageRange.toYears}`,
    Dispositivo: deviceSummary,
    ParecidoPersonaDNI: similarityPercent ?? '',
    PruebaDeVida: assessment.livenessPassed ? 'Si' : 'No',
  };
}

function documentOf(document: DocumentFacts | null): Resultado['DNI'] {
  const text = (name: string): string => document?.fields[name]?.text ?? '';
  const surnames = text('surnames');
  const givenNames = text('givenNames');
  return {
    Edad: document?.ageYears ?? '',
    FechaNacimiento: spanishDate(text('birthDate')),
    DNI: text('documentNumber'),
    Nacionalidad: text('nationality'),
    Pais: document?.issuingState ?? '',
    Nombre: surnames === '' && givenNames === '' ? '' : `${surnames},${givenNames}`,
    NumeroSerie: text('supportNumber') || text('documentNumber'),
    TipoDocumento: document?.size ?? '',
    Sexo: text('sex'),
    FechaExpira: spanishDate(text('expiryDate')),
    Caducado: document === null || document.isExpired === null ? '' : document.isExpired ? 'Si' : 'No',
  };
}

/** `YYYY-MM-DD` → `dd/mm/yyyy`; anything else stays empty. */
function spanishDate(iso: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso) ?? [];
  return year === undefined ? '' : `${day}/${month}/${year}`;
}

const siNoNoAplica = (holds: boolean | null): SiNoNoAplica => (holds === null ? 'N/A' : holds ? 'Si' : 'No');

const answerOf = ({ answer }: AttributeAnswer): SiNoNoAplica =>
  answer === 'not-measurable' ? 'N/A' : answer === 'yes' ? 'Si' : 'No';

const sexOf = (sex: Assessment['attributes']['sex']): string =>
  sex === null
    ? 'N/A'
    : `${sex.value === 'male' ? 'Hombre' : 'Mujer'} con probabilidad de ${Math.min(99, Math.round(sex.probabilityPercent))}%`;
