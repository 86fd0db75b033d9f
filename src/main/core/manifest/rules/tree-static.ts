/** Checks static/: the icon and the screenshots that the catalog shows. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { type ImageFacts, readImage } from '../image.ts'
import { namesIn, type Tree } from './tree.ts'
import { isLfsPointer } from './tree-lfs.ts'

const IMAGE = /\.(png|jpe?g)$/i
const MAX_ICON_BYTES = 100 * 1024
const MAX_SCREENSHOTS = 20

export async function staticInTree(tree: Tree): Promise<Finding[]> {
  const names = namesIn(tree.paths, 'static/')
  const icons = names.filter(name => name.startsWith('icon'))
  const shots = names.filter(name => name.startsWith('screenshot')).slice(0, MAX_SCREENSHOTS)
  const findings = icons.length === 0 ? [noIcon(tree)] : await iconFindings(tree, icons)
  for (const name of shots) findings.push(...(await screenshotFindings(tree, `static/${name}`)))
  return findings
}

function noIcon({ paths }: Tree): Finding {
  const elsewhere = [...paths].find(path => /(^|\/)icon[^/]*\.(png|jpe?g|svg|gif|webp|ico)$/i.test(path))
  const message = elsewhere
    ? t`The app has no icon: static/icon.png, square, 400 to 1000 pixels. ${elsewhere} is not used as the icon.`
    : t`The app has no icon: static/icon.png, square, 400 to 1000 pixels.`
  return { rule: 'icon-missing', severity: 'info', message }
}

async function iconFindings(tree: Tree, names: readonly string[]): Promise<Finding[]> {
  const images = names.filter(name => IMAGE.test(name))
  const [first] = images
  if (!first) {
    const file = `static/${names[0]}`
    const message = t`${file} is not shown as the icon: it has to be a PNG or JPEG file.`
    return [{ rule: 'icon-format', severity: 'warning', message, file }]
  }
  const file = `static/${first}`
  const findings: Finding[] = []
  if (images.length > 1) {
    const message = t`There are ${images.length} icons; ${file} is shown.`
    findings.push({ rule: 'icon-several', severity: 'info', message, file })
  }
  const bytes = await tree.bytes(file)
  if (!bytes) return findings
  const image = readImage(bytes)
  if (!image) {
    if (isLfsPointer(bytes)) return findings
    const message = `${notAnImage(file, bytes)} ${t`Put a PNG or JPEG file there.`}`
    return [...findings, { rule: 'icon-not-image', severity: 'error', message, file }]
  }
  return [...findings, ...named(file, image, 'icon-extension'), ...advice(file, image, bytes.length)]
}

async function screenshotFindings(tree: Tree, file: string): Promise<Finding[]> {
  const bytes = await tree.bytes(file)
  if (!bytes) return []
  const image = readImage(bytes)
  if (image) return named(file, image, 'screenshot-extension')
  if (isLfsPointer(bytes)) return []
  const message = notAnImage(file, bytes)
  return [{ rule: 'screenshot-not-image', severity: 'warning', message, file }]
}

function named(file: string, { kind }: ImageFacts, rule: string): Finding[] {
  const extension = (/\.([^.]+)$/.exec(file)?.[1] ?? '').toLowerCase().replace('jpg', 'jpeg')
  if (extension === kind) return []
  const message = t`${file} is a ${kind.toUpperCase()} image by its content; browsers may not show it
    under this name.`
  return [{ rule, severity: 'warning', message, file }]
}

function advice(file: string, { width, height }: ImageFacts, size: number): Finding[] {
  const reasons: string[] = []
  if (size > MAX_ICON_BYTES)
    reasons.push(t`it has ${Math.round(size / 1024)} KiB, more than the recommended 100`)
  if (width !== undefined && height !== undefined) {
    if (width !== height) reasons.push(t`it has ${width} by ${height} pixels, but should be square`)
    if (Math.min(width, height) < 400 || Math.max(width, height) > 1000) {
      reasons.push(t`its sides are ${width} and ${height} pixels, but should be 400 to 1000`)
    }
  }
  if (reasons.length === 0) return []
  return [{ rule: 'icon-advice', severity: 'info', message: `${file}: ${reasons.join('; ')}.`, file }]
}

/** Detects common mistakes: a saved web page, or an empty file. */
function notAnImage(file: string, bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().toLowerCase()
  if (bytes.length === 0) return t`${file} is not an image: it is empty.`
  if (start.startsWith('<!doctype') || start.startsWith('<html'))
    return t`${file} is not an image: it is a web page.`
  const isSvg = start.startsWith('<svg') || start.startsWith('<?xml')
  return isSvg ? t`${file} is an SVG file, not a PNG or JPEG image.` : t`${file} is not an image.`
}
