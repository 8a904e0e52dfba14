declare module '*.css';
declare module 'virtual:mantine-variables.css';

/** The address under which the file is served. */
declare module '*.svg' {
  const address: string;
  export default address;
}
