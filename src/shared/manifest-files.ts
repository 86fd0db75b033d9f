/** What manifests are called. Alone, so that looking for one loads nothing else. */

/** Best first. */
export const MANIFEST_FILES = ['q-app.toml', 'app.toml'] as const
