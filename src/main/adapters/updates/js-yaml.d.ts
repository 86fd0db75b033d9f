/** The only function of js-yaml that is used. Its result is validated before it is trusted. */
declare module 'js-yaml' {
  export function load(text: string): unknown
}
