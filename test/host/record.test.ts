// The record, written by the real program: torn writes and full disks cannot lose it.
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { scratchHost } from "./programs";

const host = scratchHost();

function bash(script: string): string {
    const { stdout, status, stderr } = host.bash(["common", "record"], script);
    expect(status, stderr).toBe(0);
    return stdout.trim();
}

const file = (): string => host.at("var/lib/pulumi-coreos-kubelet/record");
const write = (owner: string): string =>
    `record_read; record_prepare && rec[owner]=${owner} && rec[state]=committed && record_write`;
const show = 'record_read && echo "${rec[seq]} ${rec[owner]}"';

test("the newest of two writes is read", () => {
    bash(write("one"));
    bash(write("two"));
    bash(write("'three four'"));
    expect(bash(show)).toBe("3 three four");
});

test("a torn write leaves the one before it", () => {
    bash(write("one"));
    bash(write("two"));
    const bytes = readFileSync(file());
    // Sequence number 2 lies in the first slot.
    bytes.fill("x", 70, 90);
    writeFileSync(file(), bytes);
    expect(bash(show)).toBe("1 one");
    bash(write("three"));
    expect(bash(show)).toBe("2 three");
});

test("no record, and one of garbage, read as none", () => {
    expect(bash("record_read || echo none")).toBe("none");
    bash("record_prepare");
    expect(bash("record_read || echo none")).toBe("none");
    writeFileSync(file(), Buffer.alloc(8192, 0xff));
    expect(bash("record_read || echo none")).toBe("none");
});

test("writing takes no new room: the file keeps its size and its inode", () => {
    bash(write("one"));
    const before = bash(`stat -c '%i %s %b' ${file()}`);
    for (const owner of ["two", "three", "four"]) bash(write(owner));
    expect(bash(`stat -c '%i %s %b' ${file()}`)).toBe(before);
});

test("a value that ends in spaces is read back, whichever key the shell writes last", () => {
    const keys = ["made", "reason", "owner", "op", "links_add", "was_active", "to_unit", "undo_wrapper"];
    const script = keys.map((key) => {
        const read = `record_read && echo "[\${rec[${key}]}]"`;
        return `rec=([seq]=1 [${key}]='ends in spaces  '); record_prepare && record_write; ${read}`;
    });
    expect(bash(script.join("; ")).split("\n")).toEqual(keys.map(() => "[ends in spaces  ]"));
});

test("a record too long for a slot is refused whole", () => {
    bash(write("one"));
    expect(bash(`record_read; rec[owner]=$(printf 'x%.0s' {1..5000}); record_write || echo refused`)).toBe("refused");
    expect(bash(show)).toBe("1 one");
});
