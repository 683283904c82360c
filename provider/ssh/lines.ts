import { StringDecoder } from "node:string_decoder";

/** A line longer than this many UTF-16 units is cut, so that a host cannot fill our memory. */
export const LONGEST_LINE = 1024 * 1024;

/** Stands at the end of a line that was cut. */
export const CUT_MARK = "…[cut]";

/** Bytes to lines: split by \n, UTF-8 decoded across the borders of chunks, long lines cut and marked. */
export class LineSplitter {
    private readonly decoder = new StringDecoder("utf8");
    private rest: string[] = [];
    private length = 0;

    /** The lines that this chunk completes. */
    push(chunk: Buffer): string[] {
        return this.split(this.decoder.write(chunk));
    }

    /** What stands after the last \n, if anything. */
    end(): string[] {
        const lines = this.split(this.decoder.end());
        return this.length > 0 ? [...lines, this.take()] : lines;
    }

    private split(text: string): string[] {
        const parts = text.split("\n");
        const open = parts.pop() ?? "";
        const lines = parts.map((part) => {
            this.keep(part);
            return this.take();
        });
        this.keep(open);
        return lines;
    }

    private keep(part: string): void {
        if (part !== "" && this.length <= LONGEST_LINE) {
            this.rest.push(part.slice(0, LONGEST_LINE + 1 - this.length));
        }
        this.length += part.length;
    }

    private take(): string {
        const line = this.rest.join("");
        const isCut = this.length > LONGEST_LINE;
        this.rest = [];
        this.length = 0;
        return isCut ? line.slice(0, LONGEST_LINE) + CUT_MARK : line;
    }
}

/** The last bytes of a stream, at most `size`, as text. */
export class Tail {
    private bytes = Buffer.alloc(0);

    constructor(private readonly size: number) {}

    push(chunk: Buffer): void {
        this.bytes = Buffer.from(Buffer.concat([this.bytes, chunk]).subarray(-this.size));
    }

    toString(): string {
        // The cut may have left half a character in front.
        return this.bytes.toString("utf8").replace(/^\uFFFD+/, "");
    }
}
