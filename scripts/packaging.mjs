/** How the app is packed for each system: what goes in, which fuses are blown, which files and links open it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the packer fills these in
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { electronProgram } from './electron-program.mjs'
import { publicUpdateKey } from './update-key.mjs'

export const root = join(import.meta.dirname, '..')

/** What Electron itself must refuse, whatever the app does. */
export const FUSES = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false
}

/** `dist` is a folder with an Electron build, to use instead of fetching one. */
export function packaging(dist) {
  return {
    appId: 'ai.h2o.q8s.desktop',
    productName: 'q8s Desktop',
    directories: { output: 'dist', buildResources: 'build' },
    files: ['out/**', '!**/*.map', 'src/main/hosts/electron/boot.cjs', 'package.json', 'LICENSE'],
    extraResources: [
      { from: 'resources', to: 'resources', filter: ['**/*', '!**/__pycache__/**'] },
      { from: 'build/cli', to: 'bin' }
    ],
    asar: true,
    // Native code comes prebuilt inside its packages.
    npmRebuild: false,
    // Blowing fuses breaks the signature a program for Apple's processors starts with.
    electronFuses: { ...FUSES, resetAdHocDarwinSignature: true },
    ...(dist ? { electronDist: dist, electronVersion: versionOf(electronProgram()) } : {}),
    extraMetadata: {
      ...(process.env.Q8S_HOMEPAGE ? { homepage: process.env.Q8S_HOMEPAGE } : {}),
      ...(process.env.Q8S_UPDATE_KEY ? { updateKey: publicUpdateKey() } : {})
    },
    afterPack: withoutDefaultApp,
    ...updates(process.env),
    fileAssociations: [
      { ext: ['qz', 'wave'], name: 'q8s bundle', mimeType: 'application/vnd.q8s.bundle', role: 'Viewer' }
    ],
    protocols: [{ name: 'q8s link', schemes: ['q8s'] }],
    artifactName: '${name}-${version}-${os}-${arch}.${ext}',
    win: {
      target: ['nsis', 'portable'],
      icon: 'build/icons/icon.ico'
    },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      artifactName: '${name}-${version}-setup-${arch}.${ext}'
    },
    portable: { artifactName: '${name}-${version}-portable-${arch}.${ext}' },
    mac: {
      target: ['dmg', 'zip'],
      icon: 'build/icons/icon.icns',
      category: 'public.app-category.developer-tools',
      hardenedRuntime: true,
      gatekeeperAssess: false,
      entitlements: 'build/entitlements.mac.plist',
      entitlementsInherit: 'build/entitlements.mac.plist'
    },
    linux: {
      target: ['AppImage', 'deb', 'tar.gz'],
      icon: 'build/icons',
      executableName: 'q8s-desktop',
      category: 'Development',
      synopsis: 'Build and run q8s apps',
      ...(process.env.Q8S_MAINTAINER ? { maintainer: process.env.Q8S_MAINTAINER } : {})
    }
  }
}

/**
 * Where the app may ask for newer versions, and what its users read of them. Without an address it asks nobody: none is
 * built in. A version such as 1.2.0-beta.1 goes to the beta channel; any other goes to both.
 */
function updates({ Q8S_UPDATE_URL: url, Q8S_UPDATE_NOTES: notes }) {
  if (!url) return { publish: null }
  for (const address of [url, notes].filter(Boolean)) {
    const { protocol, hostname, username, password } = new URL(address)
    if ((protocol !== 'https:' && hostname !== '127.0.0.1') || username || password)
      throw new Error(`Updates are asked for by https and without a password only, not at ${address}`)
  }
  return {
    publish: { provider: 'generic', url },
    generateUpdatesFilesForAllChannels: true,
    ...(notes ? { releaseInfo: { vendor: { notes } } } : {})
  }
}

/** The version of the build that is there, which need not be the one the app is developed with. */
function versionOf(program) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  return execFileSync(program, ['-p', 'process.versions.electron'], { env, encoding: 'utf8' }).trim()
}

/** A build to test with brings an app that starts others; only ours is shipped. */
async function withoutDefaultApp({ appOutDir, packager }) {
  const resources = packager.getResourcesDir(appOutDir)
  await rm(join(resources, 'app'), { recursive: true, force: true })
  await rm(join(resources, 'default_app.asar'), { force: true })
}
