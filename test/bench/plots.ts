/// <reference lib="dom" />
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

/** Of the highest value: between two labels. */
const LABEL_GAP = 0.06;

/** An SVG with a line for each series, its name at its end. */
export function lines(points: readonly Point[], { x, y, isLogarithmic = false }: Axes): string {
    const { document } = parseHTML("<html></html>");
    const values = [...new Set(points.map((point) => point.x))];
    const highest = Math.max(...points.map((point) => point.y));
    const svg = Plot.plot({
        document,
        className: "plot",
        width: 760,
        height: 360,
        marginLeft: 50,
        marginRight: 210,
        style: { background: "white", color: "black", fontSize: "12px" },
        x: {
            label: x,
            labelAnchor: "center",
            type: isLogarithmic ? "log" : "linear",
            ticks: values,
            tickFormat: String,
        },
        y: { label: y, grid: true, zero: true, nice: true },
        marks: [
            Plot.ruleY([0]),
            Plot.lineY(points, { x: "x", y: "y", stroke: "series", marker: true }),
            Plot.text(labelsOf(points, highest * LABEL_GAP), {
                x: "x",
                y: "y",
                text: "series",
                fill: "series",
                textAnchor: "start",
                dx: 8,
            }),
        ],
    });
    return `${svg.outerHTML}\n`;
}

/** Where each line ends, or as little above as keeps its name apart from those below. */
function labelsOf(points: readonly Point[], gap: number): readonly Point[] {
    const last = Math.max(...points.map(({ x }) => x));
    let least = -Infinity;
    return points
        .filter(({ x }) => x === last)
        .sort((a, b) => a.y - b.y)
        .map((point) => {
            const y = Math.max(point.y, least);
            least = y + gap;
            return { ...point, y };
        });
}
