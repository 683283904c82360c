import type { Rule } from "./judge";

type Problem<T> = (value: T) => string | undefined;

export const text = (problem?: Problem<string>): Rule => ({ is: "text", ...(problem && { problem }) });
export const multiline = (problem?: Problem<string>): Rule => ({
    is: "text",
    multiline: true,
    ...(problem && { problem }),
});
export const number = (problem: Problem<number>): Rule => ({ is: "number", problem });
export const listOf = (of: Rule): Rule => ({ is: "list", of });
export const mapOf = (of: Rule, name?: Problem<string>): Rule => ({ is: "map", of, ...(name && { name }) });
export const either = (expected: string, ...rules: readonly Rule[]): Rule => ({ is: "either", expected, rules });
export const fields = (rules: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule => ({
    is: "fields",
    fields: rules,
    required,
});

const matching = (form: RegExp, expected: string): Rule =>
    text((value) => (form.test(value) ? undefined : `must be ${expected}`));

export const oneOf = (...words: readonly string[]): Rule =>
    text((value) => (words.includes(value) ? undefined : `must be one of ${words.join(", ")}`));

export const anything: Rule = { is: "anything" };
/** A file's content is not in what we store: there it would always be another. */
export const comparable: Rule = {
    is: "anything",
    problem: (value) =>
        holdsFile(value)
            ? "holds an asset or an archive, which cannot be compared: give a hash of its content"
            : undefined,
};

// Source: pulumi sdk/nodejs/asset, which marks its classes by these fields.
function holdsFile(value: unknown): boolean {
    if (typeof value !== "object" || value === null) return false;
    return "__pulumiAsset" in value || "__pulumiArchive" in value || Object.values(value).some(holdsFile);
}

export const boolean: Rule = { is: "boolean" };
export const word = matching(/^\S+$/, "one word, without white space");
export const oneOrMoreWords = either("a text or a list of texts", word, listOf(word));
// More than one colon is an IPv6 address, perhaps with its zone. In brackets nobody could dial it.
const ADDRESS = /^([^\s/@:[\]]+|(?=.*:.*:)[\da-f:.]+(%[^\s/@:]+)?)$/i;

export const address = matching(ADDRESS, "a DNS name or an address alone, without user, port, brackets or white space");
export const absolutePath = matching(/^\//, "an absolute path");
export const absolutePathOrNone = matching(/^(\/|$)/, "an absolute path");

/** Text that a line of the unit ends with. */
export const lineEnd = text((value) => {
    if (value.trim() === "") return "must not be empty";
    return value.endsWith("\\") ? "cannot end with a backslash: systemd would join the next line to it" : undefined;
});

// Source: systemd.unit(5). A name without its suffix is logged and passed over.
const UNIT = /^[\w:.@\\-]+\.(service|socket|target|mount|automount|timer|path|slice|scope|device|swap)$/;

export const unitName = matching(UNIT, "the name of a unit, with its suffix");

/** Where `systemctl enable` would put the link. */
export const wantingUnit = matching(/^[\w@:.-]+\.(target|service)$/, "the name of a target or service");

export const repository = text((value) => {
    if (!/^\S+$/.test(value)) return "must be one word, without white space";
    return /:[^/]*$/.test(value) ? "cannot hold a tag: that is version" : undefined;
});

export const port = number((value) =>
    Number.isInteger(value) && value >= 1 && value <= 65535 ? undefined : "must be a whole number from 1 to 65535",
);

export const dialErrors = number((value) =>
    Number.isInteger(value) && value >= -1 ? undefined : "must be a whole number from -1 on",
);

const DAY = 86_400;

/** Above 0; a timer of Node's that is set for more than 24 days fires at once. */
export const seconds = number((value) =>
    value > 0 && value <= DAY ? undefined : `must be seconds, more than 0 and at most ${DAY}`,
);

/** From 0 on, in milliseconds at the finest: systemd reads no exponents. */
export const secondsOrNone = number((value) =>
    value >= 0 && value <= DAY && Math.round(value * 1000) / 1000 === value
        ? undefined
        : `must be seconds, 0 to ${DAY}, in steps of 0.001`,
);

export const variableName: Problem<string> = (name) =>
    /^[A-Za-z_]\w*$/.test(name) ? undefined : "must be named like a variable";

const WRITTEN: Readonly<Record<string, string>> = {
    KUBELET_VERSION: "version",
    KUBELET_IMAGE_TAG: "version",
    KUBELET_ACI: "image.repository",
    KUBELET_IMAGE_URL: "image.repository",
    KUBELET_IMAGE: "image and version",
    RKT_OPTS: "rkt",
    RKT_RUN_ARGS: "rkt.options",
};

/** Variables of the wrapper's environment; those that another argument writes would undo it unseen. */
export const wrapperVariable: Problem<string> = (name) =>
    Object.hasOwn(WRITTEN, name) ? `is what ${WRITTEN[name] ?? ""} is for` : variableName(name);

const LABEL_PART = /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;

// Source: kubernetes pkg/util/validation, IsQualifiedName and IsValidLabelValue.
export const labelName: Problem<string> = (name) => {
    const [last = "", prefix, ...more] = name.split("/").reverse();
    const isPrefixed = prefix === undefined || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(prefix);
    return isPrefixed && more.length === 0 && LABEL_PART.test(last) ? undefined : "must be named like a label";
};

export const labelValue = text((value) =>
    value === "" || LABEL_PART.test(value) ? undefined : "must be a label's value: up to 63 of A-Z a-z 0-9 - _ .",
);
