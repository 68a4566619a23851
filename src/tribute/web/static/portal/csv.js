// Rows as text that a spreadsheet reads, and never runs.

/** Cells joined by commas or tabs; numbers stay plain numbers. */
export const asText = (rows, separator) => rows.map((row) => row.map((cell) => quoted(cell, separator)).join(separator)).join("\r\n") + "\r\n";

/** An address from which the rows can be saved; the one before, if it was ours, is let go. */
export function csvAddress(rows, before = "") {
  if (before.startsWith("blob:")) URL.revokeObjectURL(before);
  return URL.createObjectURL(new Blob([asText(rows, ",")], { type: "text/csv" }));
}

/** A name that a spreadsheet would run as a formula is told apart from one. */
function quoted(cell, separator) {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
