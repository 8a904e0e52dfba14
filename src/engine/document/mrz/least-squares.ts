/**
 * Solves a symmetric positive definite system by Cholesky's decomposition.
 * @param matrix size × size, row by row. @returns null when it is not positive definite: the data fix no answer.
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const size = right.length;
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column]!;
      for (let k = 0; k < column; k++) sum -= lower[row * size + k]! * lower[column * size + k]!;
      if (row === column) {
        if (!(sum > 1e-14)) return null;
        lower[row * size + row] = Math.sqrt(sum);
      } else lower[row * size + column] = sum / lower[column * size + column]!;
    }
  const solution = Float64Array.from(right);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) solution[row]! -= lower[row * size + k]! * solution[k]!;
    solution[row]! /= lower[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) solution[row]! -= lower[k * size + row]! * solution[k]!;
    solution[row]! /= lower[row * size + row]!;
  }
  return solution;
}

/**
 * Coefficients, lowest first, of the polynomial of least squares through (at, value).
 * @param ridge pulls all coefficients towards 0; in units of one point's weight.
 */
export function fitPolynomial(
  at: ArrayLike<number>,
  values: ArrayLike<number>,
  degree: number,
  ridge: number,
): Float64Array {
  const size = degree + 1;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let point = 0; point < at.length; point++) {
    let power = 1;
    const powers = Array.from({ length: size }, () => {
      const value = power;
      power *= at[point]!;
      return value;
    });
    for (let i = 0; i < size; i++) {
      right[i]! += powers[i]! * values[point]!;
      for (let j = 0; j < size; j++) normal[i * size + j]! += powers[i]! * powers[j]!;
    }
  }
  for (let i = 0; i < size; i++) normal[i * size + i]! += ridge;
  return solveSymmetric(normal, right) ?? new Float64Array(size);
}

export const polynomialAt = (coefficients: Float64Array, at: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * at + coefficient, 0);
