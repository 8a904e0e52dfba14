/** A value of an answer. Today's functions answer texts and numbers; encodings render what is nested too. */
export type WireValue = string | number | boolean | readonly WireValue[] | { readonly [name: string]: WireValue };

/** An answer's fields, named and ordered as they go over the wire. */
export type WireFields = Readonly<Record<string, WireValue>>;

/** What a function answers when it could do what it was asked. */
export type Answer =
  | { readonly kind: 'fields'; readonly fields: WireFields }
  | { readonly kind: 'pdf'; readonly bytes: Uint8Array; readonly fileName: string };
