import { z } from 'zod';
import type { Language } from '../accept-language.ts';
import type { WireFields, WireValue } from '../answer.ts';
import { encodings } from '../encodings/index.ts';
import { antErrorFields, errorFieldsOf, type WireRefusal } from '../errors.ts';
import { wireFunctions } from '../functions/index.ts';
import type { WireFunction, WireFunctionName } from '../functions/wire-function.ts';
import { codeSamples, type CodeSample } from './code-samples.ts';
import { referenceTextsOf } from './texts.ts';

export type ParameterReference = {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly isRequired: boolean;
  /** Ours, not in the contract. */
  readonly isExtension: boolean;
  /** JSON Schema, as validation has it. */
  readonly schema: JsonSchema;
};

export type FieldReference = {
  readonly name: string;
  readonly description: string;
  readonly isAlwaysThere: boolean;
  readonly schema: JsonSchema;
};

/** An answer as it goes over the wire. */
export type AnswerExample = {
  /** What `Resp` says; ANT is what a call without it gets. */
  readonly format: 'JSON' | 'XML' | 'TXT' | 'ANT';
  readonly contentType: string;
  readonly good: string | null;
  readonly bad: string;
};

export type FunctionReference = {
  readonly name: WireFunctionName;
  readonly title: string;
  readonly description: string;
  readonly isExtension: boolean;
  readonly parameters: readonly ParameterReference[];
  /** Parameters of the examples. */
  readonly sample: Readonly<Record<string, string>>;
  /** null: the good answer is a PDF. */
  readonly fields: readonly FieldReference[] | null;
  readonly answers: readonly AnswerExample[];
  readonly code: readonly CodeSample[];
};

/** All that there is to tell of the wire, in one language, from the schemas that validate it. */
export type Reference = {
  readonly publicUrl: string;
  readonly language: Language;
  readonly functions: readonly FunctionReference[];
};

export type JsonSchema = Readonly<Record<string, unknown>>;

/** @param publicUrl where clients reach this server: `https://verificacion.example`. */
export const referenceOf = (publicUrl: string, language: Language): Reference => ({
  publicUrl,
  language,
  functions: wireFunctions.map((wireFunction) => functionReference(wireFunction, publicUrl, language)),
});

/** What the examples send. The rest of the parameters is optional and told of in the table. */
const SAMPLED: readonly string[] = ['Telefono', 'Mensaje', 'Remitente', 'Id'];

function functionReference(wireFunction: WireFunction, publicUrl: string, language: Language): FunctionReference {
  const { name, isExtension } = wireFunction;
  const texts = referenceTextsOf[language];
  const parameters = propertiesOf(wireFunction.parameters, language).map(
    ({ isAlwaysThere, ...property }): ParameterReference => ({
      ...property,
      example: exampleIn(property),
      isRequired: isAlwaysThere,
      isExtension: isExtension || property.schema['x-cotejo-extension'] === true,
    }),
  );
  const sampled = parameters.filter((parameter) => SAMPLED.includes(parameter.name));
  const sample = Object.fromEntries([...sampled.map(({ name: of, example }) => [of, example]), ['Resp', 'JSON']]);
  return {
    name,
    title: texts.functions[name].title,
    description: texts.functions[name].description,
    isExtension,
    parameters,
    sample,
    fields: wireFunction.answer === null ? null : propertiesOf(wireFunction.answer, language),
    answers: answersOf(wireFunction, language),
    code: codeSamples({ url: `${publicUrl}/${name}`, parameters: sample, isPdf: wireFunction.answer === null }),
  };
}

function propertiesOf(schema: z.ZodObject, language: Language): readonly FieldReference[] {
  const { properties, required } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties: Readonly<Record<string, JsonSchema>>;
    required?: readonly string[];
  };
  const { descriptions } = referenceTextsOf[language];
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    description: descriptions[name] ?? String(description),
    isAlwaysThere: required?.includes(name) ?? false,
    schema: rest,
  }));
}

/** A good answer and a bad one in every format, made by the encodings themselves. */
function answersOf({ answer, antFields, parameters }: WireFunction, language: Language): readonly AnswerExample[] {
  const envelope = 'array';
  const good = answer === null ? null : exampleOf(answer);
  const bad = errorFieldsOf(likelyRefusal(parameters), language);
  return encodings.map(({ name, contentType, encode }) => ({
    format: name,
    contentType,
    good: good === null ? null : encode({ fields: good, antFields, envelope }),
    bad: encode({ fields: bad, antFields: antErrorFields, envelope }),
  }));
}

/** What goes wrong first: the parameter that must be there is missing; where none must, the credentials are wrong. */
function likelyRefusal(parameters: z.ZodObject): WireRefusal {
  const required = propertiesOf(parameters, 'en').find(({ isAlwaysThere }) => isAlwaysThere);
  return required === undefined
    ? { kind: 'credentials-wrong' }
    : { kind: 'parameter-missing', parameter: required.name, example: exampleIn(required) };
}

const exampleIn = ({ schema }: { readonly schema: JsonSchema }): string => String((schema['examples'] as unknown[])[0]);

const exampleOf = (answer: z.ZodObject): WireFields =>
  Object.fromEntries(
    propertiesOf(answer, 'en').map(({ name, schema }) => [name, (schema['examples'] as readonly WireValue[])[0]!]),
  );
