/** The text of a new q-app.toml: every field of the guide, the optional ones as comments. */

export interface NewManifest {
  readonly name: string
  readonly title: string
  readonly module?: string | undefined
  readonly route?: string | undefined
}

export function newManifest({ name, title, module }: NewManifest): string {
  return `[App]\nName = ${JSON.stringify(name)}\nVersion = "0.1.0"\nTitle = ${JSON.stringify(title)}\n\n[Runtime]\nModule = ${JSON.stringify(module ?? 'app')}\n`
}
