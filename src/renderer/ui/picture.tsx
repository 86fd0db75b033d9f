/** An image from its bytes, in its own proportions. */
import { useEffect, useRef, useState } from 'react'
import { t } from '#shared/language.ts'

interface PictureProps {
  readonly data: Blob
  /** Description for screen readers. */
  readonly name: string
  /** Maximum size in CSS pixels. */
  readonly width: number
  readonly height: number
}

/** Drawn on a canvas: the page's policy allows images only from its own host, and these bytes have no URL. */
export function Picture({ data, name, width, height }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [broken, setBroken] = useState(false)
  useEffect(() => {
    let current = true
    const draw = (bitmap: ImageBitmap) => {
      const element = canvas.current
      if (current && element) {
        const scale = Math.min(
          (width * devicePixelRatio) / bitmap.width,
          (height * devicePixelRatio) / bitmap.height,
          1
        )
        element.width = Math.max(1, Math.round(bitmap.width * scale))
        element.height = Math.max(1, Math.round(bitmap.height * scale))
        element.style.width = `${element.width / devicePixelRatio}px`
        element.getContext('2d')?.drawImage(bitmap, 0, 0, element.width, element.height)
      }
      bitmap.close()
    }
    setBroken(false)
    void createImageBitmap(data).then(draw, () => current && setBroken(true))
    return () => {
      current = false
    }
  }, [data, width, height])
  return broken ? (
    <span>{t`${name} cannot be shown`}</span>
  ) : (
    <canvas ref={canvas} role="img" aria-label={name} />
  )
}
