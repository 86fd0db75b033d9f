/** File names of manifests. A separate file, so that a search for a manifest loads nothing else. */

/** In order of preference. */
export const MANIFEST_FILES = ['q-app.toml', 'app.toml'] as const
