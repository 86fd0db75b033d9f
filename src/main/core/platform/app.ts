/** An App as clients see it, made from its manifest and from the platform's record of it. */
import type { App } from '#shared/app.ts'
import type { BundleListing } from '#shared/bundle.ts'
import type { Manifest } from '#shared/manifest.ts'

/** The platform's record of an App. */
export interface AppRecord
  extends Pick<
    App,
    'id' | 'name' | 'version' | 'owner' | 'visibility' | 'ephemeral' | 'createdAt' | 'updatedAt'
  > {
  readonly manifest: Manifest
  readonly bundle: { readonly sha256: string; readonly size: number }
  /** File name in `static/`; empty if the bundle has no icon. */
  readonly icon: string
}

export function appOf({ manifest, icon, bundle, ...kept }: AppRecord): App {
  const { App: about, Runtime } = manifest
  const known = `${kept.name}.${kept.version}`
  return {
    ...kept,
    title: titleOf(manifest),
    description: about.Description ?? '',
    category: about.Category ?? 'Other',
    keywords: about.Keywords ?? [],
    bundle: { ...bundle, location: `${known}.qz` },
    iconLocation: icon ? `${known}/${icon}` : '',
    ...(Runtime.MemoryLimit === undefined ? {} : { memoryLimit: Runtime.MemoryLimit })
  }
}

export function titleOf({ App: about }: Manifest): string {
  return about.Title || about.Name
}

/** File name of the icon as the guide defines it: a png in `static/` whose name begins with `icon`. */
export function iconOf({ entries }: BundleListing): string {
  const icons = entries
    .filter(({ kind, path }) => kind === 'file' && /^static\/icon[^/]*\.(png|jpe?g|svg)$/i.test(path))
    .map(({ path }) => path.slice('static/'.length))
  return icons.find(icon => icon.toLowerCase().endsWith('.png')) ?? icons[0] ?? ''
}
