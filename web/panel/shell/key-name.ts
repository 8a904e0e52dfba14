type Pressed = { readonly key: string; readonly shiftKey: boolean };

/**
 * The key that was meant: a letter as Shift says it, whatever Caps Lock does to it. Whoever typed a name in capitals before still means `a`.
 * @returns as `KeyboardEvent.key`.
 */
export function keyName({ key, shiftKey }: Pressed): string {
  if (!/^\p{L}$/u.test(key)) return key;
  return shiftKey ? key.toUpperCase() : key.toLowerCase();
}
