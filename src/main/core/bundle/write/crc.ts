/** Combines CRC-32 values: computes the CRC of two joined pieces of data from the CRC of each. */

const POLYNOMIAL = 0xedb88320

/** The CRC of A followed by B, from both CRCs and B's length in bytes. */
export function combineCrc(crcA: number, crcB: number, lengthB: number): number {
  return (multiply(power(lengthB), crcA) ^ crcB) >>> 0
}

/** The product of two polynomials modulo the CRC's polynomial; the highest bit stands for x^0. */
function multiply(a: number, b: number): number {
  let product = 0
  let shifted = b
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= shifted
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1
  }
  return product >>> 0
}

/** x^(8 * bytes) modulo the polynomial. */
function power(bytes: number): number {
  let result = 0x80000000
  let base = 0x00800000
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(base, result)
    base = multiply(base, base)
  }
  return result
}
