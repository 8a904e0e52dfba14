declare const phone: unique symbol;

/** A mobile number as E.164 digits without the plus sign: 34600000001. */
export type Phone = string & { readonly [phone]: true };
