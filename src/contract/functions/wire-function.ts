import type { z } from 'zod';
import type { Account, AccountFunction } from '../../access/account.ts';
import { type IdRefusal, type VerificationId, parseVerificationId } from '../../kernel/id.ts';
import type { Result } from '../../kernel/result.ts';
import type { VerificationService } from '../../verification/service.ts';
import type { Answer } from '../answer.ts';
import type { WireRefusal } from '../errors.ts';
import { textOf, type Parameters } from '../parameters.ts';

/** One call by a caller who is known and may make it. */
export type Call = {
  readonly account: Account;
  readonly parameters: Parameters;
  /** The `Idempotency-Key` header as it came; undefined: none. */
  readonly idempotencyKey: string | undefined;
  readonly now: Date;
};

/** What functions are handed. */
export type FunctionPorts = {
  readonly service: VerificationService;
  /** Some link as long as the applicants' are, in the same characters: what costing a message needs. */
  readonly usualLink: string;
  /** SHA-256. */
  readonly digest: (text: string) => Uint8Array;
};

/** One function of the wire. Its schemas validate and document. */
export type WireFunction = {
  readonly name: WireFunctionName;
  /** Ours, not in the contract. */
  readonly isExtension: boolean;
  readonly uses: AccountFunction;
  /** Parameters by their names on the wire. All values are texts. */
  readonly parameters: z.ZodObject;
  /** Fields of a good answer, for the reference; null: a PDF. */
  readonly answer: z.ZodObject | null;
  /** The fields that an answer without `Resp` has. */
  readonly antFields: readonly string[];
  /** Names what is asked, when asking the same again fast is what the contract calls an empty connection; null: it never is. */
  readonly question: ((parameters: Parameters) => string) | null;
  readonly run: (call: Call, ports: FunctionPorts) => Promise<Result<Answer, WireRefusal>>;
};

export const wireFunctionNames = [
  'VerificarIdentidad',
  'GetCertificadoIdentidad',
  'GetCreditos',
  'GetReportIdentidad',
  'CancelarIdentidad',
  'ReenviarIdentidad',
] as const;
export type WireFunctionName = (typeof wireFunctionNames)[number];

/** The verification that an `Id` names, whoever's it is: looking it up within the account tells. */
export const parseId = (text: string): Result<VerificationId, IdRefusal> => parseVerificationId(text.trim());

/** What a caller asks about again: a function and the digits of its `Id`. */
export const questionAbout =
  (name: WireFunctionName) =>
  (parameters: Parameters): string =>
    `${name} ${(textOf(parameters, 'Id') ?? '').slice(0, 20)}`;
