// Pictures of the figures, for docs/performance.md.
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

export interface Point {
    readonly x: number;
    readonly y: number;
    readonly series: string;
}

export interface Axes {
    readonly x: string;
    readonly y: string;
    /** Whether x grows by factors. */
    readonly isLogarithmic?: boolean;
}

/** An SVG with a line for each series, and its legend. */
export function lines(points: readonly Point[], { x, y, isLogarithmic = false }: Axes): string {
    const { document } = parseHTML("<html></html>");
    const values = [...new Set(points.map((point) => point.x))];
    const ends = points.filter((point) => point.x === Math.max(...values));
    const svg = Plot.plot({
        document,
        className: "plot",
        width: 760,
        height: 360,
        marginLeft: 50,
        marginRight: 210,
        style: { background: "white", color: "black", fontSize: "12px" },
        x: { label: x, type: isLogarithmic ? "log" : "linear", ticks: values, tickFormat: String },
        y: { label: y, grid: true, zero: true, nice: true },
        marks: [
            Plot.ruleY([0]),
            Plot.lineY(points, { x: "x", y: "y", stroke: "series", marker: true }),
            Plot.text(ends, Plot.dodgeY({ x: "x", text: "series", fill: "series", textAnchor: "start", dx: 8 })),
        ],
    });
    return `${svg.outerHTML}\n`;
}
