import * as fc from "fast-check";
import { expressible } from "../../../provider/systemd/quote";

const TROUBLE = fc.constantFrom(..."\\\"'%$#;= \t{}[]-@né𝒳\u3000\u2028", "  ", "x41");

/** Text that a unit file can hold: short and full of what quoting is about, any Unicode, or long. */
export const expressibleText = fc
    .oneof(
        { weight: 6, arbitrary: fc.string({ unit: TROUBLE, maxLength: 12 }) },
        { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
        { weight: 1, arbitrary: fc.string({ unit: TROUBLE, minLength: 1500, maxLength: 3000, size: "max" }) },
    )
    .filter(expressible);

const PLAIN = fc.constantFrom("A=", "B=b", "C=", ..."a=$#é-;\"\"''\t ", "  ", "%%", " ; ", " \\; ");
const CONTINUED = fc.constantFrom("\\\n", " \\\n  ", "\\\n# comment\n", "\\\n ; comment \\\n");
// No escaped control character: systemd takes them in newer versions than those of CoreOS.
const ESCAPED = fc.constantFrom(..."\\\\|\\\"|\\'|\\t|\\s|\\x41|\\xc3\\xa9|\\101|\\u00e9|\\d|\\x0g".split("|"));

/** What a value of a setting may look like in a file that someone else wrote, faults and line breaks included. */
export const foreignValue = fc
    .array(fc.oneof({ weight: 4, arbitrary: PLAIN }, CONTINUED, ESCAPED), { maxLength: 14 })
    .map((parts) => parts.join(""));
