/** Packs the built app: unpacked in a folder, or with --installers everything this system's users install from. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, Platform } from 'electron-builder'
import { packaging, root } from './packaging.mjs'
import { billOfMaterials } from './sbom.mjs'
import { signChannels } from './update-key.mjs'

const installers = process.argv.includes('--installers')
const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH
const targets = Platform.current().createTarget(installers ? [] : ['dir'])

const made = await build({ projectDir: root, targets, publish: 'never', config: packaging(dist) })
await signChannels(join(root, 'dist'))
if (installers) await writeFile(join(root, 'dist/sbom.cdx.json'), billOfMaterials())
for (const file of made) console.log(file)
