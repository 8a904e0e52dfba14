import type { Statement } from '../../src/certificate/statement.ts';

/** What is looked at, in the order in which it is told. */
export const checks = [
  'covered',
  'signature',
  'additions',
  'signature-stamp',
  'file-stamps',
  'chains',
  'statement',
  'pictures',
  'code',
] as const;
export type CheckName = (typeof checks)[number];

export type Checked = {
  /** `true`: it holds. Absent: there was nothing to look at. */
  readonly results: Readonly<Partial<Record<CheckName, boolean>>>;
  readonly holds: boolean;
  readonly sha256: string;
  readonly statement: Statement | null;
  readonly statementSha256: string | null;
  readonly signer: { readonly name: string; readonly root: string | null; readonly rootSha256: string | null } | null;
  readonly stamps: readonly { readonly authority: string; readonly at: Date }[];
};

/** What the code on the last page says; null: nobody came by it. */
export type Code = { readonly id: number; readonly statementSha256: string };

export const codeOf = (fragment: string): Code | null => {
  const match = /^#(\d{1,10}):([0-9a-f]{64})$/.exec(fragment);
  return match === null ? null : { id: Number(match[1]), statementSha256: match[2]! };
};
