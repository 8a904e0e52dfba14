/**
 * How long certificates are kept, days after they were issued, by the names of the evidence's policies. Years are counted with every leap day
 * that they can have.
 * `short`: 5 years, the time within which somebody may be sued in Spain over what they agreed to (Código Civil, article 1964.2): the
 * certificate is the proof of who that was, and for longer nobody needs it. `etd-465-2021`: 15 years, as the evidence. Who has to keep proofs of
 * identity for 10 (Ley 10/2010, article 25, against money laundering) sets 3,653 days.
 */
export const certificateRetention = {
  short: 5 * 365 + 2,
  'etd-465-2021': 15 * 365 + 4,
} as const;
