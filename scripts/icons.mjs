/** Draws the app's icons for every system from the one picture of the window. Needs a Chromium (CHROMIUM_PATH). */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { root } from './packaging.mjs'

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]
/** Types of an .icns entry, with the edge of their picture in pixels. */
const ICNS_TYPES = { icp4: 16, icp5: 32, icp6: 64, ic07: 128, ic08: 256, ic09: 512, ic10: 1024 }

async function draw(svg) {
  const executablePath = process.env.CHROMIUM_PATH
  const browser = await chromium.launch(executablePath ? { executablePath } : {})
  const page = await browser.newPage()
  const pictures = new Map()
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size })
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`)
    pictures.set(size, await page.screenshot({ omitBackground: true }))
  }
  await browser.close()
  return pictures
}

/** A Windows icon: a directory of PNGs. 256 is written as 0. */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * ICO_SIZES.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(ICO_SIZES.length, 4)
  let offset = head.length
  ICO_SIZES.forEach((size, index) => {
    const at = 6 + 16 * index
    const { length } = pictures.get(size)
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += length
  })
  return Buffer.concat([head, ...ICO_SIZES.map(size => pictures.get(size))])
}

/** A macOS icon: tagged PNGs, lengths with their heads. */
function icns(pictures) {
  const entries = Object.entries(ICNS_TYPES).map(([type, size]) => tagged(type, pictures.get(size)))
  return tagged('icns', Buffer.concat(entries))
}

function tagged(type, data) {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + data.length, 4)
  return Buffer.concat([head, data])
}

const pictures = await draw(await readFile(join(root, 'src/renderer/icon.svg'), 'utf8'))
const folder = join(root, 'build/icons')
await mkdir(folder, { recursive: true })
for (const [size, picture] of pictures) {
  if (size >= 16 && size !== 1024 && size !== 24)
    await writeFile(join(folder, `${size}x${size}.png`), picture)
}
await mkdir(join(root, 'resources/icons'), { recursive: true })
await writeFile(join(root, 'resources/icons/tray.png'), pictures.get(32))
await writeFile(join(folder, 'icon.ico'), ico(pictures))
await writeFile(join(folder, 'icon.icns'), icns(pictures))
