// Canonical JSON as a client in JavaScript computes it, from openapi/README.md alone: vectors on stdin, faults on stdout.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const byCodePoint = (a, b) => {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const apart = left[at].codePointAt(0) - right[at].codePointAt(0);
    if (apart) return apart;
  }
  return left.length - right.length;
};

const number = (value) => {
  if (!Number.isFinite(value)) throw new Error("JSON has no such number");
  const [mantissa, exponent = "0"] = String(Math.abs(value)).split("e");
  const [whole, fraction = ""] = mantissa.split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  let text;
  if (point <= 0) text = "0." + "0".repeat(-point) + digits;
  else if (point >= digits.length) text = digits + "0".repeat(point - digits.length);
  else text = digits.slice(0, point) + "." + digits.slice(point);
  return (value < 0 ? "-" : "") + text;
};

const canonical = (value) => {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort(byCodePoint);
    return "{" + keys.map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
  }
  return typeof value === "number" ? number(value) : JSON.stringify(value);
};

const faults = [];
const told = JSON.parse(readFileSync(0, "utf8"));
const cases = [...told.cases.map((each) => [each.item, each]), ...told.texts.map((each) => [JSON.parse(each.text), each])];
let computed = 0;
for (const [value, each] of cases) {
  if (each.large || /[0-9]{17}/.test(JSON.stringify(each.item ?? ""))) continue; // numbers are doubles here
  const text = canonical(value);
  const hash = createHash("sha256").update(text, "utf8").digest("hex");
  if (text !== each.canonical || hash !== each.sha256) faults.push({ text, expected: each.canonical });
  computed++;
}
console.log(JSON.stringify({ computed, faults }));
