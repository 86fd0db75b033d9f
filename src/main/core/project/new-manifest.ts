/** The text of a new q-app.toml: known values, and all optional fields of the guide as comments. */
import { CATEGORIES } from '#shared/manifest.ts'
import { formatString } from '#shared/manifest-text/values.ts'

export interface NewManifest {
  readonly name: string
  readonly title: string
  readonly module?: string | undefined
  readonly route?: string | undefined
}

export function newManifest({ name, title, module, route }: NewManifest): string {
  const quote = (text: string) => formatString(text, { eol: '\n' })
  const served =
    route === undefined || route === '/' ? '' : `# The app is at the route ${quote(route)}; "/" is advised.\n`
  return `[App]
# Unique and for machines: it links the versions of the app together.
Name = ${quote(name)}
# Semantic version; a new one for each import.
Version = "0.1.0"
Title = ${quote(title)}
Description = ""
# ${CATEGORIES.join(', ')}.
Category = "Other"
Keywords = []

[Runtime]
# Started by \`python3 -m\`.
${served}Module = ${quote(module ?? 'app')}
# What instances keep over restarts, and how much of it.
# VolumeMount = "/data"
# VolumeSize = "1Gi"
# Above the limit an instance is ended; the reservation is what it needs to start.
# MemoryLimit = "500Mi"
# MemoryReservation = "400Mi"

# Environment variables from secrets of the platform, one section each.
# [[Env]]
# Name = "ENVIRONMENT_VARIABLE_NAME"
# Secret = "SecretName"
# SecretKey = "SecretKeyName"
`
}
