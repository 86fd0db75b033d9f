/** The one function of js-yaml that is used; what it gives is parsed before it is believed. */
declare module 'js-yaml' {
  export function load(text: string): unknown
}
