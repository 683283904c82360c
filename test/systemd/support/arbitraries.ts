import * as fc from "fast-check";
import { expressible } from "../../../provider/systemd/quote";

const TROUBLE = [
    "\\",
    '"',
    "'",
    "%",
    "$",
    "#",
    ";",
    "=",
    " ",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "-",
    "@",
    "n",
    "x41",
    "é",
    "𝒳",
];

/** Text that a unit file can hold: short and full of what quoting is about, any Unicode, or long. */
export const expressibleText = fc
    .oneof(
        { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...TROUBLE), maxLength: 12 }) },
        { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
        {
            weight: 1,
            arbitrary: fc.string({
                unit: fc.constantFrom("word", ...TROUBLE),
                minLength: 1500,
                maxLength: 3000,
                size: "max",
            }),
        },
    )
    .filter(expressible);

/** What a value of a setting may look like in a file that someone else wrote, faults and line breaks included. */
export const foreignValue = fc
    .array(
        fc.constantFrom(
            ...[
                "A=",
                "B=b",
                "C=",
                "a",
                " ",
                " ",
                "\t",
                '"',
                '"',
                "'",
                "%%",
                "$",
                "=",
                ";",
                " ; ",
                " \\; ",
                "#",
                "é",
                "-",
            ],
            ...[
                "\\\n",
                " \\\n  ",
                "\\\n# comment\n",
                "\\\n ; comment \\\n",
                "\\\\",
                '\\"',
                "\\n",
                "\\s",
                "\\x41",
                "\\xc3",
                "\\101",
                "\\u00e9",
                "\\d",
                "\\x0",
            ],
        ),
        { maxLength: 14 },
    )
    .map((parts) => parts.join(""));
