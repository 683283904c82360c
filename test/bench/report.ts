/** Prints figures by name, aligned, under a title. */
export function report(title: string, figures: Readonly<Record<string, string>>): void {
    const width = Math.max(...Object.keys(figures).map((name) => name.length));
    const lines = Object.entries(figures).map(([name, figure]) => `  ${name.padEnd(width)}  ${figure}`);
    process.stdout.write(`\n${title}\n${lines.join("\n")}\n`);
}

export function median(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
