/** How clients of the API's family read answers. Each finds the value of a field, or undefined. */

/** Cuts a text at carriage returns, then each piece at its first colon. For answers without `Resp`. */
export const splittingOnCr = (text: string, field: string): string | undefined =>
  text
    .split('\r')
    .map((line) => line.trim().split(/:(.*)/s))
    .find(([name]) => name === field)?.[1];

/** Cuts a text at line ends and takes the semicolon off. */
export const splittingOnLines = (text: string, field: string): string | undefined =>
  text
    .split('\n')
    .filter((line) => line.endsWith(';'))
    .map((line) => line.slice(0, -1).split(/:(.*)/s))
    .find(([name]) => name === field)?.[1];

/** Takes what is between the first opening and the last closing brace for JSON, whatever is around it. */
export const betweenBraces = (text: string, field: string): string | undefined =>
  asText(JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)), field);

/** Reads JSON and takes the first of a list, or the object. */
export const listOrObject = (text: string, field: string): string | undefined => {
  const parsed: unknown = JSON.parse(text);
  return asText(Array.isArray(parsed) ? parsed[0] : parsed, field);
};

/** Takes the children of `<result>` with a pattern, as scripts do. */
export const childOfResult = (text: string, field: string): string | undefined =>
  new RegExp(`<result>[^]*<${field}>([^<]*)</${field}>[^]*</result>`).exec(text)?.[1];

function asText(object: unknown, field: string): string | undefined {
  const value = (object as Record<string, unknown>)[field];
  return value === undefined ? undefined : String(value);
}
