/** How the digest of the statement stands among a certificate's keywords: in its information dictionary and in its metadata. */
export const statementKeyword = (statementSha256: string): string => `statement sha256:${statementSha256}`;
